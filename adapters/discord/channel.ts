import { z } from "zod";
import { FrontdeskError, type MessageId, type ReplyAddress } from "../../src/core/index.ts";
import type { Channel, ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { ChannelRules } from "../shared/channel-rules.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { DiscordApi } from "./client.ts";
import { markOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import { encodeReply } from "./encode.ts";
import type { EphemeralMessages } from "./ephemeral.ts";
import { discordMessageId, parseDiscordConversation, parseDiscordMessage } from "./ids.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import { createPlacement, type Plan } from "./placement.ts";
import { fetchMessage, findPosted } from "./posted.ts";
import type { Receipts } from "./receipts.ts";
import type { DiscordSettings } from "./settings.ts";
import type { Typing } from "./typing.ts";
import { createWriteLine } from "./write-line.ts";

/** Under this name it is remembered that a question was taken back. */
export function deletedName(channel: string, id: string): string {
  return `deleted:${channel}/${id}`;
}

export interface DiscordChannelParts {
  readonly api: DiscordApi;
  readonly identity: () => Promise<DiscordIdentity>;
  readonly typing: Typing;
  readonly ephemeral: EphemeralMessages;
  readonly memory: Remembered;
  readonly receipts: Receipts;
  readonly answers: KeptAnswers;
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
  const { api, typing, ephemeral, memory, receipts, rules, settings, answers } = parts;
  const { pacing } = settings;
  const placement = createPlacement({
    api,
    receipts,
    pacing,
    posts: createWriteLine(pacing),
    edits: createWriteLine(pacing),
  });

  const planOf = async (message: OutboundMessage): Promise<Plan> => {
    const { address, reply, key } = message;
    const { channelId, threadId } = address;
    const canStopListening = threadId !== null && (await rules.modeOf(channelId)) !== "mention";
    const encoded = encodeReply(reply, {
      isDraft: message.isDraft === true,
      isPrivate: false,
      canStopListening,
      shareId: null,
      saysPrivate: false,
      longAnswers: settings.longAnswers,
      scope: scopeOf(address),
      mark: markOf(key),
    });
    await answers.remember(message, encoded);
    const question = questionOf(address)?.id ?? null;
    return { message, parts: encoded, channel: placeOfAddress(address), question };
  };

  const look = async (key: string, address: ReplyAddress, call: ChannelCall) => {
    const { userId: self } = await parts.identity();
    const question = questionOf(address)?.id ?? null;
    const of = { key, channel: placeOfAddress(address), question };
    return findPosted({ api, receipts, self }, of, call);
  };

  /** An edited question: its first answer is replaced where it stands. */
  const earlierAnswer = async (
    { question, message }: Plan,
    call: ChannelCall,
  ): Promise<readonly string[]> => {
    for (const key of question === null ? [] : await receipts.answersTo(question)) {
      if (key === message.key) continue;
      const noted = (await receipts.of(key))?.ids ?? [];
      // It may just have been posted.
      const ids = noted.length > 0 ? noted : await look(key, message.address, call);
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
    if (sent !== null && sent.ids.length > 0) return sent.ids;
    const edition = questionOf(address)?.edition ?? null;
    return edition === null ? [] : earlierAnswer(plan, call);
  };

  const isTakenBack = async (address: ReplyAddress): Promise<boolean> => {
    const question = questionOf(address);
    if (question === null) return false;
    const name = deletedName(question.channel, question.id);
    return (await memory.get(name, z.literal(true))) !== null;
  };

  const editThere = async (id: string, message: OutboundMessage, call: ChannelCall) => {
    const plan = await planOf(message);
    const sent = await receipts.of(message.key);
    const more = sent !== null && sent.ids[0] === id ? sent.ids.slice(1) : [];
    await placement.place(plan, [id, ...more], call);
    if (message.isDraft !== true) typing.ended(placeOfAddress(message.address));
  };

  const deleteParts = async (key: string, channel: string, call: ChannelCall): Promise<void> => {
    const sent = await receipts.of(key);
    await placement.deleteAll(channel, sent?.ids ?? [], call);
  };

  const post = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address, isDraft, key } = message;
    if (address.ephemeral) return ephemeral.post(message, call);
    const channel = placeOfAddress(address);
    if (await isTakenBack(address)) {
      // The question is gone: there is nothing left to answer, and nobody who waits.
      typing.ended(channel);
      return { messageId: discordMessageId(channel, "taken-back") };
    }
    const plan = await planOf(message);
    const id = await placement.place(plan, await standing(plan, call), call);
    // It was taken back while it was being answered.
    if (await isTakenBack(address)) await deleteParts(key, channel, call);
    if (isDraft !== true) typing.ended(channel);
    return { messageId: discordMessageId(channel, id) };
  };

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
      if (address.ephemeral) return ephemeral.edit(messageId, message, call);
      const { channel, id } = refOf(messageId);
      if (!(await isTakenBack(address))) return editThere(id, message, call);
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
      if (address.ephemeral) return ephemeral.find(key);
      if (placement.wasHeldBack(key)) return null;
      const channel = placeOfAddress(address);
      const sent = await receipts.of(key);
      const noted = sent?.ids ?? [];
      const ids = noted.length > 0 ? noted : await look(key, address, call);
      const [first] = ids;
      if (first === undefined || ids.length < (sent?.n ?? 1)) return null;
      if (noted.length > 0 && (await fetchMessage(api, channel, first, call)) === null) return null;
      if (noted.length === 0) {
        await receipts.note(key, { channel, n: ids.length, ids: [...ids] });
      }
      return { messageId: discordMessageId(channel, first) };
    },
    progress: (address, progress) => {
      if (progress.type === "stage" && !address.ephemeral) typing.show(placeOfAddress(address));
    },
  };
}
