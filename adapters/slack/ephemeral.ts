import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type EffectKey,
  FrontdeskError,
  isFrontdeskError,
  type MessageId,
  messageId,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import { answerId } from "../shared/given-answers.ts";
import type { Remembered } from "../shared/remembered.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import type { Askers } from "./askers.ts";
import type { SlackApi } from "./client.ts";
import { type EncodedPart, encodeReply } from "./encode.ts";
import { slackErrorName } from "./errors.ts";
import { isDirect, parseSlackConversation, slackMessageId } from "./ids.ts";
import type { ResponseUrls } from "./response-urls.ts";

const RECEIPT_MS = 24 * 3_600_000;

const openAnswer = z.object({ channel: z.object({ id: z.string() }) });
const ephemeralAnswer = z.object({ message_ts: z.string() });

/** Messages that only one person sees. */
export interface EphemeralMessages {
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  edit(id: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  remove(id: MessageId, address: ReplyAddress, call: ChannelCall): Promise<void>;
  find(key: EffectKey): Promise<Receipt | null>;
}

/** Slack does not take a message there: the person is written to directly. */
const NOT_THERE = new Set(["not_in_channel", "channel_not_found", "user_not_in_channel"]);

/** One part of a message on its way to one person. */
interface Sending {
  readonly address: ReplyAddress;
  readonly user: string;
  readonly key: string;
  readonly part: EncodedPart;
  /** It takes the place of what the person was shown before. */
  readonly isFirst: boolean;
}

/** Sends by response URL, else as an ephemeral message, else as a direct message: never into silence. */
export function createEphemeralMessages(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly urls: ResponseUrls;
  readonly askers: Askers;
}): EphemeralMessages {
  const { api, memory, urls, askers } = options;

  const encode = async (
    message: OutboundMessage,
    user: string,
  ): Promise<readonly EncodedPart[]> => {
    const { reply, address, key } = message;
    const isSlash = parseSlackConversation(address.conversationId)?.kind === "slash";
    const shareId = answerId(key);
    const canShare = reply.decision === "answer" && !isDirect(address.channelId);
    if (canShare) {
      const shareable = { channel: address.channelId, user, reply };
      await memory.set(shareName(shareId), shareable, SHAREABLE_MS);
    }
    return encodeReply(reply, {
      isDraft: false,
      isEphemeral: true,
      canStopListening: false,
      shareId: canShare ? shareId : null,
      answerId: null,
      saysPrivate: !isSlash,
    });
  };

  const byMessage = async (sending: Sending, call: ChannelCall): Promise<void> => {
    const { address, user, key, part } = sending;
    const thread = address.threadId === null ? {} : { thread_ts: address.threadId };
    const args = { channel: address.channelId, user, ...part, ...thread };
    try {
      await api.call("chat.postEphemeral", args, ephemeralAnswer, { ...call, expects: NOT_THERE });
    } catch (error) {
      if (!NOT_THERE.has(slackErrorName(error) ?? "")) throw error;
      const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
      await api.post(key, { channel: channel.id, ...part }, call);
    }
  };

  /** False when there is no URL any more that takes it. */
  const byUrl = async (sending: Sending, call: ChannelCall): Promise<boolean> => {
    const url = await urls.take(sending.address.conversationId);
    if (url === null) return false;
    const how = { response_type: "ephemeral", replace_original: sending.isFirst };
    try {
      await urls.respond(url, { ...sending.part, ...how }, call);
      return true;
    } catch (error) {
      if (isFrontdeskError(error, "delivery_rejected")) return false;
      throw error;
    }
  };

  const send = async (
    message: OutboundMessage,
    call: ChannelCall,
    isAgain: boolean,
  ): Promise<Receipt> => {
    const { address, key } = message;
    const user = await askers.of(address);
    if (user === null) {
      throw new FrontdeskError(
        "delivery_rejected",
        `nobody is known who may see a message in ${address.conversationId}`,
      );
    }
    const parts = await encode(message, user);
    for (const [index, part] of parts.entries()) {
      const name = `sent:${key}/${index}`;
      // A message in parts that broke off goes on where it stopped.
      if (!isAgain && (await memory.get(name, z.literal(true))) !== null) continue;
      const sending = { address, user, key: `${key}/${index}`, part, isFirst: index === 0 };
      if (!(await byUrl(sending, call))) await byMessage(sending, call);
      await memory.set(name, true, RECEIPT_MS);
    }
    const id = `eph-${createHash("sha256").update(key).digest("hex").slice(0, 20)}`;
    const receipt = { messageId: slackMessageId(address.channelId, id) };
    await memory.set(`sent:${key}`, receipt.messageId, RECEIPT_MS);
    return receipt;
  };

  return {
    post: (message, call) => send(message, call, false),
    async edit(_id, message, call) {
      await send(message, call, true);
    },
    async remove(_id, address, call) {
      const url = await urls.take(address.conversationId);
      if (url !== null) await urls.respond(url, { delete_original: true }, call);
    },
    async find(key) {
      const id = await memory.get(`sent:${key}`, z.string());
      return id === null ? null : { messageId: messageId(id) };
    },
  };
}
