import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLoopGuard } from "../../../adapters/shared/loop-guard.ts";
import { createMemoryBudget } from "../../../src/runtime/index.ts";

describe("the guard against loops", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("cuts a conversation after five messages in a minute, whichever process hears them", async () => {
    const budget = createMemoryBudget();
    const [one, other] = [createLoopGuard(budget, "x:"), createLoopGuard(budget, "x:")];
    const cut: boolean[] = [];

    for (const guard of [one, other, one, other, one, other, one]) {
      cut.push(await guard.isCut("C1/1"));
      if (cut.at(-1) === false) await guard.count("C1/1");
    }

    expect(cut).toEqual([false, false, false, false, false, true, true]);
    expect(await other.isCut("C1/1")).toBe(true);
    expect(await other.isCut("C1/2")).toBe(false);
  });

  it("stays cut until the other bot has been silent for a minute", async () => {
    const guard = createLoopGuard(createMemoryBudget(), "x:");
    for (let count = 0; count < 5; count += 1) await guard.count("C1/1");

    await vi.advanceTimersByTimeAsync(40_000);
    const stillTalking = await guard.isCut("C1/1");
    await vi.advanceTimersByTimeAsync(40_000);
    const isCut = await guard.isCut("C1/1");
    await vi.advanceTimersByTimeAsync(61_000);

    expect([stillTalking, isCut]).toEqual([true, true]);
    expect(await guard.isCut("C1/1")).toBe(false);
  });

  it("lets those talk who take their time", async () => {
    const guard = createLoopGuard(createMemoryBudget(), "x:");

    for (let count = 0; count < 10; count += 1) {
      await guard.count("C1/1");
      await vi.advanceTimersByTimeAsync(20_000);
    }

    expect(await guard.isCut("C1/1")).toBe(false);
  });
});
