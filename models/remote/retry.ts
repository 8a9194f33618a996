import { isFrontdeskError } from "../../src/core/index.ts";
import type { Timers } from "../engine/timers.ts";

const MAX_WAIT_MS = 32_000;

export interface RetryOptions {
  readonly attempts: number;
  /** No try begins later than this after the first one. Default: no limit. */
  readonly patienceMs?: number;
  /** What failed only after so long is not tried again: nobody should wait for it twice. Default: no limit. */
  readonly slowMs?: number;
  /** Wait before the second try; doubles up to 32 s, with up to a quarter of jitter. */
  readonly minMs: number;
  readonly timers: Timers;
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Asked after each failure that could be tried again. Default: always. */
  readonly mayRetry?: (error: unknown) => boolean;
  /** Told before each wait. */
  onRetry(error: unknown, waitMs: number): void;
}

/**
 * Tries again what failed as `retryable`; waits at least as long as the other side asked. Rejects with the last error,
 * or with `signal.reason`.
 */
export async function withRetries<T>(options: RetryOptions, run: () => Promise<T>): Promise<T> {
  const { patienceMs = Number.POSITIVE_INFINITY, slowMs = Number.POSITIVE_INFINITY } = options;
  const startedAt = options.timers.now();
  for (let attempt = 1; ; attempt += 1) {
    const triedAt = options.timers.now();
    try {
      return await run();
    } catch (error) {
      options.signal.throwIfAborted();
      if (!isFrontdeskError(error) || !error.retryable || attempt >= options.attempts) throw error;
      if (options.timers.now() - triedAt >= slowMs) throw error;
      if (options.mayRetry?.(error) === false) throw error;
      const backoffMs = Math.min(MAX_WAIT_MS, options.minMs * 2 ** (attempt - 1));
      const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs * (1 + options.random() / 4));
      if (waitMs > MAX_WAIT_MS * 1.25) throw error;
      if (options.timers.now() - startedAt + waitMs >= patienceMs) throw error;
      options.onRetry(error, waitMs);
      await wait(options.timers, waitMs, options.signal);
    }
  }
}

function wait(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse: (reason: unknown) => void = reject;
    const onAbort = (): void => {
      cancel();
      refuse(signal.reason);
    };
    const cancel = timers.after(ms, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
