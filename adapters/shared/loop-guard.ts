/** Cuts conversations between bots that would never end. */
export interface LoopGuard {
  /** Counts a message of another bot; true when there were too many of late. */
  isLoop(thread: string): boolean;
}

const WINDOW_MS = 60_000;
const MAX_IN_WINDOW = 5;
const MAX_THREADS = 5_000;

/** @param now steady clock in milliseconds */
export function createLoopGuard(now: () => number = () => performance.now()): LoopGuard {
  const seen = new Map<string, readonly number[]>();
  return {
    isLoop(thread) {
      const from = now() - WINDOW_MS;
      const recent = [...(seen.get(thread) ?? []).filter((at) => at > from), now()];
      seen.delete(thread);
      seen.set(thread, recent.slice(-MAX_IN_WINDOW - 1));
      const oldest = seen.keys().next();
      if (seen.size > MAX_THREADS && !oldest.done) seen.delete(oldest.value);
      return recent.length > MAX_IN_WINDOW;
    },
  };
}
