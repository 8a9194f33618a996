import type { InboundMessage } from "../core/index.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Logger } from "../ports/logger.ts";
import type { SharedBudget } from "../ports/shared-budget.ts";

const WINDOW_MS = 60_000;

/**
 * Takes so many messages of one person in a minute and no more, whichever process hears them. The first one too many of a
 * window is answered with a notice, in the language of that message and through the conversation's own outbox; further ones
 * are left aside (`receive` gives false, as for a message that is known). Talk that does not name the bot, buttons and other
 * events are not counted.
 * @param options.maxPerMinute 0 for no limit
 */
export function createLimitedInbox(options: {
  readonly inbox: Inbox;
  readonly budget: SharedBudget;
  readonly maxPerMinute: number;
  readonly logger: Logger;
}): Inbox {
  const { inbox, budget, maxPerMinute, logger } = options;
  if (maxPerMinute === 0) return inbox;
  const limit = { points: maxPerMinute, windowMs: WINDOW_MS };

  const refuse = (
    message: InboundMessage,
    retryInMs: number,
    dedupeKeys: readonly string[],
  ): Promise<boolean> =>
    inbox.tell(
      { kind: "dialogue", id: message.address.conversationId },
      { type: "message.limited", message, retryInMs },
      dedupeKeys,
    );

  return {
    receive: async (message, dedupeKeys, how) => {
      if (!message.isAddressed) return inbox.receive(message, dedupeKeys, how);
      const { platform, userId } = message.principal;
      const answer = await budget.take(`user:${platform}:${userId}`, limit);
      if (answer.waitMs === 0) return inbox.receive(message, dedupeKeys, how);
      logger.info({ platform, userId, waitMs: answer.waitMs }, "a person asks too much");
      if (!answer.isFirstRefusal) return false;
      return await refuse(message, answer.waitMs, dedupeKeys);
    },
    tell: (instance, event, dedupeKeys) => inbox.tell(instance, event, dedupeKeys),
  };
}
