import { z } from "zod";
import { isFrontdeskError, type MessageId, type Reply } from "../../src/core/index.ts";
import type { OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { Chains } from "./chains.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { markOf, nonceOf } from "./custom-ids.ts";
import type { DirectMessages } from "./direct-messages.ts";
import type { EncodedPart } from "./encode.ts";
import { isGone } from "./errors.ts";
import { discordMessageId, parseDiscordMessage } from "./ids.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";
import { postMessage } from "./posting.ts";
import { knownForMs, type Receipts } from "./receipts.ts";
import { askerName } from "./taking-in.ts";

/** What the bot may not say where it was asked, told to whoever asked. */
export interface Detour {
  /** Who asked what this message answers; null when that is not known. */
  askerOf(message: OutboundMessage): Promise<string | null>;
  /**
   * Posts it in direct messages, each part once. Where Discord takes none, 🔇 at the question says that the bot may not speak.
   * @param encode the parts of a reply
   * @throws the refusal that was met, when it could not be told
   */
  tell(
    told: {
      readonly message: OutboundMessage;
      readonly user: string | null;
      readonly refusal: unknown;
      readonly encode: (reply: Reply) => readonly EncodedPart[];
    },
    call: DiscordCall,
  ): Promise<Receipt>;
}

const MUTE = encodeURIComponent("🔇");
const anything = z.unknown();

export function createDetour(options: {
  readonly api: DiscordApi;
  readonly directMessages: DirectMessages;
  readonly memory: Remembered;
  readonly receipts: Receipts;
  readonly chains: Chains;
  readonly logger: Logger;
}): Detour {
  const { api, directMessages, memory, receipts, chains, logger } = options;

  /** Reactions are often allowed where messages are not. */
  const mark = async (question: MessageId | null, call: DiscordCall): Promise<void> => {
    const at = question === null ? null : parseDiscordMessage(question);
    if (at === null || !/^\d+$/u.test(at.id)) return;
    const route = `/channels/${at.channel}/messages/${at.id}/reactions/${MUTE}/@me` as const;
    await api.call({ method: "PUT", route }, anything, call).catch((error: unknown) => {
      call.signal.throwIfAborted();
      logger.debug({ err: error }, "a question could not be marked either");
    });
  };

  /** A question that was mended: what was told for its earlier version goes. */
  const replaceEarlier = async (
    { key, address: { replyTo } }: OutboundMessage,
    channel: string,
    call: DiscordCall,
  ): Promise<void> => {
    const question = replyTo === null ? null : parseDiscordMessage(replyTo);
    if (question === null || question.edition === null) return;
    for (const earlier of await receipts.answersTo(question.id)) {
      const sent = await receipts.of(earlier);
      if (earlier === key || sent?.channel !== channel) continue;
      for (const id of sent.ids) {
        const route = `/channels/${channel}/messages/${id}` as const;
        await api.call({ method: "DELETE", route }, anything, call).catch((error: unknown) => {
          if (!isGone(error)) throw error;
        });
      }
      await receipts.forget(earlier);
    }
  };

  const post = async (
    message: OutboundMessage,
    user: string,
    parts: readonly EncodedPart[],
    call: DiscordCall,
  ): Promise<Receipt> => {
    const { key, address } = message;
    const channel = await directMessages.with(user, call);
    await replaceEarlier(message, channel, call);
    const sent = await receipts.of(key);
    const ids = sent?.channel === channel ? [...sent.ids] : [];
    const n = parts.length;
    await chains.noteTalk(markOf(key), address.conversationId);
    await receipts.note(key, { channel, n, ids }, knownForMs(message.reply));
    for (const [index, { content, components, file }] of parts.entries()) {
      if (index < ids.length) continue;
      const attachments = file === null ? [] : [{ id: 0, filename: file.name }];
      const nonce = nonceOf(key, index);
      const body = { content, components, attachments, ...QUIET, nonce, enforce_nonce: true };
      const files =
        file === null ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
      const id = await postMessage(api, { channel, replyTo: null, body, files }, call);
      ids.push(id);
      await receipts.note(key, { channel, n, ids: [...ids] }, knownForMs(message.reply));
    }
    return { messageId: discordMessageId(channel, ids[0] ?? "") };
  };

  return {
    async askerOf({ address: { replyTo } }) {
      return replyTo === null ? null : memory.get(askerName(replyTo), z.string());
    },
    async tell({ message, user, refusal, encode }, call) {
      const { reply, address } = message;
      const where = `<#${address.threadId ?? address.channelId}>`;
      const text = `${discordLabels(reply.language).mayNotSayThere(where)}\n\n${reply.text}`;
      try {
        if (user !== null) return await post(message, user, encode({ ...reply, text }), call);
      } catch (error) {
        if (!isFrontdeskError(error, "delivery_rejected")) throw error;
      }
      await mark(address.replyTo, call);
      throw refusal;
    },
  };
}
