import { describe, expect, it } from "vitest";
import { fitsType, isYesOrNo, questionType } from "../../../flows/answer/question-type.ts";
import { confidenceFloor, measureEvidence } from "../../../flows/confidence/index.ts";
import { order } from "../../../flows/rank/find.ts";
import { aPassage } from "../../support/flows-builders.ts";

describe("what a question asks for", () => {
  it.each([
    ["what year was it founded", "year"],
    ["公司创立于哪一年", "year"],
    ["公司哪年上市的", "year"],
    ["入职是哪一天", "time"],
  ])("%s: a %s", (question, type) => {
    expect(questionType(question)).toBe(type);
  });

  it.each([
    ["Own wedding — Paid days: 2", "duration", true],
    ["本人结婚 — 带薪天数: 2", "duration", true],
    ["Rooms: 2", "duration", false],
    ["Founded in 1987.", "year", true],
    ["成立于 1987 年。", "year", true],
    ["The founding day is 1 May.", "year", false],
    ["审批人：直属经理", "person", true],
    ["人工智能改变世界", "person", false],
  ] as const)("%s holds a %s: %s", (text, type, isHeld) => {
    expect(fitsType(text, type)).toBe(isHeld);
  });

  it.each([
    ["Do we have King's Day off?", true],
    ["年假能结转吗？", true],
    ["有没有班车", true],
    ["annual leave", false],
    ["怎么报销", false],
  ])("%s: yes or no, %s", (question, isSo) => {
    expect(isYesOrNo(question)).toBe(isSo);
  });
});

describe("a passage with all words of a question and not the kind of thing that is asked for", () => {
  it.each([
    ["What year was the company founded?", "The company was founded on 1 May.", "en"],
    ["静音间卖多少钱", "我们制造静音间，也卖静音间。", "zh"],
  ] as const)("lifts no confidence: %s", (question, text, language) => {
    const passage = {
      ...aPassage(text),
      score: 0.3,
      parts: { vector: null, lexical: 0.3, rerank: null },
    };
    const found = order([passage], question, language, () => ({ asked: 0.3, expanded: 0.3 }));

    const evidence = measureEvidence(found.query, found.scored);

    expect(evidence.isKindMissing).toBe(true);
    expect(confidenceFloor(found.query, evidence, true)).toBe(0);
  });
});
