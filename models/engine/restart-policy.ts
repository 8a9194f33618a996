import type { EngineLimits } from "./limits.ts";

/** What to do after a child process has died. */
type RestartDecision =
  | { readonly type: "restart"; readonly afterMs: number }
  | { readonly type: "open-breaker"; readonly afterMs: number };

/** Remembers deaths and decides when to try again. */
export interface RestartPolicy {
  /** @param livedMs how long the child was ready; 0 when it never was. */
  onDeath(now: number, livedMs: number): RestartDecision;
}

/**
 * Exponential wait with up to a quarter of jitter, and a breaker that opens after too many deaths in a window.
 * @param random 0 inclusive to 1 exclusive.
 */
export function createRestartPolicy(limits: EngineLimits, random: () => number): RestartPolicy {
  let deaths: number[] = [];
  let streak = 0;
  return {
    onDeath: (now, livedMs) => {
      if (livedMs >= limits.stableAfterMs) streak = 0;
      deaths = deaths.filter((at) => now - at < limits.breakerWindowMs);
      deaths.push(now);
      if (deaths.length >= limits.breakerDeaths) {
        // One try after the pause; if that child dies too, its death counts from a clean slate of one below the limit.
        deaths = deaths
          .slice(-(limits.breakerDeaths - 1))
          .map(() => now + limits.breakerCooldownMs);
        return { type: "open-breaker", afterMs: limits.breakerCooldownMs };
      }
      const wait = Math.min(limits.restartMaxMs, limits.restartMinMs * 2 ** streak);
      streak += 1;
      return { type: "restart", afterMs: wait * (1 + random() / 4) };
    },
  };
}
