import type { Clock } from "../../src/ports/clock.ts";

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
}

/** Starts at 2026-01-01 unless told otherwise. */
export function createFakeClock(startAt: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = startAt;
  return {
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
  };
}
