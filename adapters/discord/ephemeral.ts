import { createHash } from "node:crypto";
import { z } from "zod";
import {
  FrontdeskError,
  LANGUAGES,
  type MessageId,
  messageId,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Remembered } from "../shared/remembered.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { button, row } from "./components.ts";
import { ACTIONS, markOf, nonceOf } from "./custom-ids.ts";
import { type EncodedPart, encodeReply } from "./encode.ts";
import { isExpired } from "./errors.ts";
import { discordMessageId, NO_GUILD, parseDiscordConversation, timeOfSnowflake } from "./ids.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import { discordLabels } from "./labels.ts";
import { QUIET } from "./placement.ts";
import type { DiscordSettings } from "./settings.ts";

// A token is good for fifteen minutes; some of them are left for what is pressed at the end.
const TOKEN_MS = 14.5 * 60_000;
const KEPT_MS = 24 * 3_600_000;
const EPHEMERAL = 64;

const grantSchema = z.object({
  application: z.string(),
  token: z.string(),
  until: z.number(),
  /** The answer that Discord waits for has not been given yet. */
  isOpen: z.boolean(),
});
type Grant = z.infer<typeof grantSchema>;

/** An interaction that can be answered for a while. */
interface Grantable {
  readonly id: string;
  readonly application: string;
  readonly token: string;
}

const partSchema = z.object({
  content: z.string(),
  components: z.array(z.unknown()).readonly(),
  file: z.object({ name: z.string(), text: z.string() }).nullable(),
});
const keptSchema = z.object({
  user: z.string(),
  language: z.enum(LANGUAGES),
  parts: z.array(partSchema),
});

/** Messages that only one person sees. */
export interface EphemeralMessages {
  /**
   * What answers this goes out by this interaction as long as it lives, and so does what is said in the conversation later,
   * unless it answers something else.
   * @param of.replyTo what the answer will reply to: people may ask several things at once
   * @param isOpen Discord waits for the answer: the first one takes its place
   */
  remember(
    of: { readonly conversation: string; readonly replyTo: MessageId },
    interaction: Grantable,
    isOpen: boolean,
  ): Promise<void>;
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  edit(id: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  remove(id: MessageId, address: ReplyAddress, call: ChannelCall): Promise<void>;
  find(key: string): Promise<Receipt | null>;
  /** Answers an interaction that waits for it. */
  answer(interaction: Grantable, parts: readonly EncodedPart[], call: DiscordCall): Promise<void>;
  /** Shows a kept answer to whom it belongs. False when it is somebody else's, or too old. */
  show(name: string, user: string, interaction: Grantable, call: DiscordCall): Promise<boolean>;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

const anything = z.unknown();
const idAnswer = z.object({ id: z.string() });

function bodyOf(part: z.infer<typeof partSchema>) {
  const { content, components, file } = part;
  const attachments = file === null ? [] : [{ id: 0, filename: file.name }];
  return { content, components, attachments, ...QUIET, flags: QUIET.flags | EPHEMERAL };
}

function filesOf({ file }: z.infer<typeof partSchema>) {
  return file === null ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
}

/**
 * Sends by the interaction's token. When there is none any more, the bot's own message in the channel says that the answer is
 * ready, with a button by which its asker, and nobody else, gets to see it.
 */
export function createEphemeralMessages(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly settings: DiscordSettings;
  readonly answers: KeptAnswers;
  readonly clock: Clock;
}): EphemeralMessages {
  const { api, memory, settings, answers, clock } = options;

  const send = async (
    grant: Grant,
    parts: readonly z.infer<typeof partSchema>[],
    call: DiscordCall,
  ): Promise<void> => {
    const webhook = `/webhooks/${grant.application}/${grant.token}` as const;
    for (const [index, part] of parts.entries()) {
      const isFirst = index === 0 && grant.isOpen;
      const request = isFirst
        ? ({ method: "PATCH", route: `${webhook}/messages/@original` } as const)
        : ({ method: "POST", route: webhook } as const);
      const how = { body: bodyOf(part), files: filesOf(part), isAnonymous: true };
      await api.call({ ...request, ...how }, anything, call);
    }
  };

  const grantFor = async (replyTo: string | null): Promise<Grant | null> => {
    const grant = replyTo === null ? null : await memory.get(`grant:${replyTo}`, grantSchema);
    return grant === null || grant.until <= clock.now() ? null : grant;
  };

  /** Its own interaction, else the conversation's last one; but not one that still waits for an answer of its own. */
  const grantOf = async ({ conversationId, replyTo }: ReplyAddress): Promise<Grant | null> => {
    const own = await grantFor(replyTo);
    if (own !== null) return own;
    const last = await grantFor(await memory.get(`granted:${conversationId}`, z.string()));
    return last?.isOpen === false ? last : null;
  };

  const userOf = async (address: ReplyAddress): Promise<string> => {
    const place = parseDiscordConversation(address.conversationId);
    const { replyTo } = address;
    const asker = replyTo === null ? null : await memory.get(`asker:${replyTo}`, z.string());
    const user = place?.kind === "private" ? place.user : asker;
    if (user !== null) return user;
    const message = `nobody is known who may see a message in ${address.conversationId}`;
    throw new FrontdeskError("delivery_rejected", message);
  };

  const encode = async (
    message: OutboundMessage,
    user: string,
  ): Promise<readonly EncodedPart[]> => {
    const { reply, address, key } = message;
    const place = parseDiscordConversation(address.conversationId);
    const shareId = hashOf(key);
    // In direct messages there is nobody to share it with.
    const isDirect = place === null || place.kind === "direct" || place.guild === NO_GUILD;
    const canShare = reply.decision === "answer" && !isDirect;
    if (canShare) {
      const channel = address.threadId ?? address.channelId;
      await memory.set(shareName(shareId), { channel, user, reply }, SHAREABLE_MS);
    }
    const encoded = encodeReply(reply, {
      isDraft: false,
      isPrivate: true,
      canStopListening: false,
      shareId: canShare ? shareId : null,
      saysPrivate: place?.kind !== "private",
      longAnswers: settings.longAnswers,
      scope: "@",
      mark: markOf(key),
    });
    await answers.remember(message, encoded);
    return encoded;
  };

  /** Keeps the answer and tells its asker in the channel that it is there. */
  const announce = async (
    message: OutboundMessage,
    user: string,
    parts: readonly EncodedPart[],
    call: DiscordCall,
  ): Promise<void> => {
    const { key, address, reply } = message;
    const name = hashOf(`kept ${key}`);
    await memory.set(`kept:${name}`, { user, language: reply.language, parts }, KEPT_MS);
    const labels = discordLabels(reply.language);
    const place = { scope: "@", mark: markOf(key) };
    const components = [row([button(ACTIONS.show, labels.show, name, place)])];
    const content = labels.answerReady(`<@${user}>`);
    const nonce = nonceOf(`announce ${key}`, 0);
    const body = { content, components, ...QUIET, nonce, enforce_nonce: true };
    const route = `/channels/${address.threadId ?? address.channelId}/messages` as const;
    await api.call({ method: "POST", route, body }, idAnswer, call);
  };

  const post = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address, key } = message;
    const user = await userOf(address);
    const parts = await encode(message, user);
    const grant = await grantOf(address);
    const isSent =
      grant !== null &&
      (await send(grant, parts, call).then(
        () => true,
        (error: unknown) => {
          if (isExpired(error)) return false;
          throw error;
        },
      ));
    if (!isSent) await announce(message, user, parts, call);
    else if (grant.isOpen) {
      await memory.set(`grant:${address.replyTo}`, { ...grant, isOpen: false }, TOKEN_MS);
    }
    const receipt = { messageId: discordMessageId(address.channelId, `eph-${hashOf(key)}`) };
    await memory.set(`private:${key}`, receipt.messageId, KEPT_MS);
    return receipt;
  };

  return {
    post,
    async remember({ conversation, replyTo }, { id, application, token }, isOpen) {
      const until = timeOfSnowflake(id) + TOKEN_MS;
      const grant: Grant = { application, token, until, isOpen };
      await memory.set(`grant:${replyTo}`, grant, TOKEN_MS);
      await memory.set(`granted:${conversation}`, replyTo, TOKEN_MS);
    },
    async edit(_id, message, call) {
      await post(message, call);
    },
    async remove(_id, address, call) {
      const grant = await grantOf(address);
      if (grant === null) return;
      const route = `/webhooks/${grant.application}/${grant.token}/messages/@original` as const;
      const request = { method: "DELETE", route, isAnonymous: true } as const;
      await api.call(request, anything, call).catch((error: unknown) => {
        if (!isExpired(error)) throw error;
      });
    },
    async find(key) {
      const id = await memory.get(`private:${key}`, z.string());
      return id === null ? null : { messageId: messageId(id) };
    },
    async show(name, user, { application, token }, call) {
      const kept = await memory.get(`kept:${name}`, keptSchema);
      if (kept === null || kept.user !== user) return false;
      const grant = { application, token, until: 0, isOpen: true };
      await send(grant, kept.parts, call);
      return true;
    },
    answer: ({ application, token }, shown, call) =>
      send({ application, token, until: 0, isOpen: true }, shown, call),
  };
}
