import {
  type ConversationId,
  conversationId,
  type MessageId,
  messageId,
} from "../../src/core/index.ts";

/** What a Slack conversation is: a thread, or what one person gets to see alone in a channel. */
export type SlackPlace =
  | {
      readonly kind: "thread";
      readonly team: string;
      readonly channel: string;
      readonly thread: string;
    }
  | {
      readonly kind: "slash";
      readonly team: string;
      readonly channel: string;
      readonly user: string;
    };

/** A message by its channel and time; `edition` names a later version of a question. */
export interface SlackMessageRef {
  readonly channel: string;
  readonly ts: string;
  readonly edition: string | null;
}

/** `slack:T1:C1:1700000000.000100` for a thread, `slack:T1:C1:@U1` for slash results. */
export function slackConversationId(place: SlackPlace): ConversationId {
  const last = place.kind === "thread" ? place.thread : `@${place.user}`;
  return conversationId(`slack:${place.team}:${place.channel}:${last}`);
}

/** Reads {@link slackConversationId} back; null when it is none. */
export function parseSlackConversation(id: string): SlackPlace | null {
  const parts = /^slack:([^:]+):([^:]+):(@?)([^:@]+)$/u.exec(id);
  if (parts === null) return null;
  const [, team = "", channel = "", at = "", last = ""] = parts;
  if (at === "@") return { kind: "slash", team, channel, user: last };
  return { kind: "thread", team, channel, thread: last };
}

/** `C1/1700000000.000100`, with `#<edition>` for an edited question, and `~<variant>` for what somebody pressed on it. */
export function slackMessageId(
  channel: string,
  ts: string,
  edition: string | null = null,
  variant: string | null = null,
): MessageId {
  const later = edition === null ? "" : `#${edition}`;
  const pressed = variant === null ? "" : `~${variant}`;
  return messageId(`${channel}/${ts}${later}${pressed}`);
}

/** Reads {@link slackMessageId} back; null when it is none. */
export function parseSlackMessage(id: string): SlackMessageRef | null {
  const parts = /^([^/#~]+)\/([^/#~]+)(?:#([^/#~]+))?(?:~[^/#~]+)?$/u.exec(id);
  if (parts === null) return null;
  const [, channel = "", ts = "", edition] = parts;
  return { channel, ts, edition: edition ?? null };
}

/** Whether a channel id is that of direct messages with one person. */
export function isDirect(channel: string): boolean {
  return channel.startsWith("D");
}

/** Whether others belong to a conversation too: a thread outside direct messages with one person. */
export function isSharedTalk(id: ConversationId): boolean {
  const place = parseSlackConversation(id);
  return place === null || (place.kind === "thread" && !isDirect(place.channel));
}

/** When a message was written, in milliseconds since the epoch. */
export function timeOfTs(ts: string): number {
  return Math.floor(Number(ts) * 1000);
}
