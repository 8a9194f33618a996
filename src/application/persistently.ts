import { setTimeout as sleep } from "node:timers/promises";
import { isFrontdeskError } from "../core/index.ts";

const PAUSES_MS: readonly number[] = [50, 250, 1_000];
const WITHIN_MS = 8_000;

/**
 * Repeats what has its effect once however often it is called, when nobody knows whether it had it: a store that was lost in
 * the middle may have done it, and its second answer tells. Gives up after a few tries or some seconds, with the last error.
 */
export async function persistently<T>(
  work: () => Promise<T>,
  pausesMs: readonly number[] = PAUSES_MS,
): Promise<T> {
  const startedAt = performance.now();
  for (let failures = 0; ; failures += 1) {
    try {
      return await work();
    } catch (error) {
      const pauseMs = pausesMs[failures];
      const isUnclear = isFrontdeskError(error, "store_unavailable") && error.retryable;
      if (!isUnclear || pauseMs === undefined) throw error;
      if (performance.now() - startedAt > WITHIN_MS) throw error;
      await sleep(pauseMs);
    }
  }
}
