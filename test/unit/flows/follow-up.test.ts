import { describe, expect, it } from "vitest";
import { rewriteFollowUp } from "../../../flows/understand/follow-up.ts";

function rewrite(before: string, text: string, language: "en" | "zh" = "en") {
  return rewriteFollowUp(text, { question: before, answer: "", titles: [] }, language);
}

describe("completing a follow-up", () => {
  it.each([
    [
      "How many vacation days do I get?",
      "and for contractors?",
      "How many vacation days do I get for contractors?",
    ],
    [
      "How many days of annual leave do I get?",
      "What about sick leave?",
      "How many days of sick leave do I get?",
    ],
    [
      "how many days of annual leave do I get?",
      "and what about carry-over?",
      "How many days of carry-over do I get?",
    ],
    [
      "What is the hotel limit in Bristol?",
      "and in Chengdu?",
      "What is the hotel limit in Chengdu?",
    ],
    ["What is the deductible for dental?", "and vision?", "What is the deductible for vision?"],
    ["What is throat cancer?", "Is it treatable?", "Is throat cancer treatable?"],
    ["How do I install Frontdesk?", "does it need a GPU?", "Does Frontdesk need a GPU?"],
    ["Which models can I use?", "what are their licences?", "What are models' licences?"],
    [
      "Can I carry over vacation days?",
      "until when?",
      "Can I carry over vacation days: until when?",
    ],
    [
      "How do I reset my VPN password?",
      "how long does it take?",
      "how long does it take: How do I reset my VPN password?",
    ],
  ])("%s + %s", (before, text, expected) => {
    expect(rewrite(before, text)).toEqual({
      question: expected,
      isRewritten: true,
      isDependent: true,
    });
  });

  it.each([
    ["When did Travis tour?", "Did he win any awards?", "Did Travis win any awards?"],
    ["What is Assange's personal life?", "did he go to college?", "Did Assange go to college?"],
    ["When was the old bridge built?", "How long is it?", "How long is old bridge?"],
    [
      "How do I install Frontdesk?",
      "By the way, does it need a GPU?",
      "Does Frontdesk need a GPU?",
    ],
    ["What is the tariff?", "Got it. Who approves travel abroad?", "Who approves travel abroad?"],
    [
      "How do I rent a flat?",
      "Talking about flats, who pays for repairs of flats?",
      "Who pays for repairs of flats?",
    ],
    [
      "How do I rent a flat?",
      "Talking about flats, who pays for repairs?",
      "Talking about flats, who pays for repairs?",
    ],
  ])(
    "takes the thing and not what was done with it, without words of passage: %s + %s",
    (before, text, expected) => {
      expect(rewrite(before, text).question).toBe(expected);
    },
  );

  it.each([
    [
      "Which laptop do designers get?",
      "how often is it replaced?",
      "How often is laptop replaced?",
    ],
    [
      "What is the training budget for employees?",
      "does it carry over to next year?",
      "Does training budget carry over to next year?",
    ],
    [
      "How many dogs are allowed in the Rotterdam office?",
      "what about Chengdu?",
      "How many dogs are allowed in Chengdu?",
    ],
  ])(
    "takes it for a thing and no people, and a name without article: %s + %s",
    (before, text, expected) => {
      expect(rewrite(before, text).question).toBe(expected);
    },
  );

  it("points back over an aspect to the thing that was asked about before", () => {
    const focus = { question: "What are the side effects?", answer: "", titles: [] };
    const asked = ["What are the side effects?", "Is melatonin bad for me?"];

    expect(rewriteFollowUp("Does it need a prescription?", focus, "en", asked).question).toBe(
      "Does melatonin need a prescription?",
    );
  });

  it("does not take a counted one for a pronoun", () => {
    const text = "Why isn't there just one global market?";

    expect(rewrite("How can I buy on other markets?", text).question).toBe(text);
  });

  it.each([
    ["年假有几天？", "那病假呢？", "病假有几天？"],
    ["VPN 密码怎么重置？", "那它多久过期？", "VPN密码多久过期？"],
    ["怎么申请年假？", "需要什么材料？", "年假需要什么材料？"],
    ["怎么申请年假？", "可以取消吗？", "年假可以取消吗？"],
    ["正式员工的年假有几天？", "外包呢？", "外包的年假有几天？"],
    ["出差住宿标准是多少？", "那在成都呢？", "在成都，出差住宿标准是多少？"],
    ["在国外办公最多多少个工作日？", "要提前多久申请？", "国外办公要提前多久申请？"],
    ["设计师配什么电脑？", "多久更换？", "设计师的电脑多久更换？"],
    ["正式员工每年的培训预算是多少？", "能转到下一年吗？", "培训预算能转到下一年吗？"],
    ["访客的 Wi-Fi 连接码找谁拿？", "有效期多久？", "Wi-Fi连接码的有效期多久？"],
    ["公司卡怎么挂失？", "补卡要多久？", "公司卡补卡要多久？"],
    ["工牌丢失找谁？", "补办多少钱？", "工牌丢失补办多少钱？"],
    ["鹿特丹食堂每餐多少钱？", "成都呢？", "成都食堂每餐多少钱？"],
    ["离职以后 Canopy 还能登录多久？", "那邮箱呢？", "离职以后邮箱还能登录多久？"],
    ["离职时剩余的年假怎么处理？", "购买的假期呢？", "离职时购买的假期怎么处理？"],
  ])("%s + %s", (before, text, expected) => {
    expect(rewrite(before, text, "zh").question.replace(/\s/gu, "")).toBe(expected);
  });

  it.each([
    ["How do I install Frontdesk?", "What is the best way to back up the data directory?", "en"],
    ["How many days do I get?", "Is it possible to work from abroad in summer?", "en"],
    ["Who approves expenses?", "Which laptop do designers get?", "en"],
    ["年假有几天？", "停车位怎么申请？", "zh"],
    ["年假有几天？", "产假多久？", "zh"],
    ["年假有几天？", "停车多少钱？", "zh"],
    ["会议室怎么预订？", "报销要多久到账？", "zh"],
  ] as const)(
    "leaves a question alone that stands on its own: %s + %s",
    (before, text, language) => {
      expect(rewrite(before, text, language)).toMatchObject({ question: text, isRewritten: false });
    },
  );

  it("leaves everything alone when nothing was asked before", () => {
    expect(rewriteFollowUp("and for contractors?", null, "en").question).toBe(
      "and for contractors?",
    );
  });
});
