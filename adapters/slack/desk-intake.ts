import { z } from "zod";
import { type CaseId, caseId, timeLimit } from "../../src/core/index.ts";
import type { DeskAct } from "../../src/ports/application.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";
import { createDeskTalk, type DeskDoing } from "../shared/desk-talk.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import type { Said, SlackAct } from "./decode.ts";
import { DESK_ACTIONS, REPLY_FIELD, REPLY_VIEW, replyView } from "./desk-blocks.ts";
import { originOf, type SlackBoard } from "./desk-board.ts";
import type { Notices } from "./notices.ts";
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
const submissionSchema = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    callback_id: z.literal(REPLY_VIEW),
    private_metadata: z.string().min(1),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});
type Press = z.infer<typeof pressSchema>;
type Submission = z.infer<typeof submissionSchema>;

const PRESSED: Readonly<Record<string, DeskAct>> = {
  [DESK_ACTIONS.claim]: { type: "claim" },
  [DESK_ACTIONS.release]: { type: "release" },
  [DESK_ACTIONS.draft]: { type: "draft" },
  [DESK_ACTIONS.resolve]: { type: "resolve" },
  [DESK_ACTIONS.reopen]: { type: "reopen" },
};
const anything = z.object({});

/** The desk's part of what Slack sends. Each resolves when it is durable. */
export interface SlackDeskIntake {
  /** False when it is none of the desk's. */
  heard(act: SlackAct, eventId: string): Promise<boolean>;
  /** What to acknowledge with; null when it is none of the desk's. */
  pressed(body: unknown): Promise<{ readonly ack: AckBody } | null>;
}

export function createSlackDeskIntake(
  parts: Pick<AdapterParts, "api" | "people" | "identity" | "logger" | "signal">,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly office: DeskOffice;
    readonly board: SlackBoard;
    readonly repliesByDefault: boolean;
    readonly notices: Notices;
  },
): SlackDeskIntake {
  const { api, people, signal } = parts;
  const { channel, words, office, board, repliesByDefault, notices } = options;
  const call = { signal };

  const agentOf = async (user: string): Promise<Agent | null> => {
    const { displayName, role } = await people.principal(user, call);
    return role === "guest" ? null : { id: `slack:${user}`, name: displayName };
  };

  const whoIs = async (text: string): Promise<Agent | null> => {
    const [, user] = /^<@([A-Z0-9]+)>$/u.exec(text.trim()) ?? [];
    return user === undefined ? null : agentOf(user);
  };
  const talk = createDeskTalk({ office, words, repliesByDefault, whoIs });

  const whisper = async (
    user: string,
    thread: string | null,
    text: string | null,
  ): Promise<void> => {
    if (text !== null) await notices.whisper({ channel, thread, user }, text);
  };

  const write = async (said: Said, thread: string, id: CaseId): Promise<void> => {
    const agent = await agentOf(said.user);
    if (agent === null) return whisper(said.user, thread, words.notTeam);
    const files = said.attachments.map(({ name, url }) => `📎 ${name} ${url}`);
    const text = [said.text, ...files].filter((line) => line !== "").join("\n");
    const doing: DeskDoing = {
      caseId: id,
      agent,
      key: `desk:slack:${channel}:${said.ts}`,
      origin: originOf(channel, said.ts),
    };
    await whisper(said.user, thread, await talk.line(doing, text));
  };

  const correct = async (act: Extract<SlackAct, { type: "edited" }>, id: CaseId): Promise<void> => {
    const { said, before, edition } = act;
    const agent = await agentOf(said.user);
    if (agent === null) return;
    const doing = {
      caseId: id,
      agent,
      key: `desk:slack:${channel}:${said.ts}:${edition}`,
      origin: originOf(channel, said.ts),
    };
    const refusal = await talk.correct(doing, { before, now: said.text });
    await whisper(said.user, said.thread, refusal);
  };

  const openReply = async (
    { trigger_id, user }: Press,
    thread: string | null,
    id: string,
  ): Promise<void> => {
    const view = replyView(id, words);
    try {
      await api.call("views.open", { trigger_id, view }, anything, call);
    } catch (error) {
      signal.throwIfAborted();
      parts.logger.warn({ err: error, userId: user.id }, "no window could be opened");
      await whisper(user.id, thread, words.noWindow);
    }
  };

  const press = async (body: Press, id: CaseId): Promise<void> => {
    const [action] = body.actions;
    const thread = body.container.message_ts ?? null;
    const user = body.user.id;
    if (action === undefined) return;
    const isReply = action.action_id === DESK_ACTIONS.reply;
    const looking = agentOf(user);
    // A window can be opened for three seconds only; who is none of the team is told so when he sends it.
    const limit = timeLimit(LOOK_UP_MS);
    if (
      isReply &&
      (await unlessLate<boolean>(
        looking.then((who) => who !== null),
        limit,
        () => true,
      ))
    )
      return openReply(body, thread, id);
    const agent = await looking;
    if (agent === null) return whisper(user, thread, words.notTeam);
    const act = Object.hasOwn(PRESSED, action.action_id) ? PRESSED[action.action_id] : undefined;
    if (act === undefined) return;
    const key = `desk:slack:${thread ?? ""}:${action.action_id}:${action.action_ts}`;
    await whisper(user, thread, await talk.act({ caseId: id, agent, key }, act));
  };

  /** A window that does not close keeps what was written. */
  const keptOpen = (why: string): AckBody => ({
    response_action: "errors",
    errors: { [REPLY_FIELD.block]: why },
  });

  const submit = async (body: Submission, id: CaseId): Promise<AckBody> => {
    const { view, user } = body;
    const text = view.state.values[REPLY_FIELD.block]?.[REPLY_FIELD.action]?.value ?? "";
    if (text.trim() === "") return keptOpen(words.nothingWritten);
    const agent = await agentOf(user.id);
    if (agent === null) return keptOpen(words.notSent(words.notTeam));
    const doing = { caseId: id, agent, key: `desk:slack:view:${view.id}` };
    const refusal = await talk.act(doing, { type: "reply", text: text.trim() });
    return refusal === null ? undefined : keptOpen(words.notSent(refusal));
  };

  return {
    async heard(act) {
      const said = act.type === "said" || act.type === "edited" ? act.said : null;
      if (said === null || said.channel !== channel || said.thread === null) return false;
      const id = await board.caseOf(said.thread);
      if (id === null) return false;
      if (said.botId !== null) return true;
      if (act.type === "edited") await correct(act, id);
      else await write(said, said.thread, id);
      return true;
    },
    async pressed(body) {
      const submission = submissionSchema.safeParse(body);
      if (submission.success) {
        const id = caseId(submission.data.view.private_metadata);
        return { ack: await submit(submission.data, id) };
      }
      const given = pressSchema.safeParse(body);
      const [action] = given.data?.actions ?? [];
      if (!given.success || action?.action_id.startsWith("fd.desk.") !== true) return null;
      if (given.data.container.channel_id === channel && action.value !== "") {
        await press(given.data, caseId(action.value));
      }
      return { ack: undefined };
    },
  };
}
