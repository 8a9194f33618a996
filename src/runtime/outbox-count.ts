import type { Clock } from "../ports/clock.ts";

/** Counts the effects that wait to be delivered, of the instances that one worker works on. */
export interface OutboxCount {
  /** An instance was claimed; its outbox is looked at from now on. */
  began(key: string, run: WaitingRun): void;
  /** It was given back; `wakeAt` is when it goes on by itself, null when it was lost or waits for nothing. */
  ended(key: string, run: WaitingRun, wakeAt: number | null): void;
  total(): number;
}

interface WaitingRun {
  waiting(): number;
}

/**
 * Makes the count. What waits for its next attempt while nobody holds the instance is counted by whoever gave it back,
 * until shortly after that attempt is due: then its next holder counts it.
 */
export function createOutboxCount(clock: Clock, graceMs: number): OutboxCount {
  const held = new Map<string, WaitingRun>();
  const resting = new Map<string, { readonly count: number; readonly until: number }>();

  const forgetOverdue = (): void => {
    const now = clock.now();
    for (const [key, { until }] of resting) if (until < now) resting.delete(key);
  };

  return {
    began: (key, run) => {
      resting.delete(key);
      held.set(key, run);
    },
    ended: (key, run, wakeAt) => {
      if (held.get(key) !== run) return;
      held.delete(key);
      forgetOverdue();
      const count = run.waiting();
      if (count > 0 && wakeAt !== null) resting.set(key, { count, until: wakeAt + graceMs });
    },
    total: () => {
      forgetOverdue();
      const counts = [
        ...[...held.values()].map((run) => run.waiting()),
        ...[...resting.values()].map(({ count }) => count),
      ];
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}
