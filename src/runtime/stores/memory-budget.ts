import { RateLimiterMemory } from "rate-limiter-flexible";
import type { BudgetAnswer, BudgetLimit, SharedBudget } from "../../ports/shared-budget.ts";

/** More than any limit: a bucket of which so much is taken is blocked. */
export const BLOCKED_POINTS = 1_000_000_000;
/** Longest time a bucket is remembered; longer ones overflow the timers of this process. */
export const MAX_BUDGET_MS = 20 * 24 * 60 * 60 * 1_000;
/** The answer to who may. */
export const TAKEN: BudgetAnswer = { waitMs: 0, isFirstRefusal: false };

/** Counts in this process. All limits of a bucket share its count, as they do in Redis. */
export function createMemoryBudget(): SharedBudget {
  const counts = new RateLimiterMemory({ points: BLOCKED_POINTS - 1, duration: 1, keyPrefix: "" });
  const told = new RateLimiterMemory({ points: 1, duration: 1, keyPrefix: "" });
  let last: Promise<unknown> = Promise.resolve();

  /** Looking and counting are two calls, so they take turns. */
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result;
    return result;
  };
  const presently = async (bucket: string): Promise<{ taken: number; leftMs: number }> => {
    const found = await counts.get(bucket);
    if (found === null || found.msBeforeNext <= 0) return { taken: 0, leftMs: 0 };
    return { taken: found.consumedPoints, leftMs: Math.ceil(found.msBeforeNext) };
  };
  const isUntold = (bucket: string, waitMs: number): Promise<boolean> =>
    told.consume(bucket, 1, { customDuration: waitMs / 1_000 }).then(
      () => true,
      () => false,
    );
  const take = async (
    bucket: string,
    limit: BudgetLimit,
    points: number,
  ): Promise<BudgetAnswer> => {
    const { taken, leftMs } = await presently(bucket);
    const isBlocked = taken >= BLOCKED_POINTS;
    const windowMs = Math.min(limit.windowMs, MAX_BUDGET_MS);
    if (!isBlocked && (points === 0 || taken + points <= limit.points)) {
      if (points > 0) await counts.penalty(bucket, points, { customDuration: windowMs / 1_000 });
      return TAKEN;
    }
    const waitMs = leftMs > 0 ? leftMs : windowMs;
    return { waitMs, isFirstRefusal: await isUntold(bucket, waitMs) };
  };
  const block = async (bucket: string, durationMs: number): Promise<void> => {
    const { taken, leftMs } = await presently(bucket);
    if (durationMs <= 0 || (taken >= BLOCKED_POINTS && leftMs >= durationMs)) return;
    await counts.set(bucket, BLOCKED_POINTS, Math.min(durationMs, MAX_BUDGET_MS) / 1_000);
  };

  return {
    take: (bucket, limit, points = 1) => inTurn(() => take(bucket, limit, points)),
    block: (bucket, durationMs) => inTurn(() => block(bucket, durationMs)),
    close: () => Promise.resolve(),
  };
}
