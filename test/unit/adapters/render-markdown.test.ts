import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { createTheme, plainTheme, renderMarkdown } from "../../../adapters/console/index.ts";
import { naughtyStrings } from "../../support/naughty-strings.ts";

const colour = createTheme({ colour: true });

function plain(markdown: string, width = 60): string {
  return renderMarkdown(markdown, { width, theme: plainTheme, folder: null }).join("\n");
}

describe("Markdown in the terminal", () => {
  it("shows bold, code and references by look, not by signs", () => {
    const shown = renderMarkdown("**25 days** with `x` [1]", {
      width: 60,
      theme: colour,
      folder: null,
    });

    expect(shown).toEqual([
      `${colour.paint("strong", "25 days")} with ${colour.paint("code", "x")} ${colour.paint("reference", "[1]")}`,
    ]);
  });

  it("keeps the ticks of code where there are no colours", () => {
    expect(plain("run `npm start` **now**")).toBe("run `npm start` now");
  });

  it("sees the end of bold after Chinese punctuation", () => {
    expect(plain("**注意：**请先登录")).toBe("注意：请先登录");
  });

  it("joins the lines of a paragraph: with a space, and without one between Chinese characters", () => {
    expect(plain("one\ntwo")).toBe("one two");
    expect(plain("第一\n第二")).toBe("第一第二");
  });

  it("indents lists under their marks and wraps inside", () => {
    expect(plain("1. first step of all\n2. second\n   - nested item here\n- [x] done", 16)).toBe(
      [
        "1. first step of",
        "   all",
        "2. second",
        "   • nested item",
        "     here",
        "",
        "☑ done",
      ].join("\n"),
    );
  });

  it("aligns the columns of a table, Chinese included", () => {
    expect(plain("| Plan | Days |\n|:--|--:|\n| 全职 | 25 |\n| Half | 12.5 |")).toBe(
      ["Plan │ Days", "─────┼─────", "全职 │   25", "Half │ 12.5"].join("\n"),
    );
  });

  it("wraps the cells of a table that is too wide", () => {
    const table = "| A | B |\n|---|---|\n| short | a rather long text in a cell |";

    expect(plain(table, 20)).toBe(
      [
        "A     │ B",
        "──────┼─────────────",
        "short │ a rather",
        "      │ long text in",
        "      │ a cell",
      ].join("\n"),
    );
  });

  it("turns a table that cannot fit at all into a list", () => {
    const table = "| Name | Days | Note |\n|---|---|---|\n| Annual | 25 | paid |";

    expect(plain(table, 14)).toBe("Name: Annual\nDays: 25\nNote: paid");
  });

  it("shows where a link goes, and a bare address once", () => {
    expect(plain("[here](https://example.org) https://example.org/x")).toBe(
      "here (https://example.org) https://example.org/x",
    );
  });

  it("shows images, raw HTML and definitions as they were written", () => {
    const written = ["![a](http://x/y.png)", "<b>bold</b>", "[1]: https://example.org"];

    for (const text of written) expect(plain(text)).toBe(text);
  });

  it("keeps code as it is, indented", () => {
    expect(plain("```sh\nnpm install\n  npm start\n```")).toBe("    npm install\n      npm start");
  });

  it("shows text that nests absurdly deep as it was written", () => {
    const deep = `${"- ".repeat(3_000)}x`;

    expect(plain(deep, Number.POSITIVE_INFINITY)).toBe(deep);
  });

  it("is never too wide and brings no control characters, whatever was written", () => {
    const marks = fc.constantFrom("*", "_", "`", "#", ">", "- ", "1. ", "|", "[", "](", ")", "\n");
    const words = fc.constantFrom("word", "你好", "\u001b[31m", "a.b", " ", "<x>", "\\");
    const markdown = fc.oneof(
      fc.array(fc.oneof(marks, words), { maxLength: 60 }).map((parts) => parts.join("")),
      fc.constantFrom(...naughtyStrings),
    );

    fc.assert(
      fc.property(markdown, fc.integer({ min: 20, max: 90 }), (text, width) => {
        for (const line of renderMarkdown(text, { width, theme: plainTheme, folder: null })) {
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(stringWidth(line)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 200 },
    );
  });
});
