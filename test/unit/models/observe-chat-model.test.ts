import { describe, expect, it } from "vitest";
import { createChatMeter } from "../../../models/engine/chat/chat-meter.ts";
import { observeChatModel } from "../../../models/index.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "../../../src/ports/chat-model.ts";
import type { AnsweredRequest } from "../../../src/ports/inference-observer.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

const usage = { promptTokens: 9, cachedTokens: 4, outputTokens: 3, thoughtTokens: 1 };
const request: ChatRequest = {
  messages: [],
  conversationKey: "talk",
  userKey: "ann",
  priority: "interactive",
  maxTokens: 10,
  maxThoughtTokens: 0,
  temperature: 0,
  jsonSchema: null,
};

interface Observed {
  readonly model: ChatModel;
  readonly told: readonly AnsweredRequest[];
}

/** A model that takes 10 ms for each event. */
function observed(
  events: readonly (ChatEvent | FrontdeskError)[],
  fails: () => void = () => undefined,
): Observed {
  let now = 0;
  const told: AnsweredRequest[] = [];
  const answered = (request: AnsweredRequest): void => {
    fails();
    told.push(request);
  };
  const model: ChatModel = {
    status: () => ({ model: "m", state: "ready", reason: null }),
    generate: async function* () {
      for (const event of events) {
        now += 10;
        if (event instanceof FrontdeskError) throw event;
        yield event;
      }
    },
  };
  return {
    model: observeChatModel(model, { answered }, () => now, silentLogger),
    told,
  };
}

async function read(model: ChatModel, signal = new AbortController().signal): Promise<number> {
  let count = 0;
  for await (const _ of model.generate(request, { signal })) count += 1;
  return count;
}

describe("observed chat model", () => {
  it("passes everything on and tells how it went", async () => {
    const { model, told } = observed([
      { type: "queued", place: 1, etaMs: null },
      { type: "thought", text: "hm" },
      { type: "text", text: "yes" },
      { type: "done", stopReason: "end", usage },
    ]);

    expect(await read(model)).toBe(4);

    expect(told).toEqual([{ model: "m", outcome: "done", firstTokenMs: 20, usage }]);
  });

  it("tells the code of a failure", async () => {
    const { model, told } = observed([new FrontdeskError("model_busy", "later")]);

    await expect(read(model)).rejects.toMatchObject({ code: "model_busy" });

    expect(told).toEqual([{ model: "m", outcome: "model_busy", firstTokenMs: null, usage: null }]);
  });

  it("tells of readers who leave in the middle", async () => {
    const { model, told } = observed([
      { type: "text", text: "a" },
      { type: "text", text: "b" },
    ]);

    for await (const _ of model.generate(request, { signal: new AbortController().signal })) break;

    expect(told).toEqual([{ model: "m", outcome: "aborted", firstTokenMs: 10, usage: null }]);
  });

  it("takes no abort for a failure", async () => {
    const { model, told } = observed([new FrontdeskError("model_crashed", "gone")]);

    await expect(read(model, AbortSignal.abort(new Error("stop")))).rejects.toThrow();

    expect(told).toMatchObject([{ outcome: "aborted" }]);
  });
});

describe("observer that throws", () => {
  it("costs no answer", async () => {
    const { model } = observed(
      [
        { type: "text", text: "yes" },
        { type: "done", stopReason: "end", usage },
      ],
      () => {
        throw new Error("no counter goes down");
      },
    );

    expect(await read(model)).toBe(2);
  });
});

describe("meter of a chat model", () => {
  it("adds up, and knows the middle and the slow end of the gaps", () => {
    const meter = createChatMeter();
    expect(meter.totals().interTokenMs).toBeNull();

    meter.prefilled(100, 50);
    for (let gap = 1; gap <= 100; gap += 1) meter.decoded(gap);

    expect(meter.totals()).toEqual({
      prefillTokens: 100,
      prefillMs: 50,
      decodeTokens: 100,
      decodeMs: 5_050,
      interTokenMs: { p50: 51, p95: 96 },
    });
  });

  it("forgets gaps of long ago", () => {
    const meter = createChatMeter();
    for (let turn = 0; turn < 1_024; turn += 1) meter.decoded(1_000);
    for (let turn = 0; turn < 1_024; turn += 1) meter.decoded(10);

    expect(meter.totals().interTokenMs).toEqual({ p50: 10, p95: 10 });
  });
});
