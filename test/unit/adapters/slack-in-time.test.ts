import { expect, it, onTestFinished, vi } from "vitest";
import { inTime } from "../../../adapters/slack/in-time.ts";

it("leaves no timer behind when the store refuses at once", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const refusal = new Error("the store is gone");

  await expect(inTime(() => Promise.reject(refusal))({})).rejects.toBe(refusal);

  expect(vi.getTimerCount()).toBe(0);
});
