/** Time for whoever waits, so that tests can hold it still. */
export interface Timers {
  /** Milliseconds that only grow. */
  now(): number;
  /** Runs once after `delayMs`; the returned function cancels and may be called at any time. */
  after(delayMs: number, run: () => void): () => void;
}

/** The timers of this process. */
export const systemTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
