import { describe, expect, it } from "vitest";
import { findConflict } from "../../../flows/answer/conflict.ts";
import { quoteAnswer } from "../../../flows/answer/extract.ts";
import { figuresOf } from "../../../flows/answer/figures.ts";
import { verify } from "../../../flows/tasks/verify.ts";
import type { Passage } from "../../../src/core/index.ts";
import { aPassage, aTaskContext } from "../../support/flows-builders.ts";

const NEW = aPassage("Full-time employees get 28 days of annual leave a year.", {
  document: "handbook",
  updatedAt: Date.UTC(2026, 0, 10),
});
const OLD = aPassage(
  "Employees who work full-time get 25 days of annual leave in each year. Unused days expire on 31 March.",
  { document: "policy", updatedAt: Date.UTC(2024, 2, 1) },
);

function conflictOf(answer: string, cited: Passage, ...others: readonly Passage[]): string | null {
  const citations = quoteAnswer(answer, [cited])?.citations ?? [];
  expect(citations).toHaveLength(1);
  const found = findConflict({ text: `${answer} [1]`, citations }, [cited, ...others]);
  return found?.other.citation.quote ?? null;
}

describe("the numbers of a sentence", () => {
  it.each([
    ["Up to 1,200 € or $5 a day within thirty days of 2024.", ["1200 €", "5 $", "30 day"]],
    ["The desk opens at 8:30 in 3 offices.", ["8:30 in", "3 office"]],
    ["E-1042 in version 1.2.3 is no. 4.", ["1.2.3 is", "4 "]],
    ["出差餐费每天最多报销1200元，三十一天之内提交，第4天起付70%。", ["1200 元", "31 天", "70 %"]],
    ["两个月后在一百二十人以下", ["2 个", "120 人"]],
  ])("%s", (sentence, expected) => {
    const found = figuresOf(sentence).figures.map(({ value, unit }) => `${value} ${unit}`);

    expect(found).toEqual(expected);
  });
});

describe("documents that do not agree", () => {
  it("are found by sentences that are nearly the same with another figure", () => {
    expect(conflictOf(NEW.text, NEW, OLD)).toBe(
      "Employees who work full-time get 25 days of annual leave in each year.",
    );
    const [food, more] = [
      aPassage("出差餐费每天最多报销 80 元。"),
      aPassage("出差餐费每天最多报销一百二十元。", { document: "b" }),
    ];
    expect(conflictOf(food.text, food, more)).toBe("出差餐费每天最多报销一百二十元。");
  });

  it.each([
    ["of others", "Part-time employees get 13 days of annual leave a year."],
    ["of something else", "Full-time employees get 10 days of sick leave a year."],
    ["in words", "Full-time employees get twenty-eight (28) days of annual leave a year."],
    ["in another unit", "Full-time employees get 4 weeks of annual leave a year."],
    ["that agree", "Full-time employees get 28 days of annual leave a year."],
  ])("are not made out of figures %s", (_, text) => {
    expect(conflictOf(NEW.text, NEW, aPassage(text, { document: "other" }))).toBeNull();
  });

  it("are not one document that names several figures", () => {
    const same = { ...OLD, documentId: NEW.documentId };

    expect(conflictOf(NEW.text, NEW, same)).toBeNull();
  });

  it("are named with what the other one says and how old both are, in the language of the question", () => {
    const question = "How many days of annual leave do full-time employees get?";
    const quoted = quoteAnswer(question, [NEW]);
    const answered = (language: "en" | "zh") =>
      verify(
        {
          question,
          language,
          passages: [NEW, OLD],
          draft: { kind: "extractive", isRefusal: false, text: "", citations: [], ...quoted },
          isRegeneration: false,
        },
        aTaskContext(),
      );

    expect(answered("en").text).toBe(
      `${NEW.text} [1]\n\nAnother document gives another figure: “Employees who work full-time get 25 days of annual leave in each year.” [2] Last changed: [1] 2026-01-10, [2] 2024-03-01.`,
    );
    expect(answered("en").citations).toMatchObject([
      { n: 1, source: "handbook.md" },
      { n: 2, source: "policy.md" },
    ]);
    expect(answered("zh").text).toMatch(
      /另一份文档.*\[2\] 最后修改：\[1\] 2026-01-10、\[2\] 2024-03-01。$/u,
    );
  });

  it("are named behind what a model wrote, unless it names both itself", () => {
    const answered = (text: string) =>
      verify(
        {
          question: "How many days?",
          language: "en",
          passages: [NEW, OLD],
          draft: { kind: "model", isRefusal: false, text, citations: [] },
          isRegeneration: false,
        },
        aTaskContext(),
      ).text;

    expect(answered("Full-time employees get 28 days of annual leave [1].")).toMatch(
      /28 days.*\[1\]\n\nAnother document.*25 days/su,
    );
    expect(
      answered(
        "Full-time employees get 28 days of annual leave [1]. Employees who work full-time get 25 days of annual leave [2].",
      ),
    ).not.toContain("Another document");
  });
});
