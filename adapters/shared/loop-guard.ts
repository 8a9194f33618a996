import type { SharedBudget } from "../../src/ports/shared-budget.ts";

/** Cuts conversations between bots that would never end, whichever process hears them. */
export interface LoopGuard {
  /** Whether a conversation was cut. It stays so until the other bot has been silent for a minute. */
  isCut(conversation: string): Promise<boolean>;
  /** Counts a message of another bot that is answered. */
  count(conversation: string): Promise<void>;
}

const WINDOW_MS = 60_000;
/** The fifth message in a window is the last that is answered. */
const LIMIT = { points: 4, windowMs: WINDOW_MS } as const;

/** @param prefix the platform's own: `slack:loop:` */
export function createLoopGuard(budget: SharedBudget, prefix: string): LoopGuard {
  return {
    async isCut(conversation) {
      const { waitMs } = await budget.take(prefix + conversation, LIMIT, 0);
      if (waitMs > 0) await budget.block(prefix + conversation, WINDOW_MS);
      return waitMs > 0;
    },
    async count(conversation) {
      const { waitMs } = await budget.take(prefix + conversation, LIMIT);
      if (waitMs > 0) await budget.block(prefix + conversation, WINDOW_MS);
    },
  };
}
