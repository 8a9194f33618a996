/** Work that is done in the background, one round at a time. */
export interface BackgroundTask {
  /** Asks for a round: now, or after the one that is under way. */
  nudge(): void;
  /** Whether a round has been asked for that has not begun yet. */
  isNudged(): boolean;
  /** Waits for the round that is under way; no further one begins. */
  close(): Promise<void>;
}

/**
 * Creates a task. `round` is called again as long as it was nudged meanwhile; it handles its own errors and ends soon after
 * whatever it works with is closed.
 */
export function createBackgroundTask(round: () => Promise<void>): BackgroundTask {
  let isWanted = false;
  let isClosed = false;
  let running: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (isWanted && !isClosed) {
      isWanted = false;
      await round();
    }
  }

  function start(): void {
    running = work()
      .catch(() => {})
      .finally(() => {
        running = null;
        // A nudge may fall between the end of the last round and this moment.
        if (isWanted && !isClosed) start();
      });
  }

  return {
    nudge() {
      isWanted = true;
      if (running === null && !isClosed) start();
    },
    isNudged: () => isWanted,
    async close() {
      isClosed = true;
      await running;
    },
  };
}
