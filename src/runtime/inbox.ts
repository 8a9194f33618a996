import { FrontdeskError } from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { Inbox } from "../ports/inbox.ts";

/**
 * Puts what comes in into the mailboxes of the store: messages as `message.received` to the dialogue of their conversation.
 * Events are given the time of `clock` unless they bring their own.
 */
export function createInbox(store: ConversationStore, clock: Clock): Inbox {
  return {
    receive: async (message, dedupeKeys, options) => {
      if (message.text.trim() === "" && message.attachments.length === 0) {
        throw new FrontdeskError(
          "message_empty",
          "a message without text or files; write something",
        );
      }
      const gatherMs = options?.gatherMs ?? null;
      return store.append({
        instance: { kind: "dialogue", id: message.address.conversationId },
        event: { type: "message.received", message, gatherMs, at: clock.now() },
        dedupeKeys,
      });
    },
    tell: (instance, event, dedupeKeys) =>
      store.append({ instance, event: { at: clock.now(), ...event }, dedupeKeys }),
  };
}
