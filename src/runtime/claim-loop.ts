import { errorMessage } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import { backoffMs } from "./backoff.ts";
import type { EngineParts } from "./engine-options.ts";
import { createWake } from "./wake.ts";

/** Takes instances that have something to do, as many as there is room for. */
export interface ClaimLoop {
  start(): void;
  /** Claims nothing more; resolves when the last claim has been handed over. */
  stop(): Promise<void>;
  /** There may be work. */
  nudge(): void;
  /** There will be work at this time of the store's clock. */
  wakeAt(at: number): void;
}

/** So many instances are claimed in one call. */
const CLAIM_LIMIT = 16;
/** Times further ahead are left to the poll. */
const HORIZON_MS = 30_000;
const RETRY_MS = 100;
const RETRY_CAP_MS = 5_000;

/**
 * Makes the loop. It sleeps until it is nudged, a known timer falls due, or `pollMs` have passed.
 * @param room how many instances may be taken now
 */
export function createClaimLoop(
  parts: EngineParts,
  room: () => number,
  onClaim: (claim: Claim) => void,
): ClaimLoop {
  const { store, clock, tuning, logger } = parts;
  const wake = createWake();
  let dueTimes: readonly number[] = [];
  let offsetMs = 0;
  let failures = 0;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  const now = (): number => clock.now() + offsetMs;

  const sleepMs = (): number => {
    const passed = now();
    dueTimes = dueTimes.filter((at) => at > passed);
    return Math.max(1, Math.min(tuning.pollMs, ...dueTimes.map((at) => at - passed)));
  };

  const claim = async (limit: number): Promise<number> => {
    const { owner, registry } = parts;
    const request = { owner, leaseMs: tuning.leaseMs, limit, supports: registry.supports };
    const claims = await store.claim(request);
    for (const one of claims) {
      offsetMs = one.now - clock.now();
      onClaim(one);
    }
    return claims.length;
  };

  const run = async (): Promise<void> => {
    while (!isStopped) {
      const limit = Math.min(room(), CLAIM_LIMIT);
      try {
        const claimed = limit > 0 ? await claim(limit) : 0;
        if (failures > 0 && limit > 0) {
          logger.info({ failures }, "the store gives work again");
          failures = 0;
        }
        if (claimed > 0) continue;
      } catch (error) {
        failures += 1;
        // Once per outage: the rest is a number when it is over.
        const level = failures === 1 ? "warn" : "debug";
        logger[level](
          { reason: errorMessage(error), failures },
          "the store gave no work; asking again",
        );
        await wake.wait(backoffMs(failures, RETRY_MS, RETRY_CAP_MS, null));
        continue;
      }
      if (!isStopped) await wake.wait(sleepMs());
    }
  };

  return {
    start: () => {
      running = run();
    },
    stop: () => {
      isStopped = true;
      wake.signal();
      return running;
    },
    nudge: wake.signal,
    wakeAt: (at) => {
      if (at - now() > HORIZON_MS) return;
      dueTimes = [...dueTimes, at];
      wake.signal();
    },
  };
}
