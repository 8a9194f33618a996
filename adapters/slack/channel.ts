import { z } from "zod";
import {
  effectKey,
  FrontdeskError,
  isAnswerToMessage,
  isFrontdeskError,
  type MessageId,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Channel, ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import { answerId, type GivenAnswers } from "../shared/given-answers.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { Askers } from "./askers.ts";
import type { Chosen } from "./chosen.ts";
import type { SlackApi } from "./client.ts";
import type { Edits } from "./edits.ts";
import { encodeReply, streamText } from "./encode.ts";
import type { EphemeralMessages } from "./ephemeral.ts";
import { isDirect, parseSlackMessage, slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import type { NativeStreams } from "./native-streams.ts";
import type { Pacing } from "./pacing.ts";
import type { PersonTyping } from "./person-typing.ts";
import { byIndex, createPlacement, type Plan } from "./placement.ts";
import { type PostedPart, partsOf, postedParts } from "./posted.ts";
import type { SlackSettings } from "./settings.ts";
import type { StatusLine } from "./status-line.ts";
import type { SlackUploads } from "./uploads.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every three seconds at most: all edits of a workspace share 50 a minute. */
const DRAFT_INTERVAL_MS = 3_000;
/** Additions to streams have a larger budget: a hundred a minute. */
const STREAM_INTERVAL_MS = 1_000;

/** Under this name it is remembered that a question was taken back. */
export function deletedName(channel: string, ts: string): string {
  return `deleted:${channel}/${ts}`;
}

/** Under this name it is remembered what a growing text answers. */
export function answeringName(channel: string, ts: string): string {
  return `answering:${channel}/${ts}`;
}

/** Under this name it is remembered what is being answered in a thread, while its text grows. */
export function answeringInName(channel: string, thread: string): string {
  return `answering-in:${channel}/${thread}`;
}

export interface SlackChannelParts {
  readonly api: SlackApi;
  readonly pacing: Pacing;
  readonly edits: Edits;
  readonly status: StatusLine;
  readonly ephemeral: EphemeralMessages;
  readonly memory: Remembered;
  readonly askers: Askers;
  readonly chosen: Chosen;
  readonly given: GivenAnswers;
  readonly rules: ChannelRules;
  readonly settings: SlackSettings;
  readonly streams: NativeStreams;
  readonly typing: PersonTyping;
  readonly uploads: SlackUploads;
}

function refOf(id: MessageId): { readonly channel: string; readonly ts: string } {
  const ref = parseSlackMessage(id);
  if (ref !== null) return ref;
  throw new FrontdeskError("delivery_rejected", `${id} is not a message of Slack`);
}

function questionOf({ replyTo }: ReplyAddress) {
  return replyTo === null ? null : parseSlackMessage(replyTo);
}

/**
 * Slack as a messaging platform. A message carries its key as metadata, so that `find` knows it again; a long one is
 * posted in parts, and counts as there when all of them are.
 */
export function createSlackChannel(parts: SlackChannelParts): Channel {
  const { api, edits, status, ephemeral, memory, askers, chosen, rules, settings, streams } = parts;
  const isNative = settings.streaming === "native";
  const minIntervalMs = isNative ? STREAM_INTERVAL_MS : DRAFT_INTERVAL_MS;
  const placement = createPlacement({ ...parts, draftIntervalMs: DRAFT_INTERVAL_MS });

  const planOf = async (message: OutboundMessage): Promise<Plan> => {
    const { address, reply } = message;
    const { channelId, threadId } = address;
    const canStopListening =
      !isDirect(channelId) && threadId !== null && (await rules.modeOf(channelId)) !== "mention";
    const encoded = encodeReply(reply, {
      isDraft: message.isDraft === true,
      isEphemeral: false,
      canStopListening,
      shareId: null,
      answerId: answerId(message.key),
      questionId: answerId(message.key),
      saysPrivate: false,
    });
    const question = isAnswerToMessage(reply) ? questionOf(address) : null;
    return { message, parts: encoded, question: question?.ts ?? null };
  };

  /** For the thumbs under it; before it is shown, for thumbs are quick. */
  const remember = async ({ key, address, reply, isDraft }: OutboundMessage): Promise<void> => {
    if (isDraft === true || reply.decision !== "answer") return;
    await parts.given.remember(answerId(key), reply, await askers.wordsOf(address));
  };

  /** An edited question: its first answer is replaced where it stands. */
  const earlierAnswer = async (
    address: ReplyAddress,
    question: string,
    call: ChannelCall,
  ): Promise<readonly PostedPart[]> => {
    const all = await postedParts(api, address, call);
    const first = all.find(({ q }) => q === question);
    return first === undefined ? [] : partsOf(all, first.k);
  };

  /** For whoever wants it stopped. */
  const noteDraft = async (
    { channelId, threadId, replyTo }: ReplyAddress,
    ts: string,
  ): Promise<void> => {
    if (replyTo === null) return;
    await memory.set(answeringName(channelId, ts), replyTo, DAY_MS);
    if (threadId !== null) await memory.set(answeringInName(channelId, threadId), replyTo, HOUR_MS);
  };

  /** A draft as a stream; null where there can be none. */
  const stream = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt | null> => {
    const { address, reply, isDraft } = message;
    if (!isNative || isDraft !== true || address.replyTo === null) return null;
    const asker = await askers.of(address);
    const beginning = { key: message.key, address, asker, text: streamText(reply) };
    const ts = await streams.begin(beginning, call);
    if (ts === null) return null;
    await noteDraft(address, ts);
    return { messageId: slackMessageId(address.channelId, ts) };
  };

  /** What stands there of a draft; true when the stream has taken what is new. */
  const ended = async (
    ts: string,
    { address, reply, isDraft }: OutboundMessage,
    call: ChannelCall,
  ): Promise<readonly string[] | true> => {
    if (!isNative) return [ts];
    if (isDraft === true && (await streams.grow(ts, streamText(reply), call))) return true;
    return streams.end(ts, address, call);
  };

  /** What of a message is there already, by part; looked up only where something can be. */
  const standing = async (plan: Plan, call: ChannelCall) => {
    const { address, key, reply } = plan.message;
    const question = questionOf(address);
    if (question !== null && question.edition !== null && isAnswerToMessage(reply)) {
      return earlierAnswer(address, question.ts, call);
    }
    return plan.parts.length === 1 ? [] : partsOf(await postedParts(api, address, call), key);
  };

  const isTakenBack = async ({
    address,
    reply,
  }: Pick<OutboundMessage, "address" | "reply">): Promise<boolean> => {
    const question = questionOf(address);
    if (question === null || !isAnswerToMessage(reply)) return false;
    const name = deletedName(question.channel, question.ts);
    return (await memory.get(name, z.literal(true))) !== null;
  };

  /** Whoever took the question back while its answer waited for its turn has found nothing of it to delete. */
  const dropIfTakenBack = async (
    ts: string,
    message: OutboundMessage,
    call: ChannelCall,
  ): Promise<void> => {
    const { address, key } = message;
    if (!(await isTakenBack(message))) return;
    edits.release(key);
    const others = partsOf(await postedParts(api, address, call), key).map((part) => part.ts);
    await placement.deleteAll(address.channelId, [...new Set([ts, ...others])], call);
  };

  /** It stands there whole. */
  const noteShown = async (ts: string, { address, reply }: OutboundMessage): Promise<void> => {
    const question = questionOf(address);
    if (reply.decision !== "clarify" || question === null) return;
    await chosen.asked(address.channelId, ts, question.ts);
  };

  const postInThread = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const plan = await planOf(message);
    await remember(message);
    const ts = await placement.place(plan, byIndex(await standing(plan, call)), call);
    await dropIfTakenBack(ts, message, call);
    if (message.isDraft === true) await noteDraft(message.address, ts);
    else {
      await noteShown(ts, message);
      status.ended(message.address, "shown");
    }
    return { messageId: slackMessageId(message.address.channelId, ts) };
  };

  const postPrivately = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address } = message;
    const question = questionOf(address);
    if (question !== null && question.edition !== null && isAnswerToMessage(message.reply)) {
      // Its first version was answered for all: that answer is none to what stands there now.
      const old = await earlierAnswer(address, question.ts, call);
      await placement.deleteAll(
        address.channelId,
        old.map(({ ts }) => ts),
        call,
      );
    }
    // After that: without a reply the thread would hide what only one person may see.
    const receipt = await ephemeral.post(message, call);
    // What only one person sees does not clear the line of the thread.
    status.ended(address, "unseen");
    return receipt;
  };

  const noteEnd = async (address: ReplyAddress): Promise<void> => {
    status.ended(address, "shown");
    const { channelId, threadId } = address;
    if (threadId !== null) await memory.delete(answeringInName(channelId, threadId));
  };

  const editInThread = async (
    ts: string,
    message: OutboundMessage,
    call: ChannelCall,
  ): Promise<void> => {
    const there = await ended(ts, message, call);
    if (there === true) return;
    const plan = { ...(await planOf(message)), isEdit: true };
    await remember(message);
    const isWhole = there.length > 1 || plan.parts.length === 1;
    const more = isWhole ? [] : byIndex(await standing(plan, call)).slice(1);
    const shown = await placement.place(plan, [...there, ...more], call);
    await dropIfTakenBack(ts, message, call);
    if (message.isDraft === true) return;
    await noteShown(shown, message);
    await noteEnd(message.address);
  };

  /** What is refused for good leaves no line behind that says that the bot is at work. */
  const orEnd = async <Result>(
    { address, isDraft, key }: OutboundMessage,
    work: Promise<Result>,
  ): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (isDraft !== true && isFrontdeskError(error, "delivery_rejected")) {
        status.ended(address, "unseen");
        edits.release(key);
      }
      throw error;
    }
  };

  return {
    platform: "slack",
    ...(settings.streaming === "off" ? {} : { drafts: { minIntervalMs } }),
    async post(message, call) {
      call.signal.throwIfAborted();
      const { address } = message;
      if (address.ephemeral) return orEnd(message, postPrivately(message, call));
      if (await isTakenBack(message)) {
        // The question is gone: there is nothing left to answer, and nobody who waits.
        status.ended(address, "unseen");
        return { messageId: slackMessageId(address.channelId, "taken-back") };
      }
      return (await stream(message, call)) ?? orEnd(message, postInThread(message, call));
    },
    async edit(messageId, message, call) {
      call.signal.throwIfAborted();
      const { address } = message;
      if (address.ephemeral) return ephemeral.edit(messageId, message, call);
      const { ts } = refOf(messageId);
      if (!(await isTakenBack(message))) return orEnd(message, editInThread(ts, message, call));
      edits.release(message.key);
      const all = isNative ? await streams.end(ts, address, call) : [ts];
      await placement.deleteAll(address.channelId, all, call);
      status.ended(address, "unseen");
    },
    async remove(messageId, address, call) {
      call.signal.throwIfAborted();
      if (address.ephemeral) return;
      const { channel, ts } = refOf(messageId);
      const streamed = isNative ? await streams.end(ts, address, call) : [ts];
      const all = await postedParts(api, address, call);
      const mark = all.find((part) => part.ts === ts);
      if (mark !== undefined) edits.release(effectKey(mark.k));
      const others = mark === undefined ? [] : partsOf(all, mark.k).map((part) => part.ts);
      await placement.deleteAll(channel, [...new Set([...streamed, ...others])], call);
    },
    async find(key, address, call) {
      call.signal.throwIfAborted();
      if (address.ephemeral) return ephemeral.find(key);
      if (placement.wasHeldBack(key)) return null;
      const found = partsOf(await postedParts(api, address, call), key);
      const [first] = found;
      if (first === undefined && isNative) {
        const ts = await streams.find(key, address, call);
        return ts === null ? null : { messageId: slackMessageId(address.channelId, ts) };
      }
      if (first === undefined || new Set(found.map(({ p }) => p)).size < first.n) return null;
      return { messageId: slackMessageId(address.channelId, first.ts) };
    },
    files: parts.uploads,
    typing(address, name) {
      if (address.ephemeral) return;
      void askers
        .languageOf(address)
        .catch(() => "en" as const)
        .then((language) => parts.typing.show(address, slackLabels(language).types(name)));
    },
    progress: (address, progress) => status.progress(address, progress),
  };
}
