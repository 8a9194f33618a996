import { z } from "zod";
import {
  FrontdeskError,
  isAnswerToMessage,
  type MessageId,
  type Reply,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Channel, ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { Remembered } from "../shared/remembered.ts";
import { announcedKey } from "./announcements.ts";
import type { DiscordApi } from "./client.ts";
import { markOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import type { Detour } from "./detour.ts";
import { isShut } from "./direct-messages.ts";
import { type EncodedPart, encodeReply } from "./encode.ts";
import type { EphemeralMessages } from "./ephemeral.ts";
import { discordMessageId, parseDiscordConversation, parseDiscordMessage } from "./ids.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import { createPlacement, type Plan } from "./placement.ts";
import type { PostOnce } from "./post-once.ts";
import { fetchMessage, findPosted } from "./posted.ts";
import type { PrivateDrafts } from "./private-drafts.ts";
import type { Receipts } from "./receipts.ts";
import type { DiscordSettings } from "./settings.ts";
import { createStopping } from "./stopping.ts";
import type { Typing } from "./typing.ts";
import { createDiscordUploads } from "./uploads.ts";
import type { WaitingLine } from "./waiting-line.ts";
import { createWriteLine } from "./write-line.ts";

/** Under this name it is remembered that a question was taken back. */
export function deletedName(channel: string, id: string): string {
  return `deleted:${channel}/${id}`;
}

export interface DiscordChannelParts {
  readonly api: DiscordApi;
  readonly identity: () => Promise<DiscordIdentity>;
  readonly typing: Typing;
  readonly line: WaitingLine;
  readonly privateDrafts: PrivateDrafts;
  readonly ephemeral: EphemeralMessages;
  readonly detour: Detour;
  readonly memory: Remembered;
  readonly receipts: Receipts;
  readonly answers: KeptAnswers;
  readonly once: PostOnce;
  readonly rules: ChannelRules;
  readonly settings: DiscordSettings;
}

function refOf(id: MessageId) {
  const ref = parseDiscordMessage(id);
  if (ref !== null) return ref;
  throw new FrontdeskError("delivery_rejected", `${id} is not a message of Discord`);
}

function questionOf({ replyTo }: ReplyAddress) {
  const ref = replyTo === null ? null : parseDiscordMessage(replyTo);
  return ref !== null && /^\d+$/u.test(ref.id) ? ref : null;
}

/** The channel or thread in which something is said. */
export function placeOfAddress({ channelId, threadId }: ReplyAddress): string {
  return threadId ?? channelId;
}

/** What a button needs to know of its conversation; see `CustomId`. */
function scopeOf({ conversationId }: ReplyAddress): string {
  const place = parseDiscordConversation(conversationId);
  if (place?.kind === "chain") return place.root;
  return place?.kind === "private" ? "@" : "-";
}

/**
 * Discord as a messaging platform. A post carries a nonce made of its key, so that the same one sent again within minutes gives
 * the first; later `find` knows it by what was noted, else by its reply reference.
 */
export function createDiscordChannel(parts: DiscordChannelParts): Channel {
  const {
    api,
    typing,
    line,
    privateDrafts,
    ephemeral,
    detour,
    memory,
    receipts,
    rules,
    settings,
    answers,
  } = parts;
  const { pacing } = settings;
  const stopping = createStopping(memory);
  const placement = createPlacement({
    api,
    receipts,
    pacing,
    posts: createWriteLine(pacing),
    edits: createWriteLine(pacing),
  });

  const encodeFor = (
    { address, reply, key, isDraft }: OutboundMessage,
    canStopListening: boolean,
  ): readonly EncodedPart[] =>
    encodeReply(reply, {
      isDraft: isDraft === true,
      isCommand: false,
      canStopListening,
      shareId: null,
      saysPrivate: false,
      longAnswers: settings.longAnswers,
      scope: scopeOf(address),
      mark: markOf(key),
    });

  const planOf = async (message: OutboundMessage): Promise<Plan> => {
    const { address } = message;
    const { channelId, threadId } = address;
    const canStopListening = threadId !== null && (await rules.modeOf(channelId)) !== "mention";
    const encoded = encodeFor(message, canStopListening);
    await answers.remember(message, encoded);
    const question = questionOf(address)?.id ?? null;
    return { message, parts: encoded, channel: placeOfAddress(address), question };
  };

  /** @param channel where it was to stand: in direct messages it replies to nothing */
  const look = async (key: string, address: ReplyAddress, channel: string, call: ChannelCall) => {
    const { userId: self } = await parts.identity();
    const question = channel === placeOfAddress(address) ? questionOf(address)?.id : undefined;
    const of = { key, channel, question: question ?? null };
    return findPosted({ api, receipts, self }, of, call).catch((error: unknown) => {
      // Where it may write and not read, the nonce has to do.
      if (isShut(error)) return [];
      throw error;
    });
  };

  /** An edited question: its first answer is replaced where it stands. */
  const earlierAnswer = async (
    { question, message, channel }: Plan,
    call: ChannelCall,
  ): Promise<readonly string[]> => {
    for (const key of question === null ? [] : await receipts.answersTo(question)) {
      if (key === message.key) continue;
      const sent = await receipts.of(key);
      // Told in direct messages: what comes now is tried in the open first.
      if (sent !== null && sent.channel !== channel) continue;
      const noted = sent?.ids ?? [];
      // It may just have been posted.
      const ids = noted.length > 0 ? noted : await look(key, message.address, channel, call);
      if (ids.length === 0) continue;
      await receipts.forget(key);
      return ids;
    }
    return [];
  };

  /** What of a message is there already. */
  const standing = async (plan: Plan, call: ChannelCall): Promise<readonly string[]> => {
    const { address, key } = plan.message;
    const sent = await receipts.of(key);
    if (sent !== null && sent.ids.length > 0 && sent.channel === plan.channel) return sent.ids;
    const edition = questionOf(address)?.edition ?? null;
    const isAnswer = edition !== null && isAnswerToMessage(plan.message.reply);
    return isAnswer ? earlierAnswer(plan, call) : [];
  };

  const isTakenBack = async ({
    address,
    reply,
  }: Pick<OutboundMessage, "address" | "reply">): Promise<boolean> => {
    const question = questionOf(address);
    if (question === null || !isAnswerToMessage(reply)) return false;
    const name = deletedName(question.channel, question.id);
    return (await memory.get(name, z.literal(true))) !== null;
  };

  /** What may not stand where it belongs goes to its asker's direct messages. */
  const tellElsewhere = async (
    message: OutboundMessage,
    refusal: unknown,
    call: ChannelCall,
  ): Promise<Receipt> => {
    if (message.isDraft === true || !isShut(refusal)) throw refusal;
    const encode = (told: Reply) => encodeFor({ ...message, reply: told }, false);
    const user = await detour.askerOf(message);
    return detour.tell({ message, user, refusal, encode }, call);
  };

  const editThere = async (
    { channel, id }: { readonly channel: string; readonly id: string },
    message: OutboundMessage,
    call: ChannelCall,
  ) => {
    const plan = { ...(await planOf(message)), channel };
    const sent = await receipts.of(message.key);
    const more = sent !== null && sent.ids[0] === id ? sent.ids.slice(1) : [];
    try {
      await placement.place(plan, [id, ...more], call);
    } catch (refusal) {
      await tellElsewhere(message, refusal, call);
    }
    if (message.isDraft !== true) typing.ended(placeOfAddress(message.address));
  };

  const deleteParts = async (key: string, channel: string, call: ChannelCall): Promise<void> => {
    const sent = await receipts.of(key);
    await placement.deleteAll(sent?.channel ?? channel, sent?.ids ?? [], call);
  };

  /** Puts it where it belongs; what may not stand there goes to its asker's direct messages. */
  const placeOrTell = async (plan: Plan, call: ChannelCall): Promise<Receipt> => {
    const { message, channel } = plan;
    try {
      const id = await placement.place(plan, await standing(plan, call), call);
      return { messageId: discordMessageId(channel, id) };
    } catch (refusal) {
      return tellElsewhere(message, refusal, call);
    }
  };

  /** What a private answer takes the place of: an earlier answer, or the line that one is ready. */
  const removeEarlier = async ({ key, address, reply }: OutboundMessage, call: ChannelCall) => {
    const question = questionOf(address);
    if (question === null || question.edition === null || !isAnswerToMessage(reply)) return;
    for (const earlier of await receipts.answersTo(question.id)) {
      if (earlier === key || earlier === announcedKey(key)) continue;
      await deleteParts(earlier, placeOfAddress(address), call);
      await receipts.forget(earlier);
    }
  };

  const postPrivately = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    await removeEarlier(message, call);
    const receipt = await ephemeral.post(message, call);
    if (await isTakenBack(message)) {
      const { key, address } = message;
      for (const one of [key, announcedKey(key)]) {
        await deleteParts(one, placeOfAddress(address), call);
      }
    }
    return receipt;
  };

  const post = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address, isDraft, key } = message;
    await Promise.all([line.ended(address), privateDrafts.ended(address)]);
    const channel = placeOfAddress(address);
    if (await isTakenBack(message)) {
      // The question is gone: there is nothing left to answer, and nobody who waits.
      typing.ended(channel);
      return { messageId: discordMessageId(channel, "taken-back") };
    }
    if (address.ephemeral) return postPrivately(message, call);
    if (isDraft === true && address.replyTo !== null) {
      await stopping.note(markOf(key), address.replyTo);
    }
    const receipt = await placeOrTell(await planOf(message), call);
    // It was taken back while it was being answered.
    if (await isTakenBack(message)) await deleteParts(key, channel, call);
    if (isDraft !== true) typing.ended(channel);
    return receipt;
  };

  const uploads = createDiscordUploads({ api, once: parts.once });
  return {
    platform: "discord",
    ...(settings.streaming === "off" ? {} : { drafts: { minIntervalMs: pacing.draftIntervalMs } }),
    async post(message, call) {
      call.signal.throwIfAborted();
      return post(message, call);
    },
    async edit(messageId, message, call) {
      call.signal.throwIfAborted();
      const { address } = message;
      await privateDrafts.ended(address);
      if (address.ephemeral) return ephemeral.edit(messageId, message, call);
      const { channel, id } = refOf(messageId);
      if (!(await isTakenBack(message))) return editThere({ channel, id }, message, call);
      await placement.deleteAll(channel, [id], call);
      typing.ended(channel);
    },
    async remove(messageId, address, call) {
      call.signal.throwIfAborted();
      if (address.ephemeral) return ephemeral.remove(messageId, address, call);
      const { channel, id } = refOf(messageId);
      const key = await receipts.ownerOf(id);
      const sent = key === null ? null : await receipts.of(key);
      const ids = sent?.ids.includes(id) === true ? sent.ids : [id];
      await placement.deleteAll(channel, ids, call);
      if (key !== null) await receipts.forget(key);
    },
    async find(key, address, call) {
      call.signal.throwIfAborted();
      if (address.ephemeral) return ephemeral.find(key, address, call);
      if (placement.wasHeldBack(key)) return null;
      const sent = await receipts.of(key);
      const channel = sent?.channel ?? placeOfAddress(address);
      const noted = sent?.ids ?? [];
      const ids = noted.length > 0 ? noted : await look(key, address, channel, call);
      const [first] = ids;
      if (first === undefined || ids.length < (sent?.n ?? 1)) return null;
      if (noted.length > 0 && (await fetchMessage(api, channel, first, call)) === null) return null;
      if (noted.length === 0) {
        await receipts.note(key, { channel, n: ids.length, ids: [...ids] });
      }
      return { messageId: discordMessageId(channel, first) };
    },
    files: {
      put: (file, address, call) => uploads.put(file, placeOfAddress(address), call),
      remove: (receipt, address, call) => uploads.remove(receipt, placeOfAddress(address), call),
    },
    typing(address) {
      if (!address.ephemeral) typing.begin(placeOfAddress(address));
    },
    progress: (address, progress) => {
      if (progress.type !== "stage") {
        if (settings.streaming === "edits" && address.ephemeral) {
          privateDrafts.grow(address, progress);
        }
        return;
      }
      if (progress.stage === "queued") line.queued(address, progress);
      else line.served(address);
      if (!address.ephemeral) typing.show(placeOfAddress(address));
    },
  };
}
