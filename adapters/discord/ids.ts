import {
  type ConversationId,
  conversationId,
  type MessageId,
  messageId,
} from "../../src/core/index.ts";

/** What a Discord conversation is. */
export type DiscordPlace =
  /** A thread or a forum post. */
  | { readonly kind: "thread"; readonly guild: string; readonly thread: string }
  | { readonly kind: "direct"; readonly channel: string }
  /** The replies under a first message. */
  | {
      readonly kind: "chain";
      readonly guild: string;
      readonly channel: string;
      readonly root: string;
    }
  /** What one person gets to see alone. */
  | {
      readonly kind: "private";
      readonly guild: string;
      readonly channel: string;
      readonly user: string;
    };

/** Whether others belong to a conversation too: all but direct messages and what one person gets to see alone. */
export function isSharedTalk(id: ConversationId): boolean {
  const kind = parseDiscordConversation(id)?.kind;
  return kind !== "direct" && kind !== "private";
}

/** A message by its channel (a thread is one) and id; `edition` names a later version of a question. */
export interface DiscordMessageRef {
  readonly channel: string;
  readonly id: string;
  readonly edition: string | null;
}

/** Stands for the server of direct messages. */
export const NO_GUILD = "@me";

/** `discord:G:T`, `discord:@me:C`, `discord:G:C:ROOT`, `discord:G:C:@U`. */
export function discordConversationId(place: DiscordPlace): ConversationId {
  switch (place.kind) {
    case "thread":
      return conversationId(`discord:${place.guild}:${place.thread}`);
    case "direct":
      return conversationId(`discord:${NO_GUILD}:${place.channel}`);
    case "chain":
      return conversationId(`discord:${place.guild}:${place.channel}:${place.root}`);
    case "private":
      return conversationId(`discord:${place.guild}:${place.channel}:@${place.user}`);
  }
}

/** Reads {@link discordConversationId} back; null when it is none. */
export function parseDiscordConversation(id: string): DiscordPlace | null {
  const parts = /^discord:(\d+|@me):(\d+)(?::(@?)([^:@]+))?$/u.exec(id);
  if (parts === null) return null;
  const [, guild = "", channel = "", at, last] = parts;
  if (last !== undefined) {
    if (at === "@") return { kind: "private", guild, channel, user: last };
    return { kind: "chain", guild, channel, root: last };
  }
  if (guild === NO_GUILD) return { kind: "direct", channel };
  return { kind: "thread", guild, thread: channel };
}

/** `C/M`, with `#<edition>` for an edited question, and `~<variant>` for what somebody pressed on it. */
export function discordMessageId(
  channel: string,
  id: string,
  edition: string | null = null,
  variant: string | null = null,
): MessageId {
  const later = edition === null ? "" : `#${edition}`;
  const pressed = variant === null ? "" : `~${variant}`;
  return messageId(`${channel}/${id}${later}${pressed}`);
}

/** Reads {@link discordMessageId} back; null when it is none. */
export function parseDiscordMessage(id: string): DiscordMessageRef | null {
  const parts = /^([^/#~]+)\/([^/#~]+)(?:#([^/#~]+))?(?:~[^/#~]+)?$/u.exec(id);
  if (parts === null) return null;
  const [, channel = "", message = "", edition] = parts;
  return { channel, id: message, edition: edition ?? null };
}

const DISCORD_EPOCH = 1_420_070_400_000n;

/** When something with this id came to be, in milliseconds since the epoch. */
export function timeOfSnowflake(id: string): number {
  return /^\d+$/u.test(id) ? Number((BigInt(id) >> 22n) + DISCORD_EPOCH) : 0;
}

/** The smallest id of that time, to ask for what came after. */
export function snowflakeOfTime(at: number): string {
  const since = BigInt(Math.max(0, Math.floor(at))) - DISCORD_EPOCH;
  return String((since > 0n ? since : 0n) << 22n);
}

/** Whether one id is newer than another. */
export function isNewer(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}
