import { RateLimiterRedis, RateLimiterRes, RLWrapperTimeouts } from "rate-limiter-flexible";
import { errorMessage } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { BudgetAnswer, BudgetLimit, SharedBudget } from "../../ports/shared-budget.ts";
import { BLOCKED_POINTS, createMemoryBudget, MAX_BUDGET_MS, TAKEN } from "./memory-budget.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { key } from "./redis-keys.ts";

/**
 * In place of the library's own script, which counts refusals as well and knows whole seconds only. What the library calls
 * seconds are milliseconds here. ARGV: points, window, limit.
 */
const COUNT = `
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local points, limit = tonumber(ARGV[1]), tonumber(ARGV[3])
local ttl = redis.call('PTTL', KEYS[1])
if ttl < 0 then ttl = tonumber(ARGV[2]) end
if taken + points > limit then return {taken + math.max(points, 1), ttl} end
if points == 0 then return {taken, ttl} end
if taken == 0 then redis.call('SET', KEYS[1], points, 'PX', ARGV[2])
else redis.call('INCRBY', KEYS[1], points) end
return {taken + points, ttl}`;

/** A server that owes an answer for so long is not waited for. */
const TIMEOUT_MS = 250;

/**
 * Counts in Redis, for all processes together. While Redis is away, slow or full this process counts by itself: an
 * installation of three then lets through up to three times as much.
 */
export function createRedisBudget(options: {
  readonly connection: RedisConnection;
  readonly logger: Logger;
}): SharedBudget {
  const { connection, logger } = options;
  const local = createMemoryBudget();
  const limiters = createLimiters(connection);
  let isAway = false;

  const shared = async <Result>(
    ask: () => Promise<Result>,
    otherwise: () => Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await ask();
      if (isAway) logger.info({}, "budgets are shared again");
      isAway = false;
      return result;
    } catch (error) {
      if (!isAway) logger.warn({ reason: errorMessage(error) }, "budgets are counted here only");
      isAway = true;
      return await otherwise();
    }
  };

  return {
    take: (bucket, limit, points = 1) =>
      shared(
        () => take(limiters, bucket, limit, points),
        () => local.take(bucket, limit, points),
      ),
    block: (bucket, durationMs) =>
      shared(
        () => block(limiters, bucket, durationMs),
        () => local.block(bucket, durationMs),
      ),
    close: () => local.close(),
  };
}

interface Limiters {
  of(limit: BudgetLimit): RLWrapperTimeouts;
  readonly told: RLWrapperTimeouts;
}

/** One limiter for each limit, made when it is first asked for. */
function createLimiters(connection: RedisConnection): Limiters {
  const made = new Map<string, RLWrapperTimeouts>();
  const make = (part: "budget" | "told", { points, windowMs }: BudgetLimit): RLWrapperTimeouts =>
    new RLWrapperTimeouts({
      limiter: new RateLimiterRedis({
        storeClient: connection.client,
        rejectIfRedisNotReady: true,
        customIncrTtlLuaScript: COUNT,
        keyPrefix: key(connection.prefix, part),
        points,
        duration: Math.min(windowMs, MAX_BUDGET_MS),
      }),
      timeoutMs: TIMEOUT_MS,
    });
  return {
    of: (limit) => {
      const name = `${limit.points}/${limit.windowMs}`;
      const limiter = made.get(name) ?? make("budget", limit);
      made.set(name, limiter);
      return limiter;
    },
    told: make("told", { points: 1, windowMs: 1 }),
  };
}

async function take(
  limiters: Limiters,
  bucket: string,
  limit: BudgetLimit,
  points: number,
): Promise<BudgetAnswer> {
  const waitMs = await refusalMs(limiters.of(limit).consume(bucket, points));
  if (waitMs === null) return TAKEN;
  const told = await refusalMs(limiters.told.consume(bucket, 1, { customDuration: waitMs }));
  return { waitMs, isFirstRefusal: told === null };
}

/** How long a refusal lasts, null when there was none. Anything else that is thrown is no refusal, but trouble. */
async function refusalMs(consumed: Promise<unknown>): Promise<number | null> {
  try {
    await consumed;
    return null;
  } catch (error) {
    if (error instanceof RateLimiterRes) return Math.max(1, Math.ceil(error.msBeforeNext));
    throw error;
  }
}

async function block(limiters: Limiters, bucket: string, durationMs: number): Promise<void> {
  if (durationMs <= 0) return;
  const limiter = limiters.of({ points: 1, windowMs: 1_000 });
  const present = await limiter.get(bucket);
  const isBlocked = (present?.consumedPoints ?? 0) >= BLOCKED_POINTS;
  if (isBlocked && (present?.msBeforeNext ?? 0) >= durationMs) return;
  // Here the library counts in real seconds, and only whole ones.
  await limiter.set(bucket, BLOCKED_POINTS, Math.ceil(Math.min(durationMs, MAX_BUDGET_MS) / 1_000));
}
