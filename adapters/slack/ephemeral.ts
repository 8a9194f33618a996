import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import {
  type EffectKey,
  FrontdeskError,
  type MessageId,
  messageId,
  type Reply,
  type ReplyAddress,
  timeLimit,
} from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { Clock } from "../../src/ports/clock.ts";
import { CALL_TIMEOUT_MS, type SlackApi } from "./client.ts";
import { encodeReply } from "./encode.ts";
import { slackErrorName } from "./errors.ts";
import { isDirect, parseSlackConversation, slackMessageId } from "./ids.ts";
import type { SlackMemory } from "./memory.ts";

// A response URL is good for thirty minutes and five answers; some are kept back for what is sent by hand.
const URL_LIFETIME_MS = 29 * 60_000;
const URL_USES = 4;
const SHARE_MS = 24 * 3_600_000;
const RECEIPT_MS = 24 * 3_600_000;

const grantSchema = z.object({ url: z.url(), until: z.number(), uses: z.number() });
const openAnswer = z.object({ channel: z.object({ id: z.string() }) });
const ephemeralAnswer = z.object({ message_ts: z.string() });

/** An answer that only its asker has seen, as it is kept for "Share with channel". */
interface Shareable {
  readonly channel: string;
  readonly user: string;
  readonly reply: Reply;
}

/** Messages that only one person sees. */
export interface EphemeralMessages {
  /** From now on, answers to this conversation go to this URL, as long as it lives. */
  remember(conversation: string, responseUrl: string): void;
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  edit(id: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  remove(id: MessageId, address: ReplyAddress, call: ChannelCall): Promise<void>;
  find(key: EffectKey): Receipt | null;
  /** Sends to a response URL as Slack gave it. @throws FrontdeskError `delivery_rejected`, `delivery_uncertain` */
  respond(url: string, body: Readonly<Record<string, unknown>>, call: ChannelCall): Promise<void>;
}

/** Name of an answer that can be shared. */
export function shareName(id: string): string {
  return `share:${id}`;
}

interface Content {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** Sends by response URL, else as an ephemeral message, else as a direct message: never into silence. */
export function createEphemeralMessages(options: {
  readonly api: SlackApi;
  readonly memory: SlackMemory;
  readonly clock: Clock;
}): EphemeralMessages {
  const { api, memory, clock } = options;

  const respond: EphemeralMessages["respond"] = async (url, body, { signal }) => {
    signal.throwIfAborted();
    const timeout = timeLimit(CALL_TIMEOUT_MS);
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json; charset=utf-8" },
        body: JSON.stringify(body),
        redirect: "error",
        signal: AbortSignal.any([signal, timeout]),
      });
      await response.arrayBuffer();
    } catch (error) {
      signal.throwIfAborted();
      const message = "Slack did not say what became of an answer to a command";
      throw new FrontdeskError("delivery_uncertain", message, { cause: error, retryable: true });
    }
    if (response.ok) return;
    const isPassing = response.status >= 500 || response.status === 429;
    throw new FrontdeskError(
      isPassing ? "delivery_uncertain" : "delivery_rejected",
      `Slack refused an answer to a command with HTTP ${response.status}`,
      { retryable: isPassing },
    );
  };

  const encode = (message: OutboundMessage, user: string): Content => {
    const { reply, address, key } = message;
    const isSlash = parseSlackConversation(address.conversationId)?.kind === "slash";
    const shareId = createHash("sha256").update(key).digest("base64url").slice(0, 22);
    const canShare = reply.decision === "answer" && !isDirect(address.channelId);
    if (canShare) {
      const shareable: Shareable = { channel: address.channelId, user, reply };
      memory.set(shareName(shareId), shareable, SHARE_MS);
    }
    const parts = encodeReply(reply, {
      isDraft: false,
      isEphemeral: true,
      canStopListening: false,
      shareId: canShare ? shareId : null,
      saysPrivate: !isSlash,
    });
    return { text: parts[0]?.text ?? "…", blocks: parts.flatMap(({ blocks }) => blocks) };
  };

  const takeUrl = (conversation: string): string | null => {
    const name = `respond:${conversation}`;
    const grant = memory.get(name, grantSchema);
    if (grant === null || grant.until <= clock.now() || grant.uses >= URL_USES) return null;
    memory.set(name, { ...grant, uses: grant.uses + 1 }, grant.until - clock.now());
    return grant.url;
  };

  const byMessage = async (
    address: ReplyAddress,
    user: string,
    content: Content,
    call: ChannelCall,
  ): Promise<void> => {
    const thread = address.threadId === null ? {} : { thread_ts: address.threadId };
    const args = { channel: address.channelId, user, ...content, ...thread };
    try {
      await api.call("chat.postEphemeral", args, ephemeralAnswer, call);
    } catch (error) {
      if (
        !["not_in_channel", "channel_not_found", "user_not_in_channel"].includes(
          slackErrorName(error) ?? "",
        )
      )
        throw error;
      const { channel } = await api.call("conversations.open", { users: user }, openAnswer, call);
      await api.post(randomUUID(), { channel: channel.id, ...content }, call);
    }
  };

  const send = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address, key } = message;
    const place = parseSlackConversation(address.conversationId);
    const user = place?.kind === "slash" ? place.user : askerOf(memory, address);
    if (user === null) {
      throw new FrontdeskError(
        "delivery_rejected",
        `nobody is known who may see a message in ${address.conversationId}`,
      );
    }
    const content = encode(message, user);
    const url = takeUrl(address.conversationId);
    const isSent =
      url !== null &&
      (await respond(
        url,
        { ...content, response_type: "ephemeral", replace_original: true },
        call,
      ).then(
        () => true,
        (error: unknown) => {
          if (error instanceof FrontdeskError && error.code === "delivery_rejected") return false;
          throw error;
        },
      ));
    if (!isSent) await byMessage(address, user, content, call);
    const id = `eph-${createHash("sha256").update(key).digest("hex").slice(0, 20)}`;
    const receipt = { messageId: slackMessageId(address.channelId, id) };
    memory.set(`sent:${key}`, receipt.messageId, RECEIPT_MS);
    return receipt;
  };

  return {
    respond,
    remember(conversation, url) {
      const until = clock.now() + URL_LIFETIME_MS;
      memory.set(`respond:${conversation}`, { url, until, uses: 0 }, URL_LIFETIME_MS);
    },
    post: send,
    async edit(_id, message, call) {
      await send(message, call);
    },
    async remove(_id, address, call) {
      const url = takeUrl(address.conversationId);
      if (url !== null) await respond(url, { delete_original: true }, call);
    },
    find(key) {
      const id = memory.get(`sent:${key}`, z.string());
      return id === null ? null : { messageId: messageId(id) };
    },
  };
}

/** Name under which the asker of a message is remembered, for answers that only he may see. */
export function askerName(id: string): string {
  return `asker:${id}`;
}

function askerOf(memory: SlackMemory, { replyTo }: ReplyAddress): string | null {
  return replyTo === null ? null : memory.get(askerName(replyTo), z.string());
}
