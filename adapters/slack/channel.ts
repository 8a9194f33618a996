import { z } from "zod";
import { FrontdeskError, type MessageId, type ReplyAddress } from "../../src/core/index.ts";
import type { Channel, ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { SlackApi } from "./client.ts";
import { type EncodedPart, encodeReply, streamText } from "./encode.ts";
import { askerName, type EphemeralMessages } from "./ephemeral.ts";
import { slackErrorName } from "./errors.ts";
import { isDirect, parseSlackMessage, slackMessageId } from "./ids.ts";
import type { SlackMemory } from "./memory.ts";
import type { NativeStreams } from "./native-streams.ts";
import type { Pacing } from "./pacing.ts";
import { type PostedPart, partMetadata, partsOf, postedParts } from "./posted.ts";
import type { SlackSettings } from "./settings.ts";
import type { StatusLine } from "./status-line.ts";

const anything = z.object({});

/** Every three seconds at most: all edits of a workspace share 50 a minute. */
const DRAFT_INTERVAL_MS = 3_000;
/** Additions to streams have a larger budget: a hundred a minute. */
const STREAM_INTERVAL_MS = 1_000;

/** Under this name it is remembered that a question was taken back. */
export function deletedName(channel: string, ts: string): string {
  return `deleted:${channel}/${ts}`;
}

export interface SlackChannelParts {
  readonly api: SlackApi;
  readonly pacing: Pacing;
  readonly status: StatusLine;
  readonly ephemeral: EphemeralMessages;
  readonly memory: SlackMemory;
  readonly settings: SlackSettings;
  readonly streams: NativeStreams;
}

interface Plan {
  readonly message: OutboundMessage;
  readonly parts: readonly EncodedPart[];
  /** `ts` of the question. */
  readonly question: string | null;
}

function isEphemeral({ ephemeral }: ReplyAddress): boolean {
  return ephemeral;
}

function refOf(id: MessageId): { readonly channel: string; readonly ts: string } {
  const ref = parseSlackMessage(id);
  if (ref !== null) return ref;
  throw new FrontdeskError("delivery_rejected", `${id} is not a message of Slack`);
}

/** Whether a message of ours is gone, or not ours to touch. */
function isGone(error: unknown): boolean {
  return ["message_not_found", "thread_not_found", "channel_not_found"].includes(
    slackErrorName(error) ?? "",
  );
}

/**
 * Slack as a messaging platform. A message carries its key as metadata, so that `find` knows it again; a long one is
 * posted in parts, and counts as there when all of them are.
 */
export function createSlackChannel(parts: SlackChannelParts): Channel {
  const { api, pacing, status, ephemeral, memory, settings, streams } = parts;

  const isNative = settings.streaming === "native";
  const minIntervalMs = isNative ? STREAM_INTERVAL_MS : DRAFT_INTERVAL_MS;

  const plan = (message: OutboundMessage): Plan => {
    const { address, reply } = message;
    const direct = isDirect(address.channelId);
    const question =
      address.replyTo === null ? null : (parseSlackMessage(address.replyTo)?.ts ?? null);
    const encoded = encodeReply(reply, {
      isDraft: message.isDraft === true,
      isEphemeral: false,
      canStopListening: !direct && address.threadId !== null && settings.channelMode !== "mention",
      shareId: null,
      saysPrivate: false,
    });
    return { message, parts: encoded, question };
  };

  const contentOf = (
    { message, parts: encoded, question }: Plan,
    index: number,
    count = encoded.length,
  ) => {
    const { text = "", blocks = [] } = encoded[index] ?? {};
    const metadata = partMetadata({ k: message.key, p: index, n: count, q: question });
    return { channel: message.address.channelId, text, blocks, metadata };
  };

  const postPart = async (what: Plan, index: number, { signal }: ChannelCall): Promise<string> => {
    const { address, key, isDraft } = what.message;
    if (isDraft === true && !pacing.isFree(address.channelId)) {
      const how = { retryable: true, retryAfterMs: DRAFT_INTERVAL_MS };
      throw new FrontdeskError(
        "rate_limited",
        "the channel is busy: the answer comes at its end",
        how,
      );
    }
    const thread = address.threadId === null ? {} : { thread_ts: address.threadId };
    return api.post(`${key}/${index}`, { ...contentOf(what, index), ...thread }, { signal });
  };

  const updatePart = async (
    what: Plan,
    index: number,
    ts: string,
    { signal }: ChannelCall,
  ): Promise<void> => {
    pacing.update(what.message.isDraft === true ? "spare" : "final");
    await api.call("chat.update", { ...contentOf(what, index), ts }, anything, { signal });
  };

  /** Deletes messages; what is gone already counts as deleted. */
  const deleteAll = async (
    channel: string,
    all: readonly string[],
    call: ChannelCall,
  ): Promise<void> => {
    for (const ts of all) {
      await api.call("chat.delete", { channel, ts }, anything, call).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
    }
  };

  /** Brings what stands there (`there`, by part) to what is planned. Gives the first part's `ts`. */
  const place = async (
    what: Plan,
    there: readonly (string | undefined)[],
    call: ChannelCall,
  ): Promise<string> => {
    let first = "";
    for (const index of what.parts.keys()) {
      const known = there[index];
      const ts = known ?? (await postPart(what, index, call));
      if (known !== undefined) await updatePart(what, index, known, call);
      if (index === 0) first = ts;
    }
    const surplus = there.slice(what.parts.length).flatMap((ts) => ts ?? []);
    await deleteAll(what.message.address.channelId, surplus, call);
    return first;
  };

  const byIndex = (found: readonly PostedPart[]): readonly (string | undefined)[] => {
    const there: (string | undefined)[] = [];
    for (const { p, ts } of found) there[p] ??= ts;
    return Array.from(there);
  };

  /** An edited question: its first answer is replaced where it stands. */
  const earlierAnswer = async (what: Plan, call: ChannelCall): Promise<readonly PostedPart[]> => {
    const all = await postedParts(api, what.message.address, call);
    const first = all.find(({ q }) => q !== null && q === what.question);
    return first === undefined ? [] : partsOf(all, first.k);
  };

  /** A draft as a stream; null where there can be none. */
  const stream = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt | null> => {
    const { address, reply, isDraft } = message;
    if (!isNative || isDraft !== true || address.replyTo === null) return null;
    const asker = memory.get(askerName(address.replyTo), z.string());
    const ts = await streams.begin(address, asker, streamText(reply), call);
    return ts === null ? null : { messageId: slackMessageId(address.channelId, ts) };
  };

  /** What stands there of a draft; true when the stream has taken what is new. */
  const ended = async (
    ts: string,
    { address, reply, isDraft }: OutboundMessage,
    call: ChannelCall,
  ): Promise<readonly string[] | true> => {
    if (!isNative) return [ts];
    if (isDraft === true && (await streams.grow(ts, address, streamText(reply), call))) return true;
    return streams.end(ts, address, call);
  };

  const postInThread = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const what = plan(message);
    const { address } = message;
    const isRevision =
      address.replyTo !== null && parseSlackMessage(address.replyTo)?.edition !== null;
    const there = isRevision
      ? byIndex(await earlierAnswer(what, call))
      : what.parts.length > 1
        ? byIndex(partsOf(await postedParts(api, address, call), message.key))
        : [];
    const ts = await place(what, there, call);
    if (message.isDraft !== true) status.ended(address, true);
    return { messageId: slackMessageId(address.channelId, ts) };
  };

  const isTakenBack = ({ replyTo }: ReplyAddress): boolean => {
    const question = replyTo === null ? null : parseSlackMessage(replyTo);
    if (question === null) return false;
    return memory.get(deletedName(question.channel, question.ts), z.literal(true)) !== null;
  };

  return {
    platform: "slack",
    ...(settings.streaming === "off" ? {} : { drafts: { minIntervalMs } }),
    async post(message, call) {
      call.signal.throwIfAborted();
      const { address } = message;
      if (isEphemeral(address)) return ephemeral.post(message, call);
      if (isTakenBack(address)) {
        // The question is gone: there is nothing left to answer, and nobody who waits.
        status.ended(address, false);
        return { messageId: slackMessageId(address.channelId, "taken-back") };
      }
      return (await stream(message, call)) ?? postInThread(message, call);
    },
    async edit(messageId, message, call) {
      call.signal.throwIfAborted();
      const { address } = message;
      if (isEphemeral(address)) return ephemeral.edit(messageId, message, call);
      const { ts } = refOf(messageId);
      if (isTakenBack(address)) {
        await deleteAll(address.channelId, [ts], call);
        return status.ended(address, false);
      }
      const what = plan(message);
      const standing = await ended(ts, message, call);
      if (standing === true) return;
      const isKnownWhole = standing.length > 1 || what.parts.length === 1;
      const more = isKnownWhole
        ? []
        : byIndex(partsOf(await postedParts(api, address, call), message.key)).slice(1);
      await place(what, [...standing, ...more], call);
      if (message.isDraft !== true) status.ended(address, true);
    },
    async remove(messageId, address, call) {
      call.signal.throwIfAborted();
      if (isEphemeral(address)) return ephemeral.remove(messageId, address, call);
      const { channel, ts } = refOf(messageId);
      const all = await postedParts(api, address, call);
      const mark = all.find((part) => part.ts === ts);
      const others = mark === undefined ? [] : partsOf(all, mark.k).map((part) => part.ts);
      await deleteAll(channel, [...new Set([ts, ...others])], call);
    },
    async find(key, address, call) {
      call.signal.throwIfAborted();
      if (isEphemeral(address)) return ephemeral.find(key);
      const found = partsOf(await postedParts(api, address, call), key);
      const [first] = found;
      if (first === undefined || new Set(found.map(({ p }) => p)).size < first.n) return null;
      return { messageId: slackMessageId(address.channelId, first.ts) };
    },
    progress: (address, progress) => status.progress(address, progress),
  };
}
