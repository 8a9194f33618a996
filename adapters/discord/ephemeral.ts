import { createHash } from "node:crypto";
import { z } from "zod";
import {
  FrontdeskError,
  LANGUAGES,
  type Language,
  type MessageId,
  messageId,
  type Reply,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage, Receipt } from "../../src/ports/channel.ts";
import type { Remembered } from "../shared/remembered.ts";
import { SHAREABLE_MS, shareName } from "../shared/shareable.ts";
import { type Announcements, announcedKey, ofAnnounced } from "./announcements.ts";
import type { Chains } from "./chains.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { markOf } from "./custom-ids.ts";
import type { From } from "./decode-interaction.ts";
import type { Detour } from "./detour.ts";
import { isShut } from "./direct-messages.ts";
import { type EncodeContext, type EncodedPart, encodeReply } from "./encode.ts";
import { isExpired } from "./errors.ts";
import type { Grantable, Grants } from "./grants.ts";
import {
  discordMessageId,
  NO_GUILD,
  parseDiscordConversation,
  parseDiscordMessage,
} from "./ids.ts";
import { createInteractionPosts } from "./interaction-posts.ts";
import type { KeptAnswers } from "./kept-answers.ts";
import type { Overdue } from "./overdue.ts";
import { deleteMessages } from "./posted.ts";
import type { Receipts } from "./receipts.ts";
import type { DiscordSettings } from "./settings.ts";

const KEPT_MS = 24 * 3_600_000;
/** Nobody has an answer shown to him more often before the first showings are out of reach. */
const MAX_SHOWINGS = 10;

const keptSchema = z.object({
  user: z.string(),
  language: z.enum(LANGUAGES),
  parts: z.array(
    z.object({
      content: z.string(),
      components: z.array(z.custom<EncodedPart["components"][number]>()).readonly(),
      file: z.object({ name: z.string(), text: z.string() }).nullable(),
    }),
  ),
});

/** Messages that only one person sees. */
export interface EphemeralMessages {
  /**
   * What answers this goes out by this interaction as long as it lives, and so does what is said in the conversation later,
   * unless it answers something else.
   * @param of.replyTo what the answer will reply to: people may ask several things at once
   * @param isOpen Discord waits for the answer: the first one takes its place, or in time a line that it will take longer
   */
  remember(
    of: {
      readonly conversation: string;
      readonly replyTo: MessageId;
      /** Who waits. */
      readonly user: string;
      readonly language: Language;
    },
    interaction: Grantable,
    isOpen: boolean,
  ): Promise<void>;
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  edit(id: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  remove(id: MessageId, address: ReplyAddress, call: ChannelCall): Promise<void>;
  find(key: string, address: ReplyAddress, call: ChannelCall): Promise<Receipt | null>;
  /** Answers an interaction that waits for it; when Discord takes that no longer, as {@link keep} does. */
  answer(
    from: From,
    said: { readonly parts: readonly EncodedPart[]; readonly language: Language },
    call: DiscordCall,
  ): Promise<void>;
  /** Keeps what somebody waits for, and says in the channel that it is there: for an interaction that has ended. */
  keep(
    from: From,
    said: { readonly parts: readonly EncodedPart[]; readonly language: Language },
    call: DiscordCall,
  ): Promise<void>;
  /** Shows a kept answer to whom it belongs. False when it is somebody else's, or too old. */
  show(name: string, user: string, interaction: Grantable, call: DiscordCall): Promise<boolean>;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/**
 * Sends by the interaction's token. When there is none any more, the bot's own message in the channel says that the answer is
 * ready, with a button by which its asker, and nobody else, gets to see it; where the bot may not write, the answer goes to direct
 * messages.
 */
export function createEphemeralMessages(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly settings: DiscordSettings;
  readonly answers: KeptAnswers;
  readonly chains: Chains;
  readonly grants: Grants;
  readonly overdue: Overdue;
  readonly announcements: Announcements;
  readonly detour: Detour;
  readonly receipts: Receipts;
}): EphemeralMessages {
  const { api, memory, settings, answers, chains, grants, overdue, announcements, detour } =
    options;
  const { receipts } = options;
  const posts = createInteractionPosts({ api, memory });

  const userOf = async (message: OutboundMessage): Promise<string> => {
    const place = parseDiscordConversation(message.address.conversationId);
    const user = place?.kind === "private" ? place.user : await detour.askerOf(message);
    if (user !== null) return user;
    const { conversationId } = message.address;
    const text = `nobody is known who may see a message in ${conversationId}`;
    throw new FrontdeskError("delivery_rejected", text);
  };

  const encodeFor = (
    reply: Reply,
    key: string,
    how: Pick<EncodeContext, "shareId" | "saysPrivate" | "isCommand">,
  ) =>
    encodeReply(reply, {
      isDraft: false,
      canStopListening: false,
      ...how,
      longAnswers: settings.longAnswers,
      scope: "@",
      mark: markOf(key),
    });

  const encode = async (
    message: OutboundMessage,
    user: string,
  ): Promise<readonly EncodedPart[]> => {
    const { reply, address, key } = message;
    const place = parseDiscordConversation(address.conversationId);
    const shareId = hashOf(key);
    // In direct messages there is nobody to share it with.
    const isDirect = place === null || place.kind === "direct" || place.guild === NO_GUILD;
    // What a person of the team wrote to one person is theirs, and rests on nothing that could be checked.
    const isOwn = reply.speaker.kind === "bot" && reply.case === null;
    const canShare = isOwn && reply.decision === "answer" && !isDirect;
    if (canShare) {
      const channel = address.threadId ?? address.channelId;
      await memory.set(shareName(shareId), { channel, user, reply }, SHAREABLE_MS);
    }
    const isCommand = place?.kind === "private";
    // Pressed where one person sees it alone, it belongs to the talk that many see.
    if (!isCommand) await chains.noteTalk(markOf(key), address.conversationId);
    const how = { shareId: canShare ? shareId : null, saysPrivate: !isCommand && isOwn, isCommand };
    const encoded = encodeFor(reply, key, how);
    await answers.remember(message, encoded);
    return encoded;
  };

  /** Keeps the answer and tells its asker in the channel that it is there, else in direct messages what it is. */
  const announce = async (
    message: OutboundMessage,
    user: string,
    parts: readonly EncodedPart[],
    call: DiscordCall,
  ): Promise<void> => {
    const { key, reply } = message;
    const name = hashOf(`kept ${key}`);
    await memory.set(`kept:${name}`, { user, language: reply.language, parts }, KEPT_MS);
    try {
      await announcements.post(message, { user, name }, call);
    } catch (refusal) {
      if (!isShut(refusal)) throw refusal;
      const bare = { shareId: null, saysPrivate: false, isCommand: false };
      const encodeAll = (told: Reply) => encodeFor(told, key, bare);
      await detour.tell({ message, user, refusal, encode: encodeAll }, call);
      const { replyTo } = message.address;
      const question = replyTo === null ? null : parseDiscordMessage(replyTo);
      if (question !== null) await receipts.noteAnswer(question.id, key);
    }
  };

  /** False when it has to be said in another way. */
  const byToken = async (
    message: OutboundMessage,
    user: string,
    parts: readonly EncodedPart[],
    call: DiscordCall,
  ): Promise<boolean> => {
    const { address, key, reply } = message;
    const grant = await grants.of(address, { key, user });
    if (grant === null) return false;
    const post = { key, language: reply.language, parts };
    const outcome = await posts.send(grant, post, call).catch((error: unknown) => {
      if (isExpired(error)) return "expired" as const;
      throw error;
    });
    if (outcome === "shown") await grants.used(address, grant);
    return outcome === "shown";
  };

  /** Under these keys somebody got to see a kept answer. */
  const showings = async (name: string): Promise<readonly string[]> =>
    (await memory.get(`showings:${name}`, z.array(z.string()))) ?? [];

  /** Changes it where it stands; what stands nowhere yet is kept anew, for the button that shows it. */
  const edit = async (message: OutboundMessage, call: ChannelCall): Promise<void> => {
    const { key, reply } = message;
    const { language } = reply;
    const user = await userOf(message);
    const parts = await encode(message, user);
    const name = hashOf(`kept ${key}`);
    const isKept = (await memory.get(`kept:${name}`, keptSchema)) !== null;
    if (isKept) await memory.set(`kept:${name}`, { user, language, parts }, KEPT_MS);
    const outcomes: ("replaced" | "nothing" | "fixed")[] = [];
    for (const shown of [key, ...(await showings(name))]) {
      outcomes.push(await posts.replace({ key: shown, language, parts }, call));
    }
    const isSeen = outcomes.includes("replaced") || (isKept && !outcomes.includes("fixed"));
    if (isSeen) return;
    throw new FrontdeskError("delivery_rejected", "a private message can be changed no longer");
  };

  const keyOf = async (id: MessageId): Promise<string | null> => {
    const known = await memory.get(`private-key:${id}`, z.string());
    if (known !== null) return known;
    const posted = parseDiscordMessage(id);
    const owner = posted === null ? null : await receipts.ownerOf(posted.id);
    return owner === null ? null : ofAnnounced(owner);
  };

  /** Takes back what was shown, what is kept, and the messages of ours that speak of it or hold it. */
  const remove = async (id: MessageId, call: ChannelCall): Promise<void> => {
    const key = await keyOf(id);
    if (key === null) return;
    const name = hashOf(`kept ${key}`);
    await memory.delete(`kept:${name}`);
    for (const shown of [key, ...(await showings(name))]) await posts.remove(shown, call);
    for (const one of [key, announcedKey(key)]) {
      const sent = await receipts.of(one);
      if (sent !== null) await deleteMessages(api, sent.channel, sent.ids, call);
      await receipts.forget(one);
    }
    await memory.delete(`private:${key}`);
  };

  const post = async (message: OutboundMessage, call: ChannelCall): Promise<Receipt> => {
    const { address, key } = message;
    const user = await userOf(message);
    const parts = await encode(message, user);
    const isSent = await byToken(message, user, parts, call);
    if (!isSent) await announce(message, user, parts, call);
    const receipt = { messageId: discordMessageId(address.channelId, `eph-${hashOf(key)}`) };
    await memory.set(`private-key:${receipt.messageId}`, key, KEPT_MS);
    await memory.set(`private:${key}`, receipt.messageId, KEPT_MS);
    return receipt;
  };

  const keep: EphemeralMessages["keep"] = async (from, { parts, language }, call) => {
    const { id, place, actor } = from;
    const key = `command/${id}`;
    const name = hashOf(`kept ${key}`);
    await memory.set(`kept:${name}`, { user: actor.user, language, parts }, KEPT_MS);
    const address = { channelId: place.channel, threadId: place.thread, replyTo: null };
    const message = { key, address, reply: { language } };
    await announcements.post(message, { user: actor.user, name }, call);
  };

  const openPlace = ({ application, token }: Grantable) => ({ application, token, isOpen: true });

  return {
    post,
    async remember({ language, ...of }, interaction, isOpen) {
      const { until } = await grants.remember(of, interaction, isOpen);
      if (isOpen) overdue.watch({ replyTo: of.replyTo, until, language });
    },
    edit: (_id, message, call) => edit(message, call),
    remove: (id, _address, call) => remove(id, call),
    async find(key, address, call) {
      const id = await memory.get(`private:${key}`, z.string());
      if (id !== null) return { messageId: messageId(id) };
      return announcements.find(key, address, call);
    },
    async show(name, user, interaction, call) {
      const kept = await memory.get(`kept:${name}`, keptSchema);
      if (kept === null || kept.user !== user) return false;
      const { language, parts } = kept;
      const key = `show/${interaction.id}`;
      const others = (await showings(name)).filter((one) => one !== key);
      await memory.set(`showings:${name}`, [...others, key].slice(-MAX_SHOWINGS), KEPT_MS);
      await posts.send(openPlace(interaction), { key, language, parts }, call);
      // It was taken back while it was being shown.
      if ((await memory.get(`kept:${name}`, keptSchema)) === null) await posts.remove(key, call);
      return true;
    },
    keep,
    async answer(from, said, call) {
      try {
        await posts.send(openPlace(from), { key: `answer/${from.id}`, ...said }, call);
      } catch (error) {
        if (!isExpired(error)) throw error;
        await keep(from, said, call);
      }
    },
  };
}
