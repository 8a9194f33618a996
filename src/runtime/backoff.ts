/**
 * How long to wait before the next try: doubling from `baseMs` up to `capMs`, with jitter down to half of it so that many
 * do not come back at once.
 * @param failures tries that failed so far, 1 or more
 * @param atLeastMs what the other side asked for; kept even above the cap
 */
export function backoffMs(
  failures: number,
  baseMs: number,
  capMs: number,
  atLeastMs: number | null,
): number {
  const full = Math.min(capMs, baseMs * 2 ** Math.min(failures - 1, 30));
  const jittered = full * (0.5 + Math.random() / 2);
  return Math.ceil(Math.max(jittered, atLeastMs ?? 0));
}

/** Waits; rejects with `signal.reason` when aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(reasonOf(signal));
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(reasonOf(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** The promise's result, unless the signal aborts first: then rejects with its reason, whatever the promise does. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}
