import type { ConversationId, InboundMessage } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { type From, guildOf } from "./decode-interaction.ts";
import { discordConversationId, discordMessageId, isSharedTalk } from "./ids.ts";
import { askerName } from "./taking-in.ts";
import { MAX_MESSAGE_CHARACTERS } from "./text-in.ts";

/** Questions whose answers only their asker sees. */
export interface PrivateQuestions {
  /**
   * Takes one in. Resolves when it is durable.
   * @param canAnswer false when Discord no longer takes answers to the interaction
   */
  ask(
    from: From,
    text: string,
    answer: {
      readonly canAnswer: boolean;
      readonly isOpen: boolean;
      /** Files of the message that is asked about. */
      readonly attachments?: InboundMessage["attachments"];
      /** The talk to which it belongs; by default this person's own in the channel. */
      readonly conversation?: ConversationId;
      /** False for what a button says in somebody's name: it is no question of his. Default true. */
      readonly isOwnWords?: boolean;
    },
  ): Promise<void>;
  /** The conversation of one person in one channel. */
  conversationOf(from: From): InboundMessage["address"]["conversationId"];
}

const DAY_MS = 24 * 3_600_000;

export function createPrivateQuestions(parts: AdapterParts): PrivateQuestions {
  const { host, people, ephemeral, memory, clock, signal } = parts;
  const call = { signal };

  const conversationOf = (from: From) =>
    discordConversationId({
      kind: "private",
      guild: guildOf(from),
      channel: from.channel,
      user: from.actor.user,
    });

  return {
    conversationOf,
    async ask(from, text, answer) {
      const { canAnswer, isOpen, attachments = [], isOwnWords = true } = answer;
      const { place, channel, actor } = from;
      const conversationId = answer.conversation ?? conversationOf(from);
      const id = discordMessageId(channel, `int-${from.id}`);
      const { language } = from;
      const waiting = { conversation: conversationId, replyTo: id, user: actor.user, language };
      if (canAnswer) await ephemeral.remember(waiting, from, isOpen);
      const message: InboundMessage = {
        id,
        address: {
          platform: "discord",
          conversationId,
          channelId: place.channel,
          threadId: place.thread,
          replyTo: id,
          ephemeral: true,
        },
        principal: await people.principal(actor, call),
        audience: { kind: "private" },
        text: text.slice(0, MAX_MESSAGE_CHARACTERS),
        attachments,
        manner: await parts.rules.mannerOf(place.channel),
        isSharedTalk: isSharedTalk(conversationId),
        isAddressed: true,
        receivedAt: clock.now(),
      };
      // Before the message: whoever answers it may be another process, and quick.
      await memory.set(askerName(id), actor.user, DAY_MS);
      await host.inbox.receive(message, [`interaction:${from.id}`]);
      parts.participation.note(conversationId);
      if (!isOwnWords) return;
      const asked = { conversation: conversationId, question: text.slice(0, 200) };
      await memory.set(`asked:${actor.user}:${from.id}`, asked, 30 * DAY_MS);
    },
  };
}
