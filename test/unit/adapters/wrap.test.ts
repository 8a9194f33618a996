import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { lineWidth, paintLine, span } from "../../../adapters/console/spans.ts";
import { plainTheme } from "../../../adapters/console/theme.ts";
import { cutLine, wrapSpans } from "../../../adapters/console/wrap.ts";

function wrap(text: string, width: number): readonly string[] {
  return wrapSpans([span(text)], width).map((line) => paintLine(line, plainTheme));
}

describe("wrapping", () => {
  it("breaks between words and drops the space at the break", () => {
    expect(wrap("the quick brown fox", 10)).toEqual(["the quick", "brown fox"]);
  });

  it("cuts only words that are longer than a line", () => {
    expect(wrap("a Donaudampfschiff b", 8)).toEqual(["a", "Donaudam", "pfschiff", "b"]);
  });

  it("counts Chinese characters as two columns and breaks between them", () => {
    expect(wrap("每位员工有年假", 6)).toEqual(["每位员", "工有年", "假"]);
  });

  it("begins no line with closing punctuation and ends none with opening punctuation", () => {
    expect(wrap("员工年假，五天", 8)).toEqual(["员工年", "假，五天"]);
    expect(wrap("员工年（五天）", 8)).toEqual(["员工年", "（五天）"]);
  });

  it("breaks mixed text at the border of the scripts", () => {
    expect(wrap("重置VPN密码的步骤", 7)).toEqual(["重置VPN", "密码的", "步骤"]);
  });

  it("keeps line breaks and empty lines", () => {
    expect(wrap("a\n\nb", 10)).toEqual(["a", "", "b"]);
  });

  it("breaks nowhere else when the width is endless", () => {
    const text = "word ".repeat(200).trim();

    expect(wrap(text, Number.POSITIVE_INFINITY)).toEqual([text]);
  });

  it("keeps the look of every word across lines", () => {
    const lines = wrapSpans([span("aa "), span("bb cc", "strong"), span(" dd")], 5);

    expect(lines).toEqual([
      [span("aa "), span("bb", "strong")],
      [span("cc", "strong"), span(" dd")],
    ]);
  });

  it("never makes a line too wide and loses nothing but spaces", () => {
    const unit = fc.constantFrom(
      "a",
      "Z",
      "9",
      " ",
      "  ",
      "员",
      "，",
      "（",
      "é",
      "👩‍👩‍👧‍👦",
      "-",
      "ﬁ",
    );
    const texts = fc.array(unit, { maxLength: 80 }).map((parts) => parts.join(""));

    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrapSpans([span(text)], width);
        for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(width);
        const kept = lines.map((line) => paintLine(line, plainTheme)).join("");
        expect(kept.replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
      }),
      { numRuns: 300 },
    );
  });
});

describe("cutting a line", () => {
  it("leaves what fits alone", () => {
    expect(cutLine("你好", 4)).toBe("你好");
  });

  it("says with an ellipsis that something is missing, within the width", () => {
    const cut = cutLine("你好世界 and more", 7);

    expect(cut).toBe("你好世…");
    expect(stringWidth(cut)).toBeLessThanOrEqual(7);
  });
});
