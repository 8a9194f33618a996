/** Lets a fixed number of tasks run at once; the others wait in order. */
export interface Limiter {
  /** @throws the signal's reason when it aborts while waiting; whatever the task throws */
  run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

/** Makes a limiter for `size` tasks at once. */
export function createLimiter(size: number): Limiter {
  let free = size;
  const waiting: (() => void)[] = [];

  const acquire = async (signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve) => {
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        resolve();
      };
      waiting.push(enter);
      signal.addEventListener("abort", leave, { once: true });
    });
    signal.throwIfAborted();
  };

  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    async run(task, signal) {
      await acquire(signal);
      try {
        return await task();
      } finally {
        release();
      }
    },
  };
}
