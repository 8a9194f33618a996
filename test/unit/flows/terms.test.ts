import { describe, expect, it } from "vitest";
import { indexTerms, questionLength, strengthOf, termsOf } from "../../../flows/language/index.ts";

function strengths(question: string, text: string): readonly number[] {
  const index = indexTerms(text);
  return termsOf(question)
    .filter(({ isOptional }) => !isOptional)
    .map((term) => strengthOf(index, term));
}

describe("finding the words of a question in a text", () => {
  it.each([
    ["vacation", "Your vacation days"],
    ["turn off", "It can be turned off"],
    ["lights", "The lamp is lit at dusk"],
    ["who pays", "It is paid by the firm"],
    ["年假", "每年有 26 天年假"],
  ])("is certain of %j itself", (question, text) => {
    expect(strengths(question, text)).toEqual([1]);
  });

  it.each([
    ["vacation", "Annual leave"],
    ["turn off", "How to disable it"],
    ["parse_timeout", "PARSE-TIMEOUT in milliseconds"],
    ["薪水", "工资每月发"],
  ])("is less certain of %j in other words or in parts", (question, text) => {
    const [strength = 0] = strengths(question, text);

    expect(strength).toBeGreaterThan(0.5);
    expect(strength).toBeLessThan(1);
  });

  it.each(["仓库几点开门？", "仓库周几开门", "几号开门的仓库", "仓库星期几开门"])(
    "ask for a time without looking for the words of asking: %s",
    (question) => {
      const surfaces = termsOf(question).map(({ surface }) => surface);

      expect(surfaces.join(" ")).toMatch(/仓库/u);
      expect(surfaces.join(" ")).not.toMatch(/几|星期|周/u);
    },
  );

  it("finds a Chinese verb with its outcome whether it is possible or not", () => {
    expect(strengths("文件打不开", "打开文件")).toEqual(strengths("文件打开", "打开文件"));
    expect(termsOf("读得出来吗").map(({ key }) => key)).not.toContain("读得");
  });

  it("counts Han characters as parts of a word", () => {
    expect(questionLength("how long is it?")).toBe(4);
    expect(questionLength("年假有几天")).toBeCloseTo(5 / 1.7);
    expect(questionLength("")).toBe(0);
  });
});

describe("two characters that stand alone in Chinese", () => {
  const needed = (question: string): readonly string[] =>
    termsOf(question).flatMap(({ key, isOptional }) => (isOptional ? [] : [key]));

  it("are one word when the first is a verb and the other its object", () => {
    expect(needed("客户可以退货吗")).toContain("退货");
  });

  it("are not when they only happen to be neighbours", () => {
    expect(needed("想把某次聊天存成文件")).not.toContain("存成");
  });
});
