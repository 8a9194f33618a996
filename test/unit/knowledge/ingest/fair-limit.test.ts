import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  limitFairly,
  waitedForProcessorMs,
} from "../../../../knowledge/ingest/parse/fair-limit.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Begins a limit of a second on a process that waits for a processor for this share of the time. */
function begin(share: number) {
  const start = performance.now();
  const stop = new AbortController();
  let overAfterMs: number | null = null;
  limitFairly(1, {
    ms: 1_000,
    signal: stop.signal,
    waited: () => 7_000 + (performance.now() - start) * share,
    onOver: () => {
      overAfterMs = performance.now() - start;
    },
  });
  return { stop: () => stop.abort(), overAfterMs: () => overAfterMs };
}

describe("the time of a process", () => {
  it("is over after the limit where it always had a processor", () => {
    const limit = begin(0);

    vi.advanceTimersByTime(999);
    expect(limit.overAfterMs()).toBeNull();
    vi.advanceTimersByTime(2);

    expect(limit.overAfterMs()).toBeCloseTo(1_000, -1);
  });

  it("does not count while others have the processor", () => {
    const limit = begin(0.5);

    vi.advanceTimersByTime(1_900);
    expect(limit.overAfterMs()).toBeNull();
    vi.advanceTimersByTime(200);

    expect(limit.overAfterMs()).toBeCloseTo(2_000, -2);
  });

  it("is over after five times the limit, however busy the machine is", () => {
    const limit = begin(1);

    vi.advanceTimersByTime(4_999);
    expect(limit.overAfterMs()).toBeNull();
    vi.advanceTimersByTime(2);

    expect(limit.overAfterMs()).toBeCloseTo(5_000, -1);
  });

  it("is not over for what ended before", () => {
    const limit = begin(0);

    limit.stop();
    vi.advanceTimersByTime(10_000);

    expect(limit.overAfterMs()).toBeNull();
  });
});

it("asks the system how long a process has waited, and counts all time where nobody tells", () => {
  expect(waitedForProcessorMs(process.pid)).toBeGreaterThan(0);
  expect(waitedForProcessorMs(undefined)).toBe(0);
  expect(waitedForProcessorMs(2 ** 30)).toBe(0);
});
