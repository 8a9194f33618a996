import { describe, expect, it } from "vitest";
import { learnIntents } from "../../../flows/index.ts";
import type { UnderstandInput } from "../../../flows/tasks/contracts.ts";
import { readMessage } from "../../../flows/understand/read-message.ts";
import { detectLanguage } from "../../../src/core/index.ts";

const EXAMPLES = [
  { text: "where is my order", intent: "order" },
  { text: "track my parcel", intent: "order" },
  { text: "has my package been sent", intent: "order" },
  { text: "我的订单到哪了", intent: "order" },
  { text: "查一下物流", intent: "order" },
  { text: "i want my money back", intent: "refund" },
  { text: "how do i get a refund", intent: "refund" },
  { text: "return this item", intent: "refund" },
  { text: "我要退款", intent: "refund" },
  { text: "怎么退货", intent: "refund" },
];

describe("intents learnt from examples", () => {
  const intents = learnIntents(EXAMPLES);

  it.each([
    ["where's the order of mine?", "order"],
    ["could you trak my parcel", "order"],
    ["订单到哪里了？", "order"],
    ["a refund please", "refund"],
    ["我想退款", "refund"],
  ])("tells what %j wants", (text, intent) => {
    expect(intents.guess(text)?.intent).toBe(intent);
  });

  it("finds strangers less like the examples than friends", () => {
    const friend = intents.guess("where is my parcel");
    const stranger = intents.guess("explain the offside rule");

    expect(friend?.nearest ?? 0).toBeGreaterThan(0.5);
    expect(stranger?.nearest ?? 0).toBeLessThan(0.3);
    expect(stranger?.known ?? 0).toBeLessThan(friend?.known ?? 0);
  });

  it("guesses nothing of a text in which nothing is known, and nothing without examples", () => {
    expect(intents.guess("ζψω")).toBeNull();
    expect(learnIntents([]).guess("hello")).toBeNull();
  });

  it("learns the same in every run", () => {
    expect(learnIntents(EXAMPLES).guess("return my order")).toEqual(
      intents.guess("return my order"),
    );
  });
});

function actOf(text: string, turns: UnderstandInput["turns"] = []) {
  const message = {
    texts: [text],
    hasAttachments: false,
    chosenOptionId: null,
    language: detectLanguage(text, "en"),
    focus: null,
    turns,
    clarification: null,
    hasOfferedPerson: false,
    conversationKey: "c",
    userKey: "u",
  };
  return readMessage(message, { sensitiveTopics: [] }).act;
}

describe("wishes for a person", () => {
  it.each([
    "I want to talk to a person again",
    "I need a human again please",
    "I'd like to speak with an agent again",
    "can I speak to someone else",
    "Can somebody from your team help me?",
    "please give me back to Ben",
    "I want to talk to a person AAA",
    "I want to talk to a person about X",
    "我想再找个真人",
    "换个人来吧",
    "你们团队有人能帮我吗？",
    "请把我转回给小王",
  ])("hears one in %j", (text) => {
    expect(actOf(text)).toEqual({ type: "person", reason: "asked-for-person" });
  });

  it.each([
    "how do I transfer a file to someone else",
    "give the laptop back to Ben",
    "Can someone from HR sign my visa letter?",
    "可以换个人电脑吗？",
  ])("hears none in %j", (text) => {
    expect(actOf(text).type).toBe("question");
  });
});

describe("what somebody says that he does not want or is not", () => {
  it.each([
    "I don't want a human, just tell me when payday is in Bristol",
    "I do not need to talk to a person, how do I reset my password?",
    "I'm not angry, but how do I claim expenses?",
    "不用转人工，布里斯托什么时候发工资？",
    "不需要人工，年假有几天？",
    "我没有生气，报销由谁审批？",
  ])("calls nobody in %j", (text) => {
    expect(actOf(text).type).toBe("question");
  });

  it.each([
    "I don't want to talk to a bot, get me a person",
    "I don't need a person with a script, I want to talk to a real human",
    "不要机器人，我要转人工",
    "怎么还不转人工",
  ])("leaves the wish for a person in %j", (text) => {
    expect(actOf(text)).toMatchObject({ type: "person" });
  });

  it("makes an angry wish for a person as urgent as anger", () => {
    const text = "you stupid useless idiot, I want to talk to a person about my invoice!!!";

    expect(actOf(text)).toEqual({ type: "person", reason: "anger" });
    expect(actOf("我气死了，转人工")).toEqual({ type: "person", reason: "anger" });
  });
});

describe("what must not be answered with a document", () => {
  it.each([
    "I feel like killing myself",
    "I don't want to live any more",
    "i do not want to live anymore",
    "我不想活了",
    "我想死",
  ])("hears that somebody is in danger in %j", (text) => {
    expect(actOf(text)).toEqual({ type: "person", reason: "sensitive-topic" });
  });

  it("takes a wish about where to live for no danger", () => {
    expect(actOf("I don't want to live in London, can I work from Bristol?").type).toBe("question");
  });

  it.each([
    "你答非所问",
    "答非所问",
    "你没有回答我的问题",
    "that's not what I asked",
    "you did not answer my question",
  ])("hears that the answer was no good in %j", (text) => {
    const answered = { role: "bot", text: "26.", at: 1, language: "en", name: "" } as const;

    expect(actOf(text, [{ ...answered, decision: null }])).toEqual({ type: "dissatisfied" });
  });
});
