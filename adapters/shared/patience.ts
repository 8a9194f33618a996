import { setTimeout as sleep } from "node:timers/promises";
import { isFrontdeskError } from "../../src/core/index.ts";

const UNSAID_MS = 1_000;

/**
 * Does something for which nobody waits, again when the platform says that it comes too soon.
 * @param tries at most so many
 * @throws whatever the last try threw
 */
export async function patiently<Result>(
  work: () => Promise<Result>,
  { tries, signal }: { readonly tries: number; readonly signal: AbortSignal },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isFrontdeskError(error, "rate_limited") || attempt === tries) throw error;
      await sleep(error.retryAfterMs ?? UNSAID_MS, undefined, { signal });
    }
  }
}
