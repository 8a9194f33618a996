/** A promise and the ways to fulfil and to reject it. */
export function withResolvers<Value>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: Error) => void;
} {
  let resolve: (value: Value) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Calls back once the signal is aborted; at once when it is already. Returns the way to stop. */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) {
    listener();
    return () => {};
  }
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}

/** Waits for work, but rejects with the signal's reason as soon as it is aborted. */
export async function untilAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
): Promise<Value> {
  work.catch(() => {}); // nobody may be there any more to see it fail
  const { promise: aborted, resolve } = withResolvers<null>();
  const stop = onAbort(signal, () => resolve(null));
  try {
    const first = await Promise.race([aborted, work.then((value) => ({ value }))]);
    if (first !== null) return first.value;
    signal.throwIfAborted();
    throw new Error("a signal that fired is not aborted");
  } finally {
    stop();
  }
}
