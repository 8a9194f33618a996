import { createBackgroundTask } from "./background-task.ts";

/** Somebody looks after one server as long as it runs. */
export interface LivenessWatch {
  /** Says that a request failed or hangs. During a look it is remembered: another look follows. */
  suspect(): void;
  /** Ends the looking; waits for a look that is under way. */
  close(): Promise<void>;
}

/** So many signs of life in a row must be missing: a busy machine alone is no reason to end a server. */
const MISSED_SIGNS = 3;

/** Looks for signs of life now and then, and at once on a suspicion. */
export function createLivenessWatch(options: {
  readonly everyMs: number;
  /** Whether the server answered, within a time of its own. Never rejects. */
  readonly hasSign: () => Promise<boolean>;
  /** Called after one look without any sign. */
  readonly onSilence: () => Promise<void>;
}): LivenessWatch {
  const { everyMs, hasSign, onSilence } = options;
  const task = createBackgroundTask(async () => {
    for (let missed = 0; missed < MISSED_SIGNS; missed += 1) {
      if (await hasSign()) return;
    }
    await onSilence();
  });
  const timer = setInterval(() => task.nudge(), everyMs);
  timer.unref();
  return {
    suspect: () => task.nudge(),
    close() {
      clearInterval(timer);
      return task.close();
    },
  };
}
