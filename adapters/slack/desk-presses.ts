import { z } from "zod";
import { caseId, timeLimit } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";
import type { DeskTalk } from "../shared/desk-talk.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { DESK_ACTIONS, replyView } from "./desk-blocks.ts";
import { learnView } from "./desk-learning.ts";
import { LOOK_UP_MS, unlessLate } from "./unless-late.ts";

const pressSchema = z.object({
  type: z.literal("block_actions"),
  trigger_id: z.string(),
  user: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string().optional(), channel_id: z.string().optional() }),
  actions: z
    .array(
      z.object({ action_id: z.string(), value: z.string().default(""), action_ts: z.string() }),
    )
    .min(1),
});

const PRESSED: Readonly<Record<string, DeskAct>> = {
  [DESK_ACTIONS.claim]: { type: "claim" },
  [DESK_ACTIONS.release]: { type: "release" },
  [DESK_ACTIONS.draft]: { type: "draft" },
  [DESK_ACTIONS.resolve]: { type: "resolve" },
  [DESK_ACTIONS.reopen]: { type: "reopen" },
};
/** What is asked for in a window first. */
const WINDOWS: ReadonlySet<string> = new Set([DESK_ACTIONS.reply, DESK_ACTIONS.learn]);
const anything = z.object({});

/** A press, as far as it is needed after its acknowledgement. */
const doingSchema = z.object({
  user: z.string(),
  /** Of the case: the message that holds the buttons. */
  thread: z.string().nullable(),
  id: z.string(),
  action: z.string(),
});
/** Who pressed has looked for another way by then. */
const WORTH_MS = 10 * 60_000;

/** What agents press on the head of a case. Slack is told first; who presses is looked up afterwards. */
export interface DeskPresses {
  /** True when it was one, and is sure to be done. */
  take(body: unknown): Promise<boolean>;
}

export function createDeskPresses(
  parts: Pick<AdapterParts, "api" | "background" | "errands" | "logger" | "signal">,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly talk: DeskTalk;
    readonly office: Pick<DeskOffice, "find">;
    readonly agentOf: (user: string) => Promise<Agent | null>;
    /** For the agent alone; null when nothing is to be said. */
    readonly whisper: (user: string, thread: string | null, text: string | null) => Promise<void>;
  },
): DeskPresses {
  const { api, background, errands, signal } = parts;
  const { channel, words, talk, office, agentOf, whisper } = options;
  const call = { signal };

  errands.handle("desk-press", WORTH_MS, async (payload, { id: key }) => {
    const { user, thread, id, action } = doingSchema.parse(payload);
    const act = Object.hasOwn(PRESSED, action) ? PRESSED[action] : undefined;
    if (act === undefined) return "undone";
    const agent = await agentOf(user);
    if (agent === null) await whisper(user, thread, words.notTeam);
    else {
      const doing = { caseId: caseId(id), agent, key: `desk:slack:${key}` };
      await whisper(user, thread, await talk.act(doing, act));
    }
    return "done";
  });

  /** A window can be opened for three seconds only; who is none of the team is told so when he sends it. */
  const openWindow = async (trigger: string, doing: z.infer<typeof doingSchema>) => {
    const { user, thread, id, action } = doing;
    const isAgent = unlessLate<boolean>(
      agentOf(user).then((agent) => agent !== null),
      timeLimit(LOOK_UP_MS),
      () => true,
    );
    if (!(await isAgent)) return whisper(user, thread, words.notTeam);
    try {
      const view =
        action === DESK_ACTIONS.learn
          ? learnView(await office.find(caseId(id)), words)
          : replyView(id, words);
      await api.call("views.open", { trigger_id: trigger, view }, anything, call);
    } catch (error) {
      signal.throwIfAborted();
      parts.logger.warn({ err: error, userId: user }, "no window could be opened");
      await whisper(user, thread, words.noWindow);
    }
  };

  return {
    async take(body) {
      const given = pressSchema.safeParse(body);
      const [action] = given.data?.actions ?? [];
      if (!given.success || action?.action_id.startsWith("fd.desk.") !== true) return false;
      const { container, user, trigger_id: trigger } = given.data;
      if (container.channel_id !== channel || action.value === "") return true;
      const thread = container.message_ts ?? null;
      const doing = { user: user.id, thread, id: action.value, action: action.action_id };
      if (WINDOWS.has(action.action_id)) {
        background.run("opening a window", () => openWindow(trigger, doing));
      } else {
        const key = `${thread ?? ""}:${action.action_id}:${action.action_ts}`;
        await errands.give("desk-press", key, doing);
      }
      return true;
    },
  };
}
