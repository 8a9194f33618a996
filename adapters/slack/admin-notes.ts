import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Logger } from "../../src/ports/logger.ts";
import type { Background } from "../shared/background.ts";
import type { Errands } from "../shared/errands.ts";
import type { Remembered } from "../shared/remembered.ts";
import { sectionBlock } from "./blocks.ts";
import type { SlackApi } from "./client.ts";
import { commandLabels } from "./command-labels.ts";
import type { SlackPeople } from "./people.ts";
import { cut } from "./safe-text.ts";
import type { SlackSettings } from "./settings.ts";
import { isProofAgainst, type Trouble, troubleKey, troubleLine, troubleSchema } from "./trouble.ts";

/** Tells whoever looks after the bot what it lacks, while it goes on with what it has. */
export interface AdminNotes {
  /**
   * Logs each cause once in this process, and writes to the admins that are named in the configuration: of each cause once a day,
   * whichever process meets it. Nobody waits for it.
   * @param detail what was refused, for the log
   */
  tell(troubles: readonly Trouble[], detail?: string): void;
  /** What was met within a day and is not mended, newest first; for the home tab of admins. */
  open(): Promise<readonly Trouble[]>;
  /** Forgets what is mended, so that it is told again should it come back. */
  mended(isMended: (trouble: Trouble) => boolean): Promise<void>;
  /** A call succeeded: what it proves to be mended is forgotten. Nobody waits for it. */
  works(method: string, channel: string | null): void;
  /** Learns what other processes, or this one before, have met. */
  recall(): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Meanwhile no other process tells the same. */
const TELLING_MS = 60_000;
const MAX_OPEN = 20;
const MAX_ADMINS = 10;
const MAX_LOGGED = 1_000;
const noteSchema = z.object({ user: z.string(), troubles: z.array(troubleSchema) });
const openAnswer = z.object({ channel: z.object({ id: z.string() }) });

/** The admins that the configuration names, by their Slack ids. */
export function namedAdmins({ people }: Pick<SlackSettings, "people">): readonly string[] {
  return Object.entries(people).flatMap(([name, { role }]) =>
    role === "admin" && name.startsWith("slack:") ? [name.slice("slack:".length)] : [],
  );
}

export function createAdminNotes(options: {
  readonly api: SlackApi;
  readonly people: SlackPeople;
  readonly memory: Remembered;
  readonly settings: SlackSettings;
  readonly background: Background;
  readonly errands: Errands;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): AdminNotes {
  const { api, people, memory, settings, background, errands, logger, signal } = options;
  const call = { signal };
  /** What was met in this process and is not mended, as far as is known. */
  const open = new Map<string, Trouble>();
  const listed = () => memory.list("trouble:", troubleSchema, MAX_OPEN);

  const writeTo = async (user: string, troubles: readonly Trouble[]): Promise<void> => {
    const language = await people.language(user, call);
    const { troubleIntro } = commandLabels(language);
    const lines = troubles.map((trouble) => `• ${troubleLine(trouble, language)}`);
    const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
    const blocks = [sectionBlock(cut([troubleIntro, ...lines].join("\n"), 2_900))];
    const key = `trouble/${troubles.map(troubleKey).join("+")}`;
    await api.post(key, { channel: channel.id, text: troubleIntro, blocks }, call);
  };

  errands.handle("admin-note", DAY_MS, async (payload) => {
    const { user, troubles } = noteSchema.parse(payload);
    // What was mended meanwhile is no news.
    const unmended = new Set((await listed()).map(({ value }) => troubleKey(value)));
    const still = troubles.filter((trouble) => unmended.has(troubleKey(trouble)));
    if (still.length > 0) await writeTo(user, still);
    return "done";
  });

  /** Those of which nobody was told within a day. */
  const untold = async (troubles: readonly Trouble[]): Promise<readonly Trouble[]> => {
    const fresh: Trouble[] = [];
    for (const trouble of troubles) {
      const key = troubleKey(trouble);
      await memory.set(`trouble:${key}`, trouble, DAY_MS);
      open.set(key, trouble);
      if (await memory.claim(`trouble-told:${key}`, TELLING_MS)) fresh.push(trouble);
    }
    return fresh;
  };

  const forget: AdminNotes["mended"] = async (isMended) => {
    for (const { name, value } of await listed()) {
      if (!isMended(value)) continue;
      const key = troubleKey(value);
      open.delete(key);
      await memory.delete(name);
      await memory.delete(`trouble-told:${key}`);
    }
  };

  const logged = new Set<string>();
  const log = (trouble: Trouble, detail: string): void => {
    const key = troubleKey(trouble);
    if (logged.has(key)) return;
    if (logged.size < MAX_LOGGED) logged.add(key);
    const level = trouble.kind === "channel" ? "warn" : "error";
    logger[level]({ ...trouble, detail }, "something is missing in Slack");
  };

  return {
    tell(troubles, detail) {
      for (const trouble of troubles) log(trouble, detail ?? troubleLine(trouble, "en"));
      if (troubles.length === 0) return;
      background.run("noting what is missing in Slack", async () => {
        const fresh = await untold(troubles);
        if (fresh.length === 0) return;
        const admins = namedAdmins(settings);
        if (admins.length === 0) {
          logger.info({}, "no admin is named in access.people: what is missing stands in the log");
        }
        for (const user of admins.slice(0, MAX_ADMINS)) {
          await errands.give("admin-note", randomUUID(), { user, troubles: fresh });
        }
        // Only now: had this process died before, the next refusal would tell it.
        for (const trouble of fresh) {
          await memory.set(`trouble-told:${troubleKey(trouble)}`, true, DAY_MS);
        }
      });
    },
    open: async () => (await listed()).map(({ value }) => value),
    mended: forget,
    works(method, channel) {
      const mended = [...open].filter(([, trouble]) => isProofAgainst(trouble, method, channel));
      if (mended.length === 0) return;
      const keys = new Set(mended.map(([key]) => key));
      for (const key of keys) open.delete(key);
      background.run("noting what works again in Slack", () =>
        forget((trouble) => keys.has(troubleKey(trouble))),
      );
    },
    async recall() {
      for (const { value } of await listed()) open.set(troubleKey(value), value);
    },
  };
}
