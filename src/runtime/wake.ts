/** Lets one loop sleep until something happens. */
export interface Wake {
  /** Ends the present sleep, or the next one when nobody sleeps. */
  signal(): void;
  /** Sleeps until a signal, at most `ms`; null for no limit. Always lets I/O and timers have their turn. */
  wait(ms: number | null): Promise<void>;
}

/** Longer waits overflow the timer; waking up early does no harm. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/** Makes a wake that has not been signalled. */
export function createWake(): Wake {
  let isSignalled = false;
  let resume: (() => void) | null = null;

  const signal = (): void => {
    isSignalled = true;
    resume?.();
  };

  const wait = async (ms: number | null): Promise<void> => {
    // Not a microtask: a loop that finds itself due again and again must not starve what it waits for.
    if (isSignalled || (ms !== null && ms <= 0))
      await new Promise((resolve) => setImmediate(resolve));
    else await sleep(ms);
    resume = null;
    isSignalled = false;
  };

  const sleep = (ms: number | null): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, Math.min(ms, MAX_WAIT_MS));
      resume = () => {
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
    });

  return { signal, wait };
}
