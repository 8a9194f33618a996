import type { ConversationId, MessageId, ReplyAddress } from "../../src/core/index.ts";
import type { Chains } from "./chains.ts";
import type { CustomId } from "./custom-ids.ts";
import { type From, guildOf } from "./decode-interaction.ts";
import { discordConversationId, discordMessageId } from "./ids.ts";
import type { DiscordMessage } from "./payloads.ts";
import { conversationAt } from "./talk.ts";

/** The conversation to which the message belongs on which something was pressed. */
export async function conversationOfPress(
  chains: Chains,
  from: From,
  { scope, mark }: CustomId,
  message: DiscordMessage,
): Promise<ConversationId> {
  const { place, channel, actor } = from;
  const elsewhere = place.isDirect || scope === "@" ? await chains.talkOf(mark) : null;
  if (elsewhere !== null) return elsewhere;
  if (scope === "@") {
    const guild = guildOf(from);
    return discordConversationId({ kind: "private", guild, channel, user: actor.user });
  }
  if (place.isDirect || place.thread !== null) return conversationAt(place, message.id);
  if (scope !== "-") return conversationAt(place, scope);
  const question = message.message_reference?.message_id ?? message.id;
  return conversationAt(place, (await chains.noted(question)) ?? question);
}

/** The message on which this person pressed something: his own name for it, so that what answers one never goes to another. */
export function pressedMessage(channel: string, message: string, user: string): MessageId {
  return discordMessageId(channel, message, null, `chosen.${user}`);
}

/** Where what follows a press is said. */
export function addressOfPress(
  from: From,
  { scope }: CustomId,
  conversationId: ConversationId,
  message: DiscordMessage,
): ReplyAddress {
  const { place } = from;
  return {
    platform: "discord",
    conversationId,
    channelId: place.channel,
    threadId: place.thread,
    replyTo: pressedMessage(from.channel, message.id, from.actor.user),
    ephemeral: scope === "@",
  };
}
