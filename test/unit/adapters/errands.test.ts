import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createBackground } from "../../../adapters/shared/background.ts";
import {
  createErrands,
  type ErrandHandler,
  type Errands,
} from "../../../adapters/shared/errands.ts";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { type Clock, systemClock } from "../../../src/ports/clock.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMemoryStore } from "../../support/memory-store.ts";

const QUICK = { leaseMs: 200, firstRetryMs: 1, maxRetryMs: 5, lookEveryMs: 10 };
const HOUR_MS = 3_600_000;

/** One process; `end` ends it in an orderly way. */
function openProcess(memory: KeyedMemory, run: ErrandHandler, clock: Clock = systemClock) {
  const controller = new AbortController();
  const { signal } = controller;
  const background = createBackground({ signal, logger: silentLogger });
  const errands: Errands = createErrands({
    memory: createRemembered(memory, "slack:"),
    background,
    clock,
    logger: silentLogger,
    signal,
    tuning: QUICK,
  });
  errands.handle("greet", HOUR_MS, run);
  const end = async (): Promise<void> => {
    controller.abort(new Error("the end"));
    await background.settled();
  };
  onTestFinished(end);
  return { errands, end };
}

const passing = new FrontdeskError("delivery_uncertain", "no answer", { retryable: true });
const final = new FrontdeskError("delivery_rejected", "no");

describe("errands", () => {
  it("are done once, however often they are told of", async () => {
    const done: unknown[] = [];
    const { errands } = openProcess(createMemoryStore(), async (payload) => {
      done.push(payload);
      return "done";
    });

    const first = await errands.give("greet", "1", { to: "Ann" });
    const second = await errands.give("greet", "1", { to: "Ann" });
    await vi.waitFor(() => expect(done).toEqual([{ to: "Ann" }]));
    await vi.waitFor(async () => expect(await errands.give("greet", "1", {})).toBe(false));

    expect([first, second]).toEqual([true, false]);
    expect(done).toHaveLength(1);
  });

  it("are tried again after passing failures, and know that they are", async () => {
    const tries: boolean[] = [];
    const { errands } = openProcess(createMemoryStore(), async (_payload, { isAgain }) => {
      tries.push(isAgain);
      if (tries.length < 3) throw passing;
      return "done";
    });

    await errands.give("greet", "1", {});
    await vi.waitFor(() => expect(tries).toHaveLength(3));

    expect(tries).toEqual([false, true, true]);
  });

  it.each([
    ["are refused for good", 0, final],
    ["are too old", HOUR_MS, passing],
  ])("are given up when they %s, and may be wished for again", async (_name, lateMs, error) => {
    const clock = createFakeClock(0);
    let tries = 0;
    const run: ErrandHandler = async () => {
      tries += 1;
      clock.advance(lateMs);
      throw error;
    };
    const { errands } = openProcess(createMemoryStore(), run, clock);

    await errands.give("greet", "1", {});
    await vi.waitFor(async () => expect(await errands.give("greet", "1", {})).toBe(true));
    await vi.waitFor(() => expect(tries).toBe(2));
  });

  it("go on in another process when theirs ends in the middle", async () => {
    const memory = createMemoryStore();
    const begun: string[] = [];
    const first = openProcess(memory, (_payload, { signal }) => {
      begun.push("first");
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")));
      });
    });
    await first.errands.give("greet", "1", {});
    await vi.waitFor(() => expect(begun).toEqual(["first"]));

    const second = openProcess(memory, async (_payload, { isAgain }) => {
      begun.push(`second, again: ${isAgain}`);
      return "done";
    });
    second.errands.watch();
    await first.end();

    await vi.waitFor(() => expect(begun).toEqual(["first", "second, again: true"]));
  });

  it("are left alone by others while somebody is at them", async () => {
    const memory = createMemoryStore();
    let isReleased = false;
    const begun: string[] = [];
    const run =
      (name: string): ErrandHandler =>
      async () => {
        begun.push(name);
        await vi.waitFor(() => expect(isReleased).toBe(true));
        return "done";
      };
    const [one, other] = [openProcess(memory, run("one")), openProcess(memory, run("other"))];
    await one.errands.give("greet", "1", {});

    other.errands.watch();
    await vi.waitFor(async () => expect(await other.errands.give("greet", "1", {})).toBe(false));
    isReleased = true;
    await vi.waitFor(async () => expect(await memory.get("slack:done:errand:greet:1")).toBe(true));

    expect(begun).toEqual(["one"]);
  });
});
