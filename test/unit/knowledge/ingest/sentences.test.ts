import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitSentences, splitWords } from "../../../../knowledge/ingest/chunk/sentences.ts";

const texts = (text: string): string[] => splitSentences(text).map((sentence) => sentence.text);

describe("sentences", () => {
  it("end at English marks before white space, with the quotes that close them", () => {
    expect(texts('He said "stop!" Then he left. Why?')).toEqual([
      'He said "stop!"',
      "Then he left.",
      "Why?",
    ]);
  });

  it("do not end at abbreviations, initials, numbers, or before a small letter", () => {
    const text = "See e.g. Fig. 3 of version 2.1 by J. Smith, approx. 5 pages etc. and more.";

    expect(texts(text)).toEqual([text]);
  });

  it("end at Chinese marks without any white space, closing quotes included", () => {
    expect(texts("他说：“停下！”然后走了。为什么？不知道；算了")).toEqual([
      "他说：“停下！”",
      "然后走了。",
      "为什么？",
      "不知道；",
      "算了",
    ]);
  });

  it("end at line ends", () => {
    expect(texts("Name: Ann\nCity: Ulm")).toEqual(["Name: Ann", "City: Ulm"]);
  });

  it("give the text back with their glue, but for white space at its ends", () => {
    const pieces = fc.constantFrom(
      "Hello",
      "世界",
      "。",
      ". ",
      "! ",
      "\n",
      " ",
      "  ",
      "e.g.",
      "？”",
      "a",
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        const text = parts.join("");
        for (const split of [splitSentences, splitWords]) {
          expect(
            split(text)
              .map(({ glue, text: part }) => glue + part)
              .join(""),
          ).toBe(text.trim());
        }
      }),
    );
  });

  it("of a million exclamation marks are found without going quadratic", () => {
    expect(texts("!".repeat(1_000_000)).join("")).toHaveLength(1_000_000);
  });
});
