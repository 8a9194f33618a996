import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLivenessWatch } from "../../../../knowledge/vectors/liveness-watch.ts";

const EVERY_MS = 30_000;

/** A server whose signs of life are given by hand. */
function patient() {
  const asked: ((isAlive: boolean) => void)[] = [];
  const silences: number[] = [];
  const watch = createLivenessWatch({
    everyMs: EVERY_MS,
    hasSign: () => new Promise((resolve) => asked.push(resolve)),
    onSilence: async () => void silences.push(asked.length),
  });
  const answer = async (isAlive: boolean): Promise<void> => {
    asked.at(-1)?.(isAlive);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { watch, asked, silences, answer };
}

describe("a liveness watch", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("believes in silence after three missing signs", async () => {
    const { watch, silences, answer } = patient();

    watch.suspect();
    await answer(false);
    await answer(false);
    const early = silences.length;
    await answer(false);

    expect(early).toBe(0);
    expect(silences).toEqual([3]);
  });

  it("remembers a suspicion that comes during a look", async () => {
    const { watch, asked, answer } = patient();

    watch.suspect();
    watch.suspect();
    await answer(true);

    expect(asked).toHaveLength(2);
  });

  it("looks by itself now and then", async () => {
    const { asked, answer } = patient();

    await vi.advanceTimersByTimeAsync(EVERY_MS);
    await answer(true);
    await vi.advanceTimersByTimeAsync(EVERY_MS);

    expect(asked).toHaveLength(2);
  });

  it("looks no more when it is closed", async () => {
    const { watch, asked } = patient();

    await watch.close();
    watch.suspect();
    await vi.advanceTimersByTimeAsync(2 * EVERY_MS);

    expect(asked).toHaveLength(0);
  });
});
