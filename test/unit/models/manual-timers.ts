import type { Timers } from "../../../models/engine/timers.ts";

/** Time that stands still until it is moved. */
export interface ManualTimers extends Timers {
  /** Runs what is due, in order, also what becomes due on the way. */
  advance(ms: number): void;
  /** How many timers are armed. */
  pending(): number;
}

export function manualTimers(): ManualTimers {
  let now = 0;
  let armed: { readonly at: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after: (delayMs, run) => {
      const timer = { at: now + delayMs, run };
      armed.push(timer);
      return () => {
        armed = armed.filter((other) => other !== timer);
      };
    },
    advance: (ms) => {
      const end = now + ms;
      for (;;) {
        const [next] = armed.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        armed = armed.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.run();
      }
      now = end;
    },
    pending: () => armed.length,
  };
}
