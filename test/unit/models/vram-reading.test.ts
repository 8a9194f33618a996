import { expect, it } from "vitest";
import { createVramReading } from "../../../models/engine/vram-reading.ts";
import { manualTimers } from "./manual-timers.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A driver that counts how often it is asked, and answers with that. */
function driver(gpu: "cuda" | false) {
  let asked = 0;
  return {
    gpu,
    asked: () => asked,
    getVramState: async () => {
      asked += 1;
      return { total: 100, used: asked, free: 100 - asked, unifiedSize: 0 };
    },
  } as const;
}

it("looks at video memory once in ten seconds, however often it is asked", async () => {
  const timers = manualTimers();
  const llama = driver("cuda");
  const reading = createVramReading(llama, timers);
  await settle();

  const first = Array.from({ length: 20 }, () => {
    timers.advance(499);
    return reading.usedBytes();
  });
  timers.advance(500);
  reading.usedBytes();
  await settle();

  expect(new Set(first)).toEqual(new Set([1]));
  expect(reading.usedBytes()).toBe(2);
  expect(llama.asked()).toBe(2);
});

it("never asks without a graphics card", () => {
  const llama = driver(false);

  expect(createVramReading(llama, manualTimers()).usedBytes()).toBeNull();
  expect(llama.asked()).toBe(0);
});
