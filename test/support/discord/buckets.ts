import type { DiscordLimits } from "./limits.ts";

/** How a request stands with the limits. */
export interface BucketState {
  readonly isRefused: boolean;
  readonly isGlobal: boolean;
  readonly limit: number;
  readonly remaining: number;
  readonly resetAfterMs: number;
  readonly hash: string;
}

/** Counts requests: one bucket per route and channel, and one for everything. */
export interface Buckets {
  /** @param isCounted false for interactions, which no global limit counts */
  take(route: string, major: string, isCounted: boolean): BucketState;
  refused(): number;
}

interface Window {
  until: number;
  count: number;
}

export function createBuckets(limits: DiscordLimits): Buckets {
  const windows = new Map<string, Window>();
  let refused = 0;

  const windowOf = (name: string, lengthMs: number): Window => {
    const now = performance.now();
    const known = windows.get(name);
    if (known !== undefined && known.until > now) return known;
    const window = { until: now + lengthMs, count: 0 };
    windows.set(name, window);
    return window;
  };

  return {
    refused: () => refused,
    take(route, major, isCounted) {
      const hash = Buffer.from(route).toString("hex").slice(0, 32);
      const everything = windowOf("global", 1_000);
      const own = windowOf(`${route} ${major}`, limits.windowMs);
      const isGlobal = isCounted && everything.count >= limits.globalPerSecond;
      const isRefused = isGlobal || own.count >= limits.perWindow;
      if (isRefused) refused += 1;
      else {
        own.count += 1;
        if (isCounted) everything.count += 1;
      }
      const { until } = isGlobal ? everything : own;
      const resetAfterMs = Math.max(1, until - performance.now());
      const remaining = Math.max(0, limits.perWindow - own.count);
      return { isRefused, isGlobal, limit: limits.perWindow, remaining, resetAfterMs, hash };
    },
  };
}
