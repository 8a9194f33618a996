import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { estimateTokens } from "../../../../knowledge/ingest/chunk/tokens.ts";

const text = fc
  .array(fc.oneof(fc.integer({ min: 32, max: 0x2ffff }), fc.constantFrom(97, 45, 0x6c49, 0x1f600)))
  .map((codes) => String.fromCodePoint(...codes));

describe("the estimate of tokens", () => {
  it("counts 1.3 for a word and half a token for a mark", () => {
    expect(estimateTokens("Reset the server.")).toBeCloseTo(3 * 1.3 + 0.5);
  });

  it("counts each Han character, kana and Hangul syllable once", () => {
    expect(estimateTokens("重置密码")).toBe(4);
    expect(estimateTokens("パスワード")).toBe(5);
    expect(estimateTokens("비밀번호")).toBe(4);
    expect(estimateTokens("𠮷野家")).toBe(3);
  });

  it("counts a long identifier by its letters and a run of one mark once", () => {
    expect(estimateTokens("a".repeat(60))).toBe(10);
    expect(estimateTokens("-----")).toBe(0.5);
    expect(estimateTokens("-=-")).toBe(1.5);
  });

  it("is zero for nothing and for white space of any width", () => {
    expect(estimateTokens("")).toBe(0);
    expect(estimateTokens(" \t\n\u3000\u00a0")).toBe(0);
  });

  it("adds up over texts with white space between them, whatever they are", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(estimateTokens(`${a}\n${b}`)).toBeCloseTo(estimateTokens(a) + estimateTokens(b), 6);
      }),
    );
  });

  it("never grows when two texts are joined without white space", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(estimateTokens(a + b)).toBeLessThanOrEqual(
          estimateTokens(a) + estimateTokens(b) + 1e-9,
        );
      }),
    );
  });
});
