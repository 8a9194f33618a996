import { z } from "zod";
import { effectKey, type ReplyAddress } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { deletedName } from "./channel.ts";
import type { Said, SlackAct } from "./decode.ts";
import { type Hearing, rootOf } from "./hearing.ts";
import { slackConversationId, slackMessageId, timeOfTs } from "./ids.ts";
import { isGone, type PostedPart, postedParts } from "./posted.ts";
import { threadAddress } from "./thread-address.ts";

/** What is done when somebody mends a question, or takes it back. Resolves when it is durable. */
export interface Corrections {
  edited(act: Extract<SlackAct, { type: "edited" }>): Promise<void>;
  deleted(act: Extract<SlackAct, { type: "deleted" }>): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Who mends an older question does not wait for another answer. */
const EDIT_WINDOW_MS = 3_600_000;
const anything = z.object({});

/** What a correction needs of the intake. */
interface IntakeTools {
  readonly hear: (said: Said) => Promise<Hearing>;
  readonly receive: (
    said: Said,
    options: {
      readonly isAddressed: boolean;
      readonly edition: string;
      readonly dedupeKeys: readonly string[];
    },
  ) => Promise<boolean>;
  readonly stop: (
    channel: string,
    thread: string,
    dedupeKey: string,
    only: { readonly by: string; readonly ts: string },
  ) => Promise<void>;
  readonly follow: (
    said: Said,
    how: Hearing,
    dedupeKeys: readonly string[],
    limit: AbortSignal | null,
  ) => Promise<boolean>;
}

const editedSchema = z.object({
  said: z.custom<Said>((said) => typeof said === "object" && said !== null && "ts" in said),
  edition: z.string(),
});
const takenBackSchema = z.object({
  channel: z.string(),
  ts: z.string(),
  thread: z.string().nullable(),
  /** `ts` of the messages whose answers go; default the one. */
  questions: z.array(z.string()).optional(),
  /** Only what stands before this time; what answers a mended question comes after it. */
  before: z.string().nullable().default(null),
});
type TakenBack = z.infer<typeof takenBackSchema>;

export function createCorrections(parts: AdapterParts, intake: IntakeTools): Corrections {
  const { api, edits, memory, participation, askers, chosen, errands, clock, signal } = parts;
  const call = { signal };

  const addressOfSaid = async (said: Said): Promise<ReplyAddress> =>
    threadAddress((await parts.identity()).team, said, null);

  /** Whether it stands where the bot takes part: talk elsewhere is not looked at. */
  const isHeard = async (said: Said): Promise<boolean> =>
    participation.isKnown((await addressOfSaid(said)).conversationId);

  /** Whether the earlier version of a message was answered. */
  const wasAnswered = async (said: Said): Promise<boolean> => {
    const posted = await postedParts(api, await addressOfSaid(said), call);
    return posted.some(({ q }) => q === said.ts);
  };

  /** Takes the answers to messages back; what is gone already is as good as taken back. */
  const takeBack = async (given: TakenBack): Promise<void> => {
    const { channel, ts, before, questions = [ts] } = given;
    const { team } = await parts.identity();
    const posted = await postedParts(api, threadAddress(team, given, null), call);
    const isMeant = (part: PostedPart): boolean =>
      questions.includes(part.q ?? "") && (before === null || Number(part.ts) < Number(before));
    for (const part of posted.filter(isMeant)) {
      const place = { channel, ts: part.ts };
      await api.call("chat.delete", place, anything, call).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
      edits.release(effectKey(part.k));
    }
  };

  const keyOf = ({ channel, ts }: Said, edition: string): string =>
    `edited:${channel}:${ts}:${edition}`;

  const revise = async (said: Said, edition: string): Promise<void> => {
    const key = keyOf(said, edition);
    // What is being written for the earlier version has no reader any more.
    const only = { by: said.user, ts: said.ts };
    await intake.stop(said.channel, rootOf(said), `stop:${key}`, only);
    const { channel, ts, thread } = said;
    const questions = (await chosen.of(channel, ts, said.user)).map((press) => press.ts);
    if (questions.length > 0) {
      // What was chosen answered the earlier version.
      await errands.give("take-back", key, { channel, ts, thread, questions, before: edition });
    }
    await intake.receive(said, { isAddressed: true, edition, dedupeKeys: [key] });
  };

  /** Talk that nobody addressed to the bot is answered anew where it was answered before, whatever the channel's mode. */
  errands.handle("edited", EDIT_WINDOW_MS, async (payload) => {
    const { said, edition } = editedSchema.parse(payload);
    if (await wasAnswered(said)) {
      await revise(said, edition);
      return "done";
    }
    // What became a question just now may be one that is to be offered an answer.
    const how = await intake.hear(said);
    if (how === "offer") await intake.follow(said, how, [keyOf(said, edition)], null);
    // Talk that nobody answered may have been passed on to a person.
    if (how === "overheard") {
      const dedupeKeys = [keyOf(said, edition)];
      await intake.receive(said, { isAddressed: false, edition, dedupeKeys });
    }
    return "done";
  });

  errands.handle("take-back", DAY_MS, async (payload) => {
    await takeBack(takenBackSchema.parse(payload));
    return "done";
  });

  return {
    async edited({ said, edition }) {
      if (clock.now() - timeOfTs(said.ts) > EDIT_WINDOW_MS) return;
      const how = await intake.hear(said);
      if (how === "addressed") return revise(said, edition);
      if (how === "refuse" || !(await isHeard(said))) return;
      // Whether it was answered only Slack knows, and that may take longer than an acknowledgement.
      await errands.give("edited", keyOf(said, edition), { said, edition });
    },
    async deleted({ channel, ts, thread, user }) {
      const { team } = await parts.identity();
      const root = thread ?? ts;
      const id = slackConversationId({ kind: "thread", team, channel, thread: root });
      // Talk in which the bot takes no part is none of its business.
      if (!(await participation.isKnown(id))) return;
      await memory.set(deletedName(channel, ts), true, DAY_MS);
      const author = user ?? (await askers.of(threadAddress(team, { channel, ts, thread }, null)));
      const presses = author === null ? [] : await chosen.of(channel, ts, author);
      for (const press of presses) await memory.set(deletedName(channel, press.ts), true, DAY_MS);
      const message = slackMessageId(channel, ts);
      const event = { type: "message.withdrawn", message, at: clock.now() };
      const keys = [`withdrawn:${channel}:${ts}`];
      await parts.host.inbox.tell({ kind: "dialogue", id }, event, keys);
      if (author !== null) {
        await intake.stop(channel, root, `deleted:${channel}:${ts}`, { by: author, ts });
      }
      const questions = [ts, ...presses.map((press) => press.ts)];
      await errands.give("take-back", `${channel}/${ts}`, { channel, ts, thread, questions });
    },
  };
}
