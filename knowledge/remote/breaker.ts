const OPENS_AFTER = 3;
const FIRST_REST_MS = 1_000;
const LAST_REST_MS = 30_000;

/**
 * Spares a server that is away, and those who ask: after three failures in a row nobody is sent there for a second, then
 * one may try; each failed try doubles the rest, up to half a minute.
 */
export interface Breaker {
  /** Whether a call may be made now. While the breaker is open only one at a time may. */
  mayTry(): boolean;
  succeeded(): void;
  failed(reason: string): void;
  /** The call ended without telling anything of the server. */
  abandoned(): void;
  /** Why the last call failed; null when it did not. */
  trouble(): string | null;
}

/** Begins closed. `now` in milliseconds of any clock that runs evenly. */
export function createBreaker(now: () => number = () => performance.now()): Breaker {
  let failures = 0;
  let restMs = FIRST_REST_MS;
  let restsUntil = 0;
  let isTrying = false;
  let reason: string | null = null;
  return {
    mayTry() {
      if (failures < OPENS_AFTER) return true;
      if (isTrying || now() < restsUntil) return false;
      isTrying = true;
      return true;
    },
    succeeded() {
      failures = 0;
      restMs = FIRST_REST_MS;
      isTrying = false;
      reason = null;
    },
    failed(why) {
      failures += 1;
      reason = why;
      isTrying = false;
      if (failures < OPENS_AFTER) return;
      restsUntil = now() + restMs;
      restMs = Math.min(LAST_REST_MS, restMs * 2);
    },
    abandoned() {
      isTrying = false;
    },
    trouble: () => reason,
  };
}
