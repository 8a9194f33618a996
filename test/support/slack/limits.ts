import { ApiError } from "./api-error.ts";

/** The workspace's limits; the defaults are Slack's. Tests shorten times, never what counts. */
export interface SlackLimits {
  /** One `chat.postMessage` per channel in this time. */
  readonly postIntervalMs: number;
  /** The window in which the calls of a tier are counted. */
  readonly windowMs: number;
  /** Calls per window and method. */
  readonly tiers: Readonly<Record<Tier, number>>;
  /** An event, interaction or command must be acknowledged in this time. */
  readonly ackMs: number;
  /** When an event that was not acknowledged is sent again. */
  readonly retryDelaysMs: readonly number[];
  readonly triggerMs: number;
  readonly responseUrlMs: number;
  readonly responseUrlUses: number;
  /** A stream that is open longer is dead. */
  readonly streamMs: number;
  /** What one streamed message may hold, in UTF-8 bytes. */
  readonly streamBytes: number;
  /** A page may hold fewer items than were asked for, though there are more. */
  readonly pageItems: number;
}

export type Tier = "1" | "2" | "3" | "4" | "special";

export const SLACK_LIMITS: SlackLimits = {
  postIntervalMs: 1_000,
  windowMs: 60_000,
  tiers: { "1": 1, "2": 20, "3": 50, "4": 100, special: 600 },
  ackMs: 3_000,
  retryDelaysMs: [0, 60_000, 300_000],
  triggerMs: 3_000,
  responseUrlMs: 30 * 60_000,
  responseUrlUses: 5,
  streamMs: 5 * 60_000,
  streamBytes: 11_500,
  pageItems: 1_000,
};

/** Counts calls and refuses those that are too many. */
export interface RateLimits {
  /** @throws ApiError `ratelimited` with `retryAfter` in seconds */
  take(method: string, tier: Tier | null, channel: string | null): void;
  /** Calls that were refused so far. */
  refused(): number;
}

/** A little tolerance, for two clocks never run alike. */
const TOLERANCE = 0.9;

export function createRateLimits(limits: SlackLimits): RateLimits {
  const recent = new Map<string, number[]>();
  const posted = new Map<string, number>();
  let refused = 0;
  const refuse = (waitMs: number): never => {
    refused += 1;
    throw new ApiError("ratelimited", { retryAfter: Math.max(1, Math.ceil(waitMs / 1000)) });
  };
  return {
    refused: () => refused,
    take(method, tier, channel) {
      const now = performance.now();
      if (method === "chat.postMessage" && channel !== null) {
        const next = (posted.get(channel) ?? -Infinity) + limits.postIntervalMs * TOLERANCE;
        if (now < next) refuse(next - now);
        posted.set(channel, now);
      }
      if (tier === null) return;
      const calls = (recent.get(method) ?? []).filter((at) => at > now - limits.windowMs);
      if (calls.length >= limits.tiers[tier]) refuse((calls[0] ?? now) + limits.windowMs - now);
      recent.set(method, [...calls, now]);
    },
  };
}
