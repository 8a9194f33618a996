import { createHash } from "node:crypto";
import { z } from "zod";
import { type EffectKey, FrontdeskError, type MessageId, messageId } from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import { answerId } from "../shared/given-answers.ts";
import type { Remembered } from "../shared/remembered.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import type { Askers } from "./askers.ts";
import { type EncodedPart, encodeReply } from "./encode.ts";
import { isDirect, parseSlackConversation, slackMessageId } from "./ids.ts";
import type { PrivatePosts } from "./private-posts.ts";

const RECEIPT_MS = 24 * 3_600_000;

/** Replies that only one person sees. Slack lets nobody take one back. */
export interface EphemeralMessages {
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  edit(id: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  find(key: EffectKey): Promise<Receipt | null>;
}

/** Sends a reply part by part; one that broke off goes on where it stopped. */
export function createEphemeralMessages(options: {
  readonly memory: Remembered;
  readonly askers: Askers;
  readonly posts: PrivatePosts;
}): EphemeralMessages {
  const { memory, askers, posts } = options;

  const encode = async (
    message: OutboundMessage,
    user: string,
  ): Promise<readonly EncodedPart[]> => {
    const { reply, address, key } = message;
    const isSlash = parseSlackConversation(address.conversationId)?.kind === "slash";
    const shareId = answerId(key);
    const isOwn = reply.speaker.kind === "bot" && reply.case === null;
    // What a person of the team wrote to one person is theirs, and rests on nothing that could be checked.
    const canShare = isOwn && reply.decision === "answer" && !isDirect(address.channelId);
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
      questionId: shareId,
      saysPrivate: !isSlash && isOwn,
    });
  };

  /** @param version names another text under the same key */
  const send = async (
    message: OutboundMessage,
    call: ChannelCall,
    version: string,
  ): Promise<Receipt> => {
    const { address, key, reply } = message;
    const user = await askers.of(address);
    if (user === null) {
      throw new FrontdeskError(
        "delivery_rejected",
        `nobody is known who may see a message in ${address.conversationId}`,
      );
    }
    const { language } = reply;
    const askedAt = await askers.askedAt(address);
    // Words of a person name no question: what was said last is what they are about.
    const question = reply.question ?? (await askers.wordsOf(address));
    const parts = await encode(message, user);
    for (const [index, { text, blocks, plain }] of parts.entries()) {
      const name = `${key}/${index}${version}`;
      const answers = { question: index === 0 ? question : null, askedAt };
      const content = { text, blocks, plain };
      const rest = { user, place: address, content, language, answers };
      await posts.send({ key: name, ...rest }, call);
    }
    const id = `eph-${createHash("sha256").update(key).digest("hex").slice(0, 20)}`;
    const receipt = { messageId: slackMessageId(address.channelId, id) };
    await memory.set(`sent:${key}`, receipt.messageId, RECEIPT_MS);
    return receipt;
  };

  return {
    post: (message, call) => send(message, call, ""),
    async edit(_id, message, call) {
      const hash = createHash("sha256").update(message.reply.text).digest("base64url");
      await send(message, call, `/${hash.slice(0, 12)}`);
    },
    async find(key) {
      const id = await memory.get(`sent:${key}`, z.string());
      return id === null ? null : { messageId: messageId(id) };
    },
  };
}
