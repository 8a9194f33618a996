import type { ReplyAddress } from "../../src/core/index.ts";
import type { PressedAt } from "./decode-interaction.ts";
import { slackConversationId, slackMessageId } from "./ids.ts";

/** Where something on a message was pressed. */
export interface PressPlace extends PressedAt {
  readonly channel: string;
  readonly ts: string;
}

/** The message of a press; null for the home tab. */
export function placeOf(at: PressedAt): PressPlace | null {
  const { channel, ts } = at;
  return channel === null || ts === null ? null : { ...at, channel, ts };
}

/** The conversation that a message belongs to, and where it is answered. */
export function addressOf(at: PressPlace, team: string): ReplyAddress {
  const { channel, user, ts } = at;
  const isSlash = at.isEphemeral && at.thread === null;
  const thread = at.thread ?? ts;
  const conversationId = isSlash
    ? slackConversationId({ kind: "slash", team, channel, user })
    : slackConversationId({ kind: "thread", team, channel, thread });
  return {
    platform: "slack",
    conversationId,
    channelId: channel,
    threadId: isSlash ? null : thread,
    replyTo: slackMessageId(channel, ts),
    ephemeral: at.isEphemeral,
  };
}
