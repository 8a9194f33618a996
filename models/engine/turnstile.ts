/** Lets one piece of work through at a time. */
export interface Turnstile {
  /** Waits for its turn, `first` before all that is `last`, then runs. Rejects with `signal.reason` while it waits. */
  pass<T>(priority: "first" | "last", signal: AbortSignal, run: () => Promise<T>): Promise<T>;
  /** Number of the piece of work that is let through now; null when none is. */
  current(): number | null;
}

/** A lock with two lanes; each lane in order of arrival. */
export function createTurnstile(): Turnstile {
  const lanes: Record<"first" | "last", (() => void)[]> = { first: [], last: [] };
  let isBusy = false;
  let passed = 0;

  const next = (): void => {
    const admit = lanes.first.shift() ?? lanes.last.shift();
    if (admit === undefined) isBusy = false;
    else admit();
  };

  return {
    current: () => (isBusy ? passed : null),
    pass: async (priority, signal, run) => {
      signal.throwIfAborted();
      if (isBusy) await new Promise<void>((resolve) => lanes[priority].push(resolve));
      isBusy = true;
      try {
        signal.throwIfAborted();
        passed += 1;
        return await run();
      } finally {
        next();
      }
    },
  };
}
