import { describe, expect, it } from "vitest";
import { pointerOf, rewriteFollowUp } from "../../../flows/understand/follow-up.ts";

function rewrite(before: string, text: string, language: "en" | "zh", answer = "") {
  return rewriteFollowUp(text, { question: before, answer, titles: [] }, language).question;
}

const LEAVE = "How many days of annual leave do I get?";

describe("where a fragment belongs in the English question before it", () => {
  it.each([
    [LEAVE, "what about part-timers?", "How many days of annual leave do I get for part-timers?"],
    ["Can contractors work from home?", "and trainees?", "Can trainees work from home?"],
    [
      "What holidays does Rotterdam have in 2027?",
      "And Bristol?",
      "What holidays does Bristol have in 2027?",
    ],
    [
      "How many dogs are allowed in the Rotterdam office?",
      "what about Chengdu?",
      "How many dogs are allowed in Chengdu?",
    ],
    ["Who approves an expense?", "and above 2000 €?", "Who approves an expense above 2000 €?"],
    [
      "How many weeks of parental leave?",
      "what if we adopt?",
      "How many weeks of parental leave if we adopt?",
    ],
    [
      "How do I submit a claim: by when?",
      "what if I'm late?",
      "How do I submit a claim if I'm late?",
    ],
    [LEAVE, "can I carry them over?", "Can I carry annual leave over?"],
    ["How do I register a visitor?", "do they get wifi?", "Do visitors get wifi?"],
    [
      "How much does charging an electric car cost?",
      "and bikes?",
      "How much does charging bikes cost?",
    ],
  ])("%s + %s", (before, text, question) => {
    expect(rewrite(before, text, "en")).toBe(question);
  });

  it.each([
    [LEAVE, "and how do I apply?", "How do I apply (annual leave)?"],
    ["Can I work from home?", "how many days?", "How many days: Can I work from home?"],
  ])("what asks and names nothing asks it of what was spoken of: %s + %s", (...parts) => {
    const [before, text, question] = parts;
    expect(rewrite(before, text, "en")).toBe(question);
  });

  it.each(["What happens to my remaining leave?", "Where is the office in Bristol?"])(
    "a question that names something stays as it is: %s",
    (text) => {
      expect(rewrite("How much notice do I have to give?", text, "en")).toBe(text);
    },
  );
});

describe("where a fragment belongs in the Chinese question before it", () => {
  it.each([
    ["年假有几天", "兼职的呢", "兼职的年假有几天？"],
    ["酒店每晚限额是多少", "成都呢？", "成都，酒店每晚限额是多少？"],
    ["成都，酒店每晚限额是多少", "布里斯托呢？", "布里斯托，酒店每晚限额是多少？"],
    ["可以带狗来上班吗", "猫呢？", "可以带猫来上班吗？"],
    ["怎么重置 VPN PIN", "邮箱密码呢？", "怎么重置 邮箱密码？"],
    ["鹿特丹 2027 年有哪些节假日", "成都呢？", "成都 2027 年有哪些节假日？"],
    ["工牌丢了怎么办", "电脑呢？", "电脑丢了怎么办？"],
    ["怎么预订会议室", "工位呢？", "怎么预订工位？"],
    ["病假发全薪吗", "从第几天开始？", "病假发全薪，从第几天开始？"],
    ["怎么提交报销", "什么时候之前？", "怎么提交报销，什么时候之前？"],
  ])("%s + %s", (before, text, question) => {
    expect(rewrite(before, text, "zh")).toBe(question);
  });

  it("what the last answer names is one case of what was asked", () => {
    expect(rewrite("眼镜能报销吗", "学徒呢", "zh", "正式员工和学徒：最多 120 €")).toBe(
      "学徒，眼镜能报销吗？",
    );
  });
});

describe("a follow-up that only points", () => {
  it.each([
    ["what about that one?", "en", "that one"],
    ["and what about this?", "en", "this"],
    ["那这个呢？", "zh", "这个"],
  ] as const)("%s", (text, language, words) => {
    expect(pointerOf(text, language)).toEqual({ words, isThing: true });
    expect(rewrite(language === "zh" ? "年假有几天" : LEAVE, text, language)).toBe(text);
  });

  it.each([
    ["what about sick leave?", "en"],
    ["病假呢？", "zh"],
  ] as const)("%s says more", (text, language) => {
    expect(pointerOf(text, language)).toBeNull();
  });
});
