import { describe, expect, it } from "vitest";
import { createAnswerPace } from "../../../models/local/answer-pace.ts";

const work = { promptChars: 1_000, maxTokens: 500 };

describe("pace of answers", () => {
  it("is not known before the first answer", () => {
    expect(createAnswerPace().expectMs(work)).toBeNull();
  });

  it("is that of the first answer for another one like it", () => {
    const pace = createAnswerPace();

    pace.done({ ...work, outputTokens: 100, firstTokenMs: 2_000, totalMs: 12_000 });

    expect(pace.expectMs(work)).toBeCloseTo(12_000);
  });

  it("counts the prompt that is read and the tokens that may be written", () => {
    const pace = createAnswerPace();

    pace.done({ ...work, outputTokens: 100, firstTokenMs: 2_000, totalMs: 12_000 });

    expect(pace.expectMs({ promptChars: 2_000, maxTokens: 50 })).toBeCloseTo(4_000 + 1_000);
  });

  it("follows when answers become slower, without forgetting at once", () => {
    const pace = createAnswerPace();
    pace.done({ ...work, outputTokens: 100, firstTokenMs: 2_000, totalMs: 12_000 });

    pace.done({ ...work, outputTokens: 100, firstTokenMs: 4_000, totalMs: 24_000 });

    expect(pace.expectMs(work)).toBeGreaterThan(12_000);
    expect(pace.expectMs(work)).toBeLessThan(18_000);
  });
});
