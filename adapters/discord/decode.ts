import type { Attachment } from "../../src/core/index.ts";
import {
  channelSchema,
  type DiscordChannel,
  type DiscordMessage,
  type DiscordUser,
  deletedSchema,
  guildSchema,
  messageSchema,
  pinsSchema,
  reactionSchema,
} from "./payloads.ts";
import { mentions, readText } from "./text-in.ts";

/** Who we are. */
export interface DiscordIdentity {
  readonly userId: string;
  readonly applicationId: string;
}

/** The message that another one replies to. */
interface RepliedTo {
  readonly id: string;
  readonly isOurs: boolean;
  /** What that one replied to in turn. */
  readonly replyTo: string | null;
}

/** Something that was written, before it is known who may ask what. */
export interface Said {
  /** Null in direct messages. */
  readonly guild: string | null;
  /** A thread is a channel of its own. */
  readonly channel: string;
  readonly id: string;
  readonly user: string;
  readonly name: string;
  /** Null where the message does not say them. */
  readonly roles: readonly string[] | null;
  readonly isBot: boolean;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** It names the bot. */
  readonly isMention: boolean;
  /** Roles that it names. */
  readonly namedRoles: readonly string[];
  readonly replyTo: RepliedTo | null;
  /** When it was last changed; null when never. */
  readonly edition: string | null;
}

/** What a server says of itself. */
export interface KnownGuild {
  readonly id: string;
  readonly features: readonly string[];
  /** The role that Discord made for the bot; people name it in place of the bot. Null when there is none. */
  readonly botRole: string | null;
}

/** What an event of the gateway means to us. */
export type DiscordAct =
  | { readonly type: "said"; readonly said: Said }
  | { readonly type: "edited"; readonly said: Said; readonly edition: string }
  | { readonly type: "deleted"; readonly channel: string; readonly ids: readonly string[] }
  /** Channels and threads as they are now. */
  | {
      readonly type: "channels";
      readonly guild: KnownGuild | null;
      readonly channels: readonly DiscordChannel[];
      /** All of them: the server is told of for the first time, or is back. */
      readonly isWhole: boolean;
    }
  | { readonly type: "channel-gone"; readonly channel: string }
  /** The bot belongs to a server no longer. */
  | { readonly type: "guild-gone"; readonly guild: string }
  /** Somebody put a reaction on a message or took it away. */
  | {
      readonly type: "reacted";
      readonly channel: string;
      readonly id: string;
      readonly user: string;
      readonly emoji: string;
      readonly isOn: boolean;
    }
  /** All reactions of a message, or all of one kind, were taken away. */
  | { readonly type: "cleared"; readonly channel: string; readonly id: string }
  /** Something was pinned in a channel, or is not any more. */
  | { readonly type: "pins"; readonly channel: string }
  /** We said something ourselves, in this process or another one. */
  | {
      readonly type: "spoke";
      readonly channel: string;
      readonly id: string;
      readonly isDirect: boolean;
    }
  /** Changes of form, things that mean nothing to us. */
  | { readonly type: "nothing" };

const NOTHING: DiscordAct = { type: "nothing" };

/** Plain messages and replies; everything else is the platform speaking of itself. */
const SPOKEN = new Set([0, 19]);

/** Its own files and those of a message that it forwards, else those of the message about which it asks. */
function attachmentsOf(message: DiscordMessage, self: DiscordIdentity): readonly Attachment[] {
  const forwarded = (message.message_snapshots ?? []).flatMap((one) => one.message.attachments);
  const own = [...message.attachments, ...forwarded];
  const above = replyTarget(message) === null ? null : message.referenced_message;
  const isAsked = mentions(message.content, self.userId) && above?.author.id !== self.userId;
  return (own.length === 0 && isAsked ? (above?.attachments ?? []) : own).map(
    ({ filename: name, content_type: mediaType, size: sizeBytes, url }) => ({
      name,
      mediaType: mediaType ?? null,
      sizeBytes,
      url,
    }),
  );
}

/** How somebody is called here. */
export function nameOf(user: DiscordUser, nick: string | null | undefined): string {
  return [nick, user.global_name, user.username].find((name) => (name ?? "") !== "") ?? user.id;
}

const REPLY = 19;

/** What a message replies to; null for one that only points to another: a forward, the first line of a thread. */
export function replyTarget(
  message: Pick<DiscordMessage, "type" | "message_reference"> | null | undefined,
): string | null {
  if (message?.type !== REPLY) return null;
  return message.message_reference?.message_id ?? null;
}

function repliedTo(message: DiscordMessage, self: DiscordIdentity): RepliedTo | null {
  const id = replyTarget(message);
  if (id === null) return null;
  const { referenced_message: referenced } = message;
  const isOurs = referenced?.author.id === self.userId;
  return { id, isOurs, replyTo: replyTarget(referenced) };
}

/** What stands in the boxes of a bot: alerts and news are often nothing else. */
function boxesOf(embeds: DiscordMessage["embeds"]): readonly string[] {
  return (embeds ?? []).flatMap(({ title, description, fields = [] }) => [
    title ?? "",
    description ?? "",
    ...fields.map(({ name, value }) =>
      [name, value].filter((one) => (one ?? "") !== "").join(": "),
    ),
  ]);
}

function isByProgram({ author, webhook_id: webhook }: DiscordMessage): boolean {
  return author.bot === true || webhook !== undefined;
}

/** Everything in a message that is words, stickers by their names. Previews of people's links are not theirs. */
function wordsOf(message: DiscordMessage): string {
  const forwarded = (message.message_snapshots ?? []).flatMap(({ message: { content, embeds } }) =>
    content === "" ? boxesOf(embeds) : content,
  );
  const stickers = (message.sticker_items ?? []).map(
    ({ name }) => `:${name.replaceAll(/\s+/gu, "_")}:`,
  );
  const poll = message.poll ?? null;
  const answers = (poll?.answers ?? []).map((one) => `- ${one.poll_media?.text ?? ""}`);
  const boxes = isByProgram(message) ? boxesOf(message.embeds) : [];
  return [
    message.content,
    ...boxes,
    ...forwarded,
    poll?.question.text ?? "",
    ...answers.filter((line) => line !== "- "),
    ...stickers,
  ]
    .filter((text) => text !== "")
    .join("\n");
}

/** What a person (or another bot) wrote; null for our own words and for what nobody said. */
export function readSaid(message: DiscordMessage, self: DiscordIdentity): Said | null {
  const { author, member } = message;
  if (author.id === self.userId || !SPOKEN.has(message.type)) return null;
  return {
    guild: message.guild_id ?? null,
    channel: message.channel_id,
    id: message.id,
    user: author.id,
    name: nameOf(author, member?.nick),
    roles: member?.roles ?? null,
    isBot: isByProgram(message),
    text: readText(wordsOf(message), self.userId),
    attachments: attachmentsOf(message, self),
    isMention: mentions(message.content, self.userId),
    namedRoles: [...message.content.matchAll(/<@&(\d+)>/gu)].map(([, id = ""]) => id),
    replyTo: repliedTo(message, self),
    edition: message.edited_timestamp ?? null,
  };
}

function readMessage(data: unknown, self: DiscordIdentity, isUpdate: boolean): DiscordAct {
  const parsed = messageSchema.safeParse(data);
  if (!parsed.success) return NOTHING;
  const { author, id, channel_id: channel, guild_id: guild } = parsed.data;
  if (author.id === self.userId && !isUpdate) {
    return { type: "spoke", channel, id, isDirect: guild === undefined };
  }
  const said = readSaid(parsed.data, self);
  if (said === null) return NOTHING;
  if (!isUpdate) return { type: "said", said };
  // Previews of links and pins are changes too; nobody wrote anything then.
  return said.edition === null ? NOTHING : { type: "edited", said, edition: said.edition };
}

/** Makes sense of an event of the gateway. Never throws, whatever it is. */
export function decodeEvent(name: string, data: unknown, self: DiscordIdentity): DiscordAct {
  switch (name) {
    case "MESSAGE_CREATE":
      return readMessage(data, self, false);
    case "MESSAGE_UPDATE":
      return readMessage(data, self, true);
    case "MESSAGE_DELETE":
    case "MESSAGE_DELETE_BULK": {
      const parsed = deletedSchema.safeParse(data);
      if (!parsed.success) return NOTHING;
      const { id, ids = [], channel_id: channel } = parsed.data;
      return { type: "deleted", channel, ids: id === undefined ? ids : [id, ...ids] };
    }
    case "MESSAGE_REACTION_ADD":
    case "MESSAGE_REACTION_REMOVE": {
      const parsed = reactionSchema.safeParse(data);
      if (!parsed.success || parsed.data.user_id === undefined) return NOTHING;
      const { channel_id: channel, message_id: id, user_id: user, emoji } = parsed.data;
      const isOn = name === "MESSAGE_REACTION_ADD";
      return { type: "reacted", channel, id, user, emoji: emoji?.name ?? "", isOn };
    }
    case "MESSAGE_REACTION_REMOVE_ALL":
    case "MESSAGE_REACTION_REMOVE_EMOJI": {
      const parsed = reactionSchema.safeParse(data);
      if (!parsed.success) return NOTHING;
      return { type: "cleared", channel: parsed.data.channel_id, id: parsed.data.message_id };
    }
    case "CHANNEL_PINS_UPDATE": {
      const parsed = pinsSchema.safeParse(data);
      return parsed.success ? { type: "pins", channel: parsed.data.channel_id } : NOTHING;
    }
    case "GUILD_CREATE":
    case "GUILD_UPDATE": {
      const parsed = guildSchema.safeParse(data);
      if (!parsed.success || parsed.data.unavailable === true) return NOTHING;
      const { id, features, channels, threads, roles } = parsed.data;
      const botRole = roles.find(({ tags }) => tags?.bot_id === self.userId)?.id ?? null;
      const all = [...channels, ...threads].map((one) => ({ ...one, guild_id: id }));
      const isWhole = name === "GUILD_CREATE";
      return { type: "channels", guild: { id, features, botRole }, channels: all, isWhole };
    }
    case "GUILD_DELETE": {
      const parsed = guildSchema.safeParse(data);
      // One that is away for a moment comes back.
      if (!parsed.success || parsed.data.unavailable === true) return NOTHING;
      return { type: "guild-gone", guild: parsed.data.id };
    }
    case "CHANNEL_CREATE":
    case "CHANNEL_UPDATE":
    case "THREAD_CREATE":
    case "THREAD_UPDATE": {
      const parsed = channelSchema.safeParse(data);
      return parsed.success
        ? { type: "channels", guild: null, channels: [parsed.data], isWhole: false }
        : NOTHING;
    }
    case "CHANNEL_DELETE":
    case "THREAD_DELETE": {
      const parsed = channelSchema.safeParse(data);
      return parsed.success ? { type: "channel-gone", channel: parsed.data.id } : NOTHING;
    }
    default:
      return NOTHING;
  }
}
