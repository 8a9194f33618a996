/** Lets one loop sleep until something happens. */
export interface Wake {
  /** Ends the present sleep, or the next one when nobody sleeps. */
  signal(): void;
  /** Sleeps until a signal, at most `ms`; null for no limit. */
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
    if (!isSignalled && (ms === null || ms > 0)) {
      await new Promise<void>((resolve) => {
        const timer = ms === null ? null : setTimeout(resolve, Math.min(ms, MAX_WAIT_MS));
        resume = () => {
          if (timer !== null) clearTimeout(timer);
          resolve();
        };
      });
    }
    resume = null;
    isSignalled = false;
  };

  return { signal, wait };
}
