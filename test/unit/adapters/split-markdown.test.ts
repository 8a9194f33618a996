import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitMarkdown } from "../../../adapters/shared/split-markdown.ts";

function fencesIn(part: string): number {
  return part.split("\n").filter((line) => /^\s{0,3}```/u.test(line)).length;
}

describe("splitting Markdown", () => {
  it("leaves a short text alone", () => {
    expect(splitMarkdown("one\n\ntwo", 100)).toEqual(["one\n\ntwo"]);
  });

  it("parts between paragraphs where it can", () => {
    const text = ["first ".repeat(60), "second ".repeat(60), "third ".repeat(60)].join("\n\n");

    const parts = splitMarkdown(text, 600);

    expect(parts.map((part) => part.trim().split(" ")[0])).toEqual(["first", "second", "third"]);
  });

  it("closes a code block that it parts, and opens it again with its language", () => {
    const code = Array.from({ length: 80 }, (_, n) => `const value${n} = ${n};`).join("\n");

    const parts = splitMarkdown(`Look:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nDone.`, 700);

    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(fencesIn).every((count) => count % 2 === 0)).toBe(true);
    expect(parts[1]?.startsWith("```ts\n")).toBe(true);
    for (let n = 0; n < 80; n += 1) {
      expect(parts.join("\n").split(`const value${n} =`)).toHaveLength(2);
    }
  });

  it("parts a line that is too long after a sentence, else at a space, never in a character", () => {
    const sentences = splitMarkdown("This is a sentence. ".repeat(100), 500);
    const wide = splitMarkdown("👩‍👩‍👧‍👦".repeat(300), 500);

    expect(sentences.every((part) => part.trimEnd().endsWith("."))).toBe(true);
    expect(wide.every((part) => !/\p{Cs}/u.test(part))).toBe(true);
  });

  it.each([
    ["a line that opens and closes a fence", "```npm i``` installs it.\n"],
    ["a very long line behind a fence", `\`\`\`${"x".repeat(600)}\`\`\`\n`],
    ["a fence with a very long language", `\`\`\`${"x".repeat(600)}\n`],
    ["a row of backticks", `${"`".repeat(700)}\n`],
  ])("stays within the limit after %s", (_, begin) => {
    const text = `${begin}${"Some words here. ".repeat(95)}\n${"y ".repeat(700)}`;

    const parts = splitMarkdown(text, 1_900);

    expect(parts.filter((part) => part.length > 1_900)).toEqual([]);
    expect(parts.join("").match(/Some words here\./gu)).toHaveLength(95);
  });

  it("takes no line for a fence that closes on itself, and closes four marks with four", () => {
    const inline = splitMarkdown(`\`\`\`npm i\`\`\` installs it.\n${"word ".repeat(400)}`, 700);
    const four = splitMarkdown(`\`\`\`\`md\n\`\`\`\n${"word ".repeat(200)}\n\`\`\`\`\n`, 700);

    expect(inline.slice(1).every((part) => !part.includes("```"))).toBe(true);
    expect(four.slice(1).every((part) => part.startsWith("````md\n"))).toBe(true);
  });

  it("keeps every word, in order, within the limit, whatever the text", () => {
    const line = fc.oneof(
      fc.constant("```"),
      fc.constant("```js"),
      fc.constant("````"),
      fc.constant("```a``` b"),
      fc.constant("~~~"),
      fc.constant(""),
      fc
        .string({ unit: "grapheme-ascii", maxLength: 80 })
        .map((text) => text.replaceAll(/[`~]/gu, "")),
      fc.constant("long ".repeat(200)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 80 }), (lines) => {
        const text = lines.join("\n");

        const parts = splitMarkdown(text, 600);

        const wordsOf = (given: string) =>
          given.split(/\s+/u).filter((word) => word !== "" && !/^(?:```|~~~)/u.test(word));
        expect(parts.every((part) => part.length <= 600)).toBe(true);
        expect(wordsOf(parts.join("\n"))).toEqual(wordsOf(text));
      }),
      { numRuns: 300 },
    );
  });
});
