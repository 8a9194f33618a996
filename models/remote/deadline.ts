import type { Timers } from "../engine/timers.ts";

/** Aborts when nothing happened for too long. */
export interface Deadline {
  /** Aborts with the caller's signal too. */
  readonly signal: AbortSignal;
  /** Something happened: the next thing has `ms` from now. */
  extend(ms: number): void;
  hasPassed(): boolean;
  /** It is over: nothing passes any more. */
  clear(): void;
}

/** A deadline that moves on with each sign of life. */
export function createDeadline(timers: Timers, caller: AbortSignal): Deadline {
  const controller = new AbortController();
  let hasPassed = false;
  let isOver = false;
  let cancel = (): void => {};
  return {
    signal: AbortSignal.any([caller, controller.signal]),
    extend: (ms) => {
      cancel();
      if (isOver) return;
      cancel = timers.after(ms, () => {
        hasPassed = true;
        controller.abort();
      });
    },
    hasPassed: () => hasPassed,
    clear: () => {
      isOver = true;
      cancel();
    },
  };
}
