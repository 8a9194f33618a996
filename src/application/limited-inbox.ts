import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { InboundMessage } from "../core/index.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";
import type { Logger } from "../ports/logger.ts";
import type { BudgetAnswer, SharedBudget } from "../ports/shared-budget.ts";

const WINDOW_MS = 60_000;
/** A platform delivers a message again, or as a second event, within this time. */
const REMEMBER_MS = 10 * 60_000;
const LOOK_AGAIN_MS = 25;
const LOOKS = 40;

const verdictSchema: z.ZodType<BudgetAnswer> = z.object({
  waitMs: z.number(),
  isFirstRefusal: z.boolean(),
});

interface LimitedInboxOptions {
  readonly inbox: Inbox;
  readonly budget: SharedBudget;
  /** Remembers what was counted, so that a message delivered twice counts once. */
  readonly memory: Pick<KeyedMemory, "get" | "set" | "claim">;
  /** 0 for no limit. */
  readonly maxPerMinute: number;
  readonly logger: Logger;
}

/**
 * Takes so many messages of one person in a minute and no more, whichever process hears them. The first one too many of a
 * window is answered with a notice, in the language of that message and through the conversation's own outbox; further ones
 * are left aside (`receive` gives false, as for a message that is known). Where the notice could not be stored, `receive`
 * fails, the platform delivers the message again, and the notice is tried again, whichever process hears it. Talk that does not name the bot, buttons and other
 * events are not counted.
 */
export function createLimitedInbox(options: LimitedInboxOptions): Inbox {
  const { inbox, budget, maxPerMinute, logger } = options;
  if (maxPerMinute === 0) return inbox;
  const limit = { points: maxPerMinute, windowMs: WINDOW_MS };

  const take = async ({ principal }: InboundMessage): Promise<BudgetAnswer> => {
    const { platform, userId } = principal;
    const answer = await budget.take(`user:${platform}:${userId}`, limit);
    if (answer.waitMs > 0) {
      logger.info({ platform, userId, waitMs: answer.waitMs }, "a person asks too much");
    }
    return answer;
  };

  return {
    receive: async (message, dedupeKeys, how) => {
      if (!message.isAddressed) return inbox.receive(message, dedupeKeys, how);
      const id = message.address.conversationId;
      const names = dedupeKeys.map((key) => `counted:${id}:${key}`);
      const earlier = await earlierVerdict(options.memory, names);
      const answer = earlier ?? (await take(message));
      if (earlier === null) {
        for (const name of names) await options.memory.set(name, answer, REMEMBER_MS);
      }
      if (answer.waitMs === 0) return inbox.receive(message, dedupeKeys, how);
      if (!answer.isFirstRefusal) return false;
      const event = { type: "message.limited", message, retryInMs: answer.waitMs };
      return inbox.tell({ kind: "dialogue", id }, event, dedupeKeys);
    },
    tell: (instance, event, dedupeKeys) => inbox.tell(instance, event, dedupeKeys),
  };
}

/**
 * What was decided of a message that came before under one of these names; null when it is for us to decide. Another process
 * may be deciding just now. One that died over it is taken for having let the message in.
 */
async function earlierVerdict(
  memory: LimitedInboxOptions["memory"],
  names: readonly string[],
): Promise<BudgetAnswer | null> {
  for (const name of names) {
    if (await memory.claim(name, "deciding", REMEMBER_MS)) continue;
    for (let looks = 0; looks < LOOKS; looks += 1) {
      const verdict = verdictSchema.safeParse(await memory.get(name));
      if (verdict.success) return verdict.data;
      await sleep(LOOK_AGAIN_MS);
    }
    return { waitMs: 0, isFirstRefusal: false };
  }
  return null;
}
