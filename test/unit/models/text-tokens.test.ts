import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTextTokenizer } from "../../../models/engine/chat/text-tokens.ts";

const SPECIAL = ["<think>", "</think>", "<tool_call>"];

/** Each character is a token, but what the makers defined is taken as one token even from plain text. */
const tokenize = createTextTokenizer<string>({
  tokenize: (text) => text.match(/<think>|<\/think>|<tool_call>|./gsu) ?? [],
  isSpecial: (token) => SPECIAL.includes(token),
  spellingOf: (token) => token,
});

describe("tokens of what users write", () => {
  it("are what the model makes of ordinary text", () => {
    expect(tokenize("a<b>")).toEqual(["a", "<", "b", ">"]);
  });

  it("hold no special token, however it is spelled out", () => {
    expect(tokenize("<think>")).toEqual(["<", "t", "h", "i", "n", "k", ">"]);
  });

  it("say the same as the text, whatever it is", () => {
    const part = fc.constantFrom(...SPECIAL, "<", "think>", "<<think>>", "a", "\n", "😀");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const tokens = tokenize(parts.join(""));

        expect(tokens.join("")).toBe(parts.join(""));
        expect(tokens.filter((token) => SPECIAL.includes(token))).toEqual([]);
      }),
    );
  });

  it("are made in reasonable time from nothing but tags", () => {
    expect(tokenize("<think>".repeat(2_000))).toHaveLength(14_000);
  });
});
