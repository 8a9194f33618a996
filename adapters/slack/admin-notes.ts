import { z } from "zod";
import type { Logger } from "../../src/ports/logger.ts";
import type { Background } from "../shared/background.ts";
import type { Remembered } from "../shared/remembered.ts";
import { sectionBlock } from "./blocks.ts";
import type { SlackApi } from "./client.ts";
import { commandLabels } from "./command-labels.ts";
import type { SlackPeople } from "./people.ts";
import { cut } from "./safe-text.ts";
import type { SlackSettings } from "./settings.ts";
import { type Trouble, troubleKey, troubleLine, troubleSchema } from "./trouble.ts";

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
}

const DAY_MS = 24 * 3_600_000;
const MAX_OPEN = 20;
const MAX_ADMINS = 10;
const MAX_LOGGED = 1_000;
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
  readonly logger: Logger;
  readonly signal: AbortSignal;
}): AdminNotes {
  const { api, people, memory, settings, background, logger, signal } = options;
  const call = { signal };

  const writeTo = async (user: string, troubles: readonly Trouble[]): Promise<void> => {
    const language = await people.language(user, call);
    const { troubleIntro } = commandLabels(language);
    const lines = troubles.map((trouble) => `• ${troubleLine(trouble, language)}`);
    const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
    const blocks = [sectionBlock(cut([troubleIntro, ...lines].join("\n"), 2_900))];
    const key = `trouble/${troubles.map(troubleKey).join("+")}`;
    await api.post(key, { channel: channel.id, text: troubleIntro, blocks }, call);
  };

  /** Those of which nobody was told within a day. */
  const untold = async (troubles: readonly Trouble[]): Promise<readonly Trouble[]> => {
    const fresh: Trouble[] = [];
    for (const trouble of troubles) {
      const key = troubleKey(trouble);
      await memory.set(`trouble:${key}`, trouble, DAY_MS);
      if (await memory.claim(`trouble-told:${key}`, DAY_MS)) fresh.push(trouble);
    }
    return fresh;
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
          background.run("telling an admin", () => writeTo(user, fresh));
        }
      });
    },
    open: async () =>
      (await memory.list("trouble:", troubleSchema, MAX_OPEN)).map(({ value }) => value),
    async mended(isMended) {
      for (const { name, value } of await memory.list("trouble:", troubleSchema, MAX_OPEN)) {
        if (!isMended(value)) continue;
        await memory.delete(name);
        await memory.delete(`trouble-told:${troubleKey(value)}`);
      }
    },
  };
}
