import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again and again, at first quickly, until the answer is neither null, undefined nor false.
 * @throws Error with `what` in its message when `timeoutMs` have passed.
 */
export async function eventually<T>(
  what: string,
  ask: () => T | null | undefined | false | Promise<T | null | undefined | false>,
  timeoutMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 1; ; pauseMs = Math.min(25, pauseMs * 2)) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`did not happen in ${timeoutMs} ms: ${what}`);
    await sleep(pauseMs);
  }
}
