import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeLine, safeText } from "../../../adapters/console/index.ts";
import { naughtyStrings } from "../../support/naughty-strings.ts";

const FORBIDDEN = /[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u;

describe("a text made safe for the terminal", () => {
  it("holds no control character but the line break, whatever it was made of", () => {
    const wild = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(...naughtyStrings),
      fc.array(fc.constantFrom("\u001b", "[", "]", "0;", "31m", "\u0007", "\\", "P", "x"), {
        maxLength: 40,
      }),
    );

    fc.assert(
      fc.property(fc.array(wild, { maxLength: 4 }), (parts) => {
        const safe = safeText(parts.flat().join(""));
        expect(safe).not.toMatch(FORBIDDEN);
        expect(safeText(safe)).toBe(safe);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["colours", "a \u001b[1;31mred\u001b[0m word", "a red word"],
    ["moving the cursor", "\u001b[2J\u001b[10;1Hgone", "gone"],
    ["eight-bit sequences", "\u009b31mred", "red"],
    ["the window's title", "\u001b]0;owned\u0007text", "text"],
    ["hidden links", "\u001b]8;;https://evil.example\u001b\\here\u001b]8;;\u001b\\", "here"],
    ["a reset of the terminal", "\u001bctext", "text"],
    ["writing over the line", "safe\rEVIL", "safe\nEVIL"],
    ["backspaces", "abc\b\b\bxyz", "abcxyz"],
    ["turned direction", "user\u202etxt.exe", "usertxt.exe"],
    ["a sequence without its end", "\u001b]0;never closed", "0;never closed"],
  ])("drops %s", (_what, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it("keeps line breaks, other scripts and joined emoji", () => {
    const text = "你好，世界！\nمرحبا 👩‍👩‍👧‍👦 é";

    expect(safeText(text)).toBe(text);
  });

  it("becomes one line where one is wanted", () => {
    expect(safeLine(" a\r\n b\t\tc ")).toBe("a b c");
  });

  it("takes a long hostile text in a time that grows with its length only", () => {
    const long = "\u001b]".repeat(200_000) + "\u001b[".repeat(200_000);

    expect(safeText(long)).not.toMatch(FORBIDDEN);
  });
});
