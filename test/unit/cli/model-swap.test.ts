import { describe, expect, it } from "vitest";
import { swapActOf, swapModel } from "../../../src/cli/model-swap.ts";
import type { SwapStatus } from "../../../src/ports/model-swap.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";

const signal = new AbortController().signal;
const figures = { answers: 12, failures: 0, firstTokenMs: 220, msPerToken: 50 };
const OLD: SwapStatus = {
  current: { model: "old", state: "ready", figures },
  candidate: null,
  last: null,
};
const none = { answers: 0, failures: 0, firstTokenMs: null, msPerToken: null };
const LOADING: SwapStatus = {
  ...OLD,
  candidate: { model: "new", state: "starting", figures: none, phase: "loading", sharePercent: 25 },
};
const SHARING: SwapStatus = {
  ...OLD,
  candidate: { model: "new", state: "ready", figures: none, phase: "sharing", sharePercent: 25 },
};
const flags = { finish: false, rollBack: false, json: false };

describe("words of `models swap`", () => {
  it("say what is to be done", () => {
    expect(swapActOf(undefined, flags)).toBeNull();
    expect(swapActOf("new", flags)).toEqual({ type: "begin", model: "new", sharePercent: 10 });
    expect(swapActOf("new", { ...flags, share: 0 })).toMatchObject({ sharePercent: 0 });
    expect(swapActOf(undefined, { ...flags, share: 50 })).toEqual({
      type: "share",
      sharePercent: 50,
    });
    expect(swapActOf(undefined, { ...flags, finish: true })).toEqual({ type: "finish" });
    expect(swapActOf(undefined, { ...flags, rollBack: true })).toEqual({ type: "roll-back" });
  });

  it("may not contradict one another", () => {
    expect(() => swapActOf("new", { ...flags, finish: true })).toThrow("one of");
    expect(() => swapActOf(undefined, { ...flags, finish: true, share: 5 })).toThrow("one of");
  });
});

describe("`models swap`", () => {
  it("waits until the new model is loaded, and says what it gets", async () => {
    const { io, stdout, stderr } = fakePipes();
    const answers = [LOADING, LOADING, SHARING];
    const app = createFakeApplication({
      mode: "attached",
      swap: () => answers.shift() ?? SHARING,
    });
    const act = { type: "begin", model: "new", sharePercent: 25 } as const;

    expect(await swapModel(app, act, { json: false }, io, signal)).toBe(0);

    expect(stderr()).toContain("new is being loaded beside old");
    expect(stdout()).toContain(
      "old answers (12 answers, 0 failures, first word after 220 ms, 20.0",
    );
    expect(stdout()).toContain("new answers 25 % of new conversations");
  });

  it("fails when the new model could not be used, and says why", async () => {
    const { io, stdout } = fakePipes();
    const gone: SwapStatus = {
      ...OLD,
      last: { model: "new", outcome: "rolled-back", reason: "new.gguf is cut off." },
    };
    const app = createFakeApplication({ mode: "attached", swap: () => gone });
    const act = { type: "begin", model: "new", sharePercent: 25 } as const;

    expect(await swapModel(app, act, { json: false }, io, signal)).toBe(1);

    expect(stdout()).toContain("new was rolled back: new.gguf is cut off.");
  });

  it("wants a Frontdesk that runs", async () => {
    const { io } = fakePipes();
    const app = createFakeApplication({ mode: "owner", swap: () => OLD });

    const swapping = swapModel(app, null, { json: false }, io, signal);

    await expect(swapping).rejects.toMatchObject({ code: "not_running" });
  });
});
