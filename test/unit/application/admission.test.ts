import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { admit, awaitBeginning, withinPatience } from "../../../src/compose-admission.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

const silent = { check: () => new Promise<never>(() => {}) };
const failing = (error: Error) => ({ check: () => Promise.reject(error) });
const away = new FrontdeskError("store_unavailable", "Redis cannot be reached.");
const unfit = new FrontdeskError("config_invalid", "Redis may throw conversations away.");

const waiting = { mayWait: true, logger: silentLogger };
const asking = { mayWait: false, logger: silentLogger };

/** Whether it has settled after this time. */
async function isSettledAfter(ms: number, promise: Promise<unknown>): Promise<boolean> {
  let isSettled = false;
  const settle = (): void => {
    isSettled = true;
  };
  promise.then(settle, settle);
  await vi.advanceTimersByTimeAsync(ms);
  return isSettled;
}

test("a start goes on after a moment although the store takes connections and never answers", async () => {
  const admitted = admit(silent, waiting);

  expect(await isSettledAfter(1_000, admitted)).toBe(false);
  expect(await isSettledAfter(1_000, admitted)).toBe(true);
  await expect(admitted).resolves.toBeUndefined();
});

test("a start goes on without a store that is away, and is refused by one that is unfit", async () => {
  await expect(admit(failing(away), waiting)).resolves.toBeUndefined();
  await expect(admit(failing(unfit), waiting)).rejects.toBe(unfit);
});

test("a command that asks once waits for the store, and fails when it is away", async () => {
  expect(await isSettledAfter(60_000, admit(silent, asking))).toBe(false);
  await expect(admit(failing(away), asking)).rejects.toBe(away);
});

test("a start does not wait for work that the silent store keeps from beginning", async () => {
  const work = new Promise<never>(() => {});

  expect(await isSettledAfter(2_000, awaitBeginning(work, true))).toBe(true);
  expect(await isSettledAfter(60_000, awaitBeginning(work, false))).toBe(false);
});

test("what keeps work from beginning ends the start", async () => {
  await expect(awaitBeginning(Promise.reject(unfit), true)).rejects.toBe(unfit);
  await expect(awaitBeginning(Promise.reject(unfit), false)).rejects.toBe(unfit);
});

test("a store that stays silent is told of as one that does not answer", async () => {
  const answer = withinPatience(silent.check());
  const failure = expect(answer).rejects.toMatchObject({
    code: "store_unavailable",
    message: "The store does not answer.",
    retryable: true,
  });

  await vi.advanceTimersByTimeAsync(2_000);
  await failure;
  await expect(withinPatience(Promise.resolve(1))).resolves.toBe(1);
});
