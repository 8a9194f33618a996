import { z } from "zod";
import { type CaseId, caseId, timeLimit } from "../../src/core/index.ts";
import type { Agent, DeskOffice } from "../../src/ports/desk.ts";
import { createDeskTalk, type DeskDoing } from "../shared/desk-talk.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import type { AckBody, AdapterParts } from "./adapter-parts.ts";
import type { Said, SlackAct } from "./decode.ts";
import { REPLY_FIELD, REPLY_VIEW } from "./desk-blocks.ts";
import { originOf, type SlackBoard } from "./desk-board.ts";
import { LEARN_ERROR_FIELD, type LearningSubmission, readLearning } from "./desk-learning.ts";
import { createDeskPresses } from "./desk-presses.ts";
import type { Notices } from "./notices.ts";
import { LOOK_UP_MS, unlessLate } from "./unless-late.ts";

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
type Submission = z.infer<typeof submissionSchema>;

/** A line of the desk whose author Slack was slow to name. */
const lineSchema = z.object({
  act: z.custom<Written | Deleted>(
    (act) => typeof act === "object" && act !== null && ("said" in act || "ts" in act),
  ),
  id: z.string(),
});
type Written = Extract<SlackAct, { type: "said" | "edited" }>;
type Deleted = Extract<SlackAct, { type: "deleted" }>;
/** What was said is read again for a day at most. */
const HEARD_MS = 2 * 24 * 3_600_000;
/** A note or a reply that comes later than that belongs to another talk. */
const WORTH_MS = 3_600_000;

/** The desk's part of what Slack sends. Each resolves when it is durable. */
export interface SlackDeskIntake {
  /** False when it is none of the desk's. */
  heard(act: SlackAct, eventId: string): Promise<boolean>;
  /** The same for what was read again after nobody listened; what was heard before is done once. */
  missed(said: Said): Promise<boolean>;
  /** What to acknowledge with; null when it is none of the desk's. */
  pressed(body: unknown): Promise<{ readonly ack: AckBody } | null>;
}

export function createSlackDeskIntake(
  parts: Pick<
    AdapterParts,
    | "api"
    | "people"
    | "identity"
    | "memory"
    | "watermarks"
    | "background"
    | "errands"
    | "logger"
    | "signal"
  >,
  options: {
    readonly channel: string;
    readonly words: DeskWords;
    readonly office: DeskOffice;
    readonly board: SlackBoard;
    readonly repliesByDefault: boolean;
    readonly notices: Notices;
  },
): SlackDeskIntake {
  const { people, memory, watermarks, errands, signal } = parts;
  const { channel, words, office, board, repliesByDefault, notices } = options;
  const call = { signal };

  const agentOf = async (user: string): Promise<Agent | null> => {
    const { displayName, role } = await people.principal(user, call);
    return role === "guest" ? null : { id: `slack:${user}`, name: displayName, role };
  };

  const whoIs = async (text: string): Promise<Agent | null> => {
    const [, user] = /^<@([A-Z0-9]+)>$/u.exec(text.trim()) ?? [];
    return user === undefined ? null : agentOf(user);
  };
  const talk = createDeskTalk({ office, words, repliesByDefault, memory, whoIs });

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
    const doing: DeskDoing = {
      caseId: id,
      agent,
      key: `desk:slack:${channel}:${said.ts}`,
      origin: originOf(channel, said.ts),
      files: said.attachments.map((file) => ({ ...file, platform: "slack" as const })),
    };
    await whisper(said.user, thread, await talk.line(doing, said.text));
  };

  /** Who comes and goes may say so in the channel itself. */
  const attend = async (said: Said): Promise<boolean> => {
    if (said.botId !== null || !/^[!！](?:online|away)$/iu.test(said.text.trim())) return false;
    const agent = await agentOf(said.user);
    const key = `desk:slack:${channel}:${said.ts}`;
    const answer = agent === null ? words.notTeam : await talk.attend(agent, key, said.text);
    await whisper(said.user, null, answer);
    return true;
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

  const withdraw = async (act: Deleted, id: CaseId): Promise<void> => {
    const { user, ts } = act;
    const agent = user === null ? null : await agentOf(user);
    if (agent === null) return;
    const doing = {
      caseId: id,
      agent,
      key: `desk:slack:${channel}:${ts}:deleted`,
      origin: originOf(channel, ts),
    };
    await whisper(agent.id.slice("slack:".length), act.thread, await talk.withdraw(doing));
  };

  const presses = createDeskPresses(parts, { channel, words, talk, office, agentOf, whisper });

  /** Whether Slack has said in time who these people are; what it says later is remembered. */
  const areKnown = (users: readonly string[]): Promise<boolean> =>
    unlessLate<boolean>(
      Promise.all(users.map(agentOf)).then(() => true),
      timeLimit(LOOK_UP_MS),
      () => false,
    );

  const take = async (act: Written | Deleted, id: CaseId): Promise<void> => {
    if (act.type === "deleted") await withdraw(act, id);
    else if (act.type === "edited") await correct(act, id);
    else await write(act.said, act.said.thread ?? act.said.ts, id);
  };

  /** Of a thread's root nobody knows which case it was: that is ours, and it is looked for when it is needed. */
  const deleted = async (act: Deleted): Promise<boolean> => {
    if (act.channel !== channel || act.thread === null) return false;
    const id = await board.caseOf(act.thread);
    if (id === null) return false;
    if (act.user === null || (await areKnown([act.user]))) await take(act, id);
    else await errands.give("desk-line", `${channel}:${act.ts}:deleted`, { act, id });
    return true;
  };

  errands.handle("desk-line", WORTH_MS, async (payload) => {
    const { act, id } = lineSchema.parse(payload);
    await take(act, caseId(id));
    return "done";
  });

  /** A window that does not close keeps what was written. */
  const keptOpen = (why: string, field: string = REPLY_FIELD.block): AckBody => ({
    response_action: "errors",
    errors: { [field]: why },
  });

  const learn = async ({ user, viewId, ...given }: LearningSubmission): Promise<AckBody> => {
    const agent = await agentOf(user);
    if (agent === null) return keptOpen(words.notSent(words.notTeam), LEARN_ERROR_FIELD);
    const doing = { caseId: given.caseId, agent, key: `desk:slack:view:${viewId}` };
    const refusal = await talk.act(doing, given.act);
    return refusal === null ? undefined : keptOpen(words.notSent(refusal), LEARN_ERROR_FIELD);
  };

  const submit = async (body: Submission, id: CaseId): Promise<AckBody> => {
    const { view, user } = body;
    const text = view.state.values[REPLY_FIELD.block]?.[REPLY_FIELD.action]?.value ?? "";
    if (text.trim() === "") return keptOpen(words.nothingWritten);
    if (!(await areKnown([user.id]))) return keptOpen(words.notSent(words.whoLate));
    const agent = await agentOf(user.id);
    if (agent === null) return keptOpen(words.notSent(words.notTeam));
    const doing = { caseId: id, agent, key: `desk:slack:view:${view.id}` };
    const refusal = await talk.act(doing, { type: "reply", text: text.trim() });
    return refusal === null ? undefined : keptOpen(words.notSent(refusal));
  };

  const hear = async (act: Written): Promise<boolean> => {
    const { said } = act;
    if (said.channel !== channel) return false;
    if (said.thread === null) return act.type === "said" && attend(said);
    const id = await board.caseOf(said.thread);
    if (id === null) return false;
    if (said.botId !== null) return true;
    const named = [...said.text.matchAll(/<@([A-Z0-9]+)>/gu)].flatMap(([, user]) => user ?? []);
    if (await areKnown([said.user, ...named])) await take(act, id);
    else {
      const edition = act.type === "edited" ? act.edition : "";
      await errands.give("desk-line", `${channel}:${said.ts}:${edition}`, { act, id });
    }
    return true;
  };

  const heardName = ({ ts }: Said): string => `desk:heard:${channel}:${ts}`;

  const said = async (act: Extract<SlackAct, { type: "said" }>): Promise<boolean> => {
    if (!(await hear(act))) return false;
    if (act.said.botId !== null) return true;
    await memory.set(heardName(act.said), true, HEARD_MS);
    await watermarks.heard(channel, act.said.ts);
    return true;
  };

  return {
    async heard(act) {
      if (act.type === "deleted") return deleted(act);
      if (act.type === "said") return said(act);
      return act.type === "edited" && hear(act);
    },
    async missed(line) {
      if (line.channel !== channel) return false;
      const wasHeard = (await memory.get(heardName(line), z.literal(true))) !== null;
      return wasHeard || said({ type: "said", said: line });
    },
    async pressed(body) {
      const submission = submissionSchema.safeParse(body);
      if (submission.success) {
        const id = caseId(submission.data.view.private_metadata);
        return { ack: await submit(submission.data, id) };
      }
      const learning = readLearning(body);
      if (learning !== null) return { ack: await learn(learning) };
      return (await presses.take(body)) ? { ack: undefined } : null;
    },
  };
}
