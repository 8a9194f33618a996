/** Marks that a step took longer than it was given. */
export const EXPIRED = Symbol("expired");

/** Why a call was given up: `signal.reason`, which is an error nearly always. */
export function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}

/** The reason with which work is aborted whose time is over. */
export class DeadlinePassed extends Error {
  override readonly name = "DeadlinePassed";
}

/**
 * Waits for `work` up to a time. The signal that `work` gets is aborted when the time is over or the caller gave up;
 * whatever still comes afterwards is dropped.
 * @returns {@link EXPIRED} when the time is over
 * @throws `signal.reason` on abort, whatever `work` rejects with before
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  options: { readonly ms: number; readonly signal: AbortSignal },
): Promise<Result | typeof EXPIRED> {
  options.signal.throwIfAborted();
  const timer = new AbortController();
  const { promise: expired, resolve } = newPromise<typeof EXPIRED>();
  const timeout = setTimeout(() => {
    resolve(EXPIRED);
    timer.abort(new DeadlinePassed(`no answer within ${options.ms} ms`));
  }, options.ms);
  const { promise: aborted, reject } = newPromise<never>();
  const onAbort = (): void => reject(abortReason(options.signal));
  options.signal.addEventListener("abort", onAbort, { once: true });
  try {
    const running = work(AbortSignal.any([options.signal, timer.signal]));
    running.catch(() => {});
    return await Promise.race([running, expired, aborted]);
  } finally {
    clearTimeout(timeout);
    options.signal.removeEventListener("abort", onAbort);
  }
}

function newPromise<Value>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;
} {
  let resolve: (value: Value) => void = () => {};
  let reject: (reason: Error) => void = () => {};
  const promise = new Promise<Value>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
