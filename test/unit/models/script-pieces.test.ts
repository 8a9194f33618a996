import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scriptPieces } from "../../support/gguf/script-pieces.ts";

describe("pieces of a script", () => {
  it("are its words", () => {
    expect(scriptPieces("How are you?", [], true)).toEqual(["How", " are", " you?"]);
  });

  it("join a word that comes again with the next one", () => {
    expect(scriptPieces("so so so good", [], true)).toEqual(["so", " so", " so good"]);
  });

  it("join a last word that comes again with the one before", () => {
    expect(scriptPieces("a ha ha", [], true)).toEqual(["a", " ha ha"]);
  });

  it("keep the tags of a thought as tokens of their own", () => {
    expect(scriptPieces("<think>hm</think> yes", [], true)).toEqual([
      "<think>",
      "hm",
      "</think>",
      " yes",
    ]);
  });

  it("never come twice and make up the whole script", () => {
    const word = fc.constantFrom("a", "b", " a", " b", "<think>", "</think>", "\n", " 你好");
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), fc.boolean(), (words, tags) => {
        const script = `start${words.join("")}`;

        const pieces = scriptPieces(script, ["\n"], tags);

        expect(pieces.join("")).toBe(script);
        expect(new Set(pieces).size).toBe(pieces.length);
      }),
    );
  });
});
