import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clarification, UnderstandInput } from "../../../flows/tasks/contracts.ts";
import { readMessage } from "../../../flows/understand/read-message.ts";
import { detectLanguage } from "../../../src/core/index.ts";
import { naughtyStrings } from "../../support/naughty-strings.ts";

const BOT_LINE = {
  role: "bot",
  text: "26 days.",
  at: 1,
  language: "en",
  decision: null,
  name: "",
} as const;

function input(texts: readonly string[], parts: Partial<UnderstandInput> = {}): UnderstandInput {
  return {
    texts,
    hasAttachments: false,
    chosenOptionId: null,
    language: "en",
    focus: null,
    turns: [],
    clarification: null,
    hasOfferedPerson: false,
    conversationKey: "c",
    userKey: "u",
    ...parts,
  };
}

function actOf(text: string, parts: Partial<UnderstandInput> = {}, topics: readonly string[] = []) {
  return readMessage(input([text], parts), { sensitiveTopics: topics }).act;
}

const CLARIFICATION: Clarification = {
  author: "u",
  question: "How many days do I get?",
  readings: [
    { id: "c1.1", label: "Annual leave", documentId: "d", section: "Annual leave" },
    { id: "c1.2", label: "Sick leave", documentId: "d", section: "Sick leave" },
    { id: "c1.3", label: "Parental leave", documentId: "d", section: "Parental leave" },
  ],
  round: 1,
};

describe("reading a message", () => {
  it.each([
    "I want to talk to a person",
    "can I speak to a human?",
    "let me talk to your manager",
    "connect me with a live agent please",
    "get me a real person",
    "human please",
    "I need help speaking with somebody",
    "i want to chat with a real persn",
    "转人工",
    "我想找真人客服",
    "帮我转接人工服务",
    "有人工客服吗",
    "我要和人说话",
  ])("hears the wish for a person in %j", (text) => {
    expect(actOf(text)).toEqual({ type: "person", reason: "asked-for-person" });
  });

  it.each([
    "who is the contact person for expenses?",
    "how many people work here?",
    "what hours can I reach customer service?",
    "how do agents claim a case?",
    "can a customer talk while the bot answers?",
    "Who is my manager?",
    "人工审核要多久？",
    "谁是负责人？",
  ])("does not hear one in %j", (text) => {
    expect(actOf(text).type).toBe("question");
  });

  it.each([
    ["you are completely useless", "anger"],
    ["this is ridiculous", "anger"],
    ["I want to file a complaint against you", "anger"],
    ["what a piece of crap, fuck this", "anger"],
    ["你们这什么破系统", "anger"],
    ["气死我了", "anger"],
    ["my boss keeps harassing me", "sensitive-topic"],
    ["I want to kill myself", "sensitive-topic"],
    ["我被同事骚扰了", "sensitive-topic"],
    ["我不想活了", "sensitive-topic"],
  ])("sends %j to a person because of %s", (text, reason) => {
    expect(actOf(text)).toEqual({ type: "person", reason });
  });

  it("sends to a person what a team has put on its list, in both languages", () => {
    const topics = ["merger", "裁员"];

    expect(actOf("When is the merger?", {}, topics)).toMatchObject({ reason: "sensitive-topic" });
    expect(actOf("今年会裁员吗？", {}, topics)).toMatchObject({ reason: "sensitive-topic" });
    expect(actOf("When is lunch?", {}, topics).type).toBe("question");
  });

  it.each([
    ["Hello!", "greeting"],
    ["good morning team", "greeting"],
    ["how are you?", "how-are-you"],
    ["thx a lot", "thanks"],
    ["ok thank you so much", "thanks"],
    ["thank you bye", "goodbye"],
    ["thanks Maria", "thanks"],
    ["thanks a lot, Maria!", "thanks"],
    ["Thank you so much for your quick help, Bob", "thanks"],
    ["Thanks for everything", "thanks"],
    ["ok thanks Ann Lee", "thanks"],
    ["谢谢玛丽亚", "thanks"],
    ["谢谢你，小王", "thanks"],
    ["谢谢王老师！", "thanks"],
    ["谢谢你，Maria", "thanks"],
    ["are you a bot or a human?", "bot"],
    ["who are you", "bot"],
    ["what can you help me with?", "capabilities"],
    ["/help", "help"],
    ["great, that helped", "unclear-or-praise"],
    ["你好啊", "greeting"],
    ["多谢", "thanks"],
    ["你是谁", "bot"],
    ["你会做什么", "capabilities"],
    ["拜拜", "goodbye"],
    ["好的", "acknowledged"],
    ["🙂🙂", "unclear"],
    ["???", "unclear"],
  ])("takes %j for small talk", (text, topic) => {
    const act = actOf(text);

    if (topic === "unclear-or-praise") expect(act.type).not.toBe("person");
    else expect(act).toEqual({ type: "smalltalk", topic });
  });

  it.each([
    ["never mind", "cancel"],
    ["forget it", "cancel"],
    ["算了", "cancel"],
    ["不用了，谢谢", "cancel"],
    ["say that again please", "repeat"],
    ["再说一遍", "repeat"],
    ["start over", "reset"],
    ["/reset", "reset"],
    ["重新开始", "reset"],
  ])("takes %j for the command %s", (text, command) => {
    expect(actOf(text)).toEqual({ type: command });
  });

  it.each([
    "How do I cancel a booking?",
    "how do I reset my password",
    "Can I repeat the training?",
    "怎么取消预订？",
    "hello world program does not start, why?",
    "What does the help command do?",
  ])("takes %j for a question", (text) => {
    expect(actOf(text).type).toBe("question");
  });

  it.each([
    "thanks, where is the printer",
    "thanks, parking?",
    "thanks but the printer is broken",
    "thanks for the printer manual",
    "thanks, how do I reset it",
    "谢谢，年假几天",
    "谢谢，报销流程",
    "谢谢你，请问工资哪天发",
  ])("hears the question behind the thanks in %j", (text) => {
    expect(actOf(text).type).toBe("question");
  });

  it("takes greetings and thanks off a question", () => {
    expect(actOf("Good morning, how many days of leave do I get? Thank you!")).toMatchObject({
      question: "how many days of leave do I get?",
    });
    expect(actOf("你好，年假有几天？谢谢")).toMatchObject({ question: "年假有几天?" });
  });

  it("reads yes and no as an answer to the offer of a person, and only then", () => {
    expect(actOf("yes please", { hasOfferedPerson: true }).type).toBe("person");
    expect(actOf("好的", { hasOfferedPerson: true }).type).toBe("person");
    expect(actOf("no thanks", { hasOfferedPerson: true })).toMatchObject({
      topic: "declined-offer",
    });
    expect(actOf("好的")).toMatchObject({ topic: "acknowledged" });
  });

  it("hears that an answer was no good", () => {
    const turns = [BOT_LINE];

    expect(actOf("that's not what I asked", { turns }).type).toBe("dissatisfied");
    expect(actOf("答非所问", { turns }).type).toBe("dissatisfied");
    expect(actOf("still wrong", { turns }).type).toBe("dissatisfied");
    expect(actOf("还是不对", { turns }).type).toBe("dissatisfied");
  });

  it.each([
    ["tell me more", "more"],
    ["Can you give me more details?", "more"],
    ["再详细一点", "more"],
    ["还有吗？", "more"],
    ["are you sure?", "certain"],
    ["你确定吗？", "certain"],
  ])("takes %j for a word about the answer before, where there is one", (text, topic) => {
    const turns = [{ ...BOT_LINE, decision: "answer" as const }];

    expect(actOf(text, { turns })).toEqual({ type: "smalltalk", topic });
    expect(actOf(text)).not.toMatchObject({ topic });
  });

  it.each([
    "please have someone from HR call me",
    "麻烦让人事部的人联系我",
    "请帮我问问同事",
    "a colleague is harassing me",
    "somebody is bleeding in the workshop",
    "同事对我动手动脚",
    "车间里有人受伤了",
  ])("calls a person: %s", (text) => {
    expect(actOf(text).type).toBe("person");
  });

  it.each(["can HR help me with a visa", "谁可以联系我的经理", "Do I have to call in sick?"])(
    "calls nobody: %s",
    (text) => {
      expect(actOf(text).type).toBe("question");
    },
  );

  it.each([
    [
      "I have been here for a while now, and since my sister marries in Portugal in June I would love to stay there for two weeks, so could you tell me whether I may work from abroad and for how long?",
      "I may work from abroad and for how long?",
    ],
    [
      "我下个月想去葡萄牙参加姐姐的婚礼，可能要待两三周，期间想在那边工作几天，请问公司允许在国外工作吗？",
      "公司允许在国外工作吗?",
    ],
  ])("looks for the question at the end of a long story", (text, question) => {
    expect(actOf(text)).toMatchObject({ type: "question", question });
  });

  it.each([
    ["1", "c1.1"],
    ["#3", "c1.3"],
    ["option 2", "c1.2"],
    ["the second one please", "c1.2"],
    ["last one", "c1.3"],
    ["sick", "c1.2"],
    ["Parental leave", "c1.3"],
    ["I mean annual leave", "c1.1"],
    ["第二个", "c1.2"],
    ["选三", "c1.3"],
    ["最后一个", "c1.3"],
  ])("understands %j as the choice of %s", (text, optionId) => {
    expect(actOf(text, { clarification: CLARIFICATION })).toEqual({ type: "option", optionId });
  });

  it.each(["none of these", "neither", "something else", "都不是", "以上都不是", "其他"])(
    "understands %j as none of them",
    (text) => {
      expect(actOf(text, { clarification: CLARIFICATION })).toEqual({ type: "none-of-these" });
    },
  );

  it("understands both, all, and a wholly new question", () => {
    const parts = { clarification: CLARIFICATION };

    expect(actOf("all of them", parts)).toEqual({ type: "every-option" });
    expect(actOf("都要", parts)).toEqual({ type: "every-option" });
    expect(actOf("leave", parts).type).toBe("question");
    expect(actOf("Where can I park my car?", parts)).toMatchObject({
      question: "Where can I park my car?",
    });
    expect(actOf("5", parts).type).not.toBe("option");
  });

  it("knows pressed options from stale ones", () => {
    const parts = { clarification: CLARIFICATION };

    expect(actOf("", { ...parts, chosenOptionId: "c1.2" })).toMatchObject({ type: "option" });
    expect(actOf("", { ...parts, chosenOptionId: "c1.none" })).toEqual({ type: "none-of-these" });
    expect(actOf("", { ...parts, chosenOptionId: "c0.2" })).toEqual({ type: "stale-option" });
    expect(actOf("", { chosenOptionId: "c1.2" })).toEqual({ type: "stale-option" });
  });

  it("reads a burst as one: a later never mind wins, a wish for a person wins, a correction replaces", () => {
    const read = (...texts: string[]) => readMessage(input(texts), { sensitiveTopics: [] }).act;

    expect(read("How do I reset it?", "never mind")).toEqual({ type: "cancel" });
    expect(read("How do I reset it?", "I want a human")).toMatchObject({ type: "person" });
    expect(read("hi", "where is the printer?", "thanks")).toMatchObject({
      question: "where is the printer?",
    });
    expect(read("How do I reset the VPN?", "no, I meant the mail password")).toMatchObject({
      question: "How do I reset the mail password?",
    });
  });

  it("never throws and never makes up a person or a choice, whatever it is given", () => {
    for (const text of naughtyStrings) {
      const { act } = readMessage(input([text], { clarification: CLARIFICATION }), {
        sensitiveTopics: ["[a-z]+", "?:"],
      });
      expect(["question", "smalltalk", "option", "reset", "cancel"]).toContain(act.type);
    }
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 200 }), { maxLength: 4 }),
        (texts) => {
          readMessage(input(texts, { clarification: CLARIFICATION }), { sensitiveTopics: ["("] });
        },
      ),
      { numRuns: 300 },
    );
  });

  it("finds an option by its number, its ordinal and its whole label, in any frame of politeness", () => {
    const frames = ["%s", "%s please", "I mean %s", "ok, %s", "选%s", "就%s吧"];
    fc.assert(
      fc.property(fc.constantFrom(...frames), fc.integer({ min: 1, max: 3 }), (frame, n) => {
        const act = actOf(frame.replace("%s", String(n)), { clarification: CLARIFICATION });
        expect(act).toEqual({ type: "option", optionId: `c1.${n}` });
      }),
    );
    for (const { id, label } of CLARIFICATION.readings) {
      expect(actOf(label.toUpperCase(), { clarification: CLARIFICATION })).toEqual({
        type: "option",
        optionId: id,
      });
    }
  });

  it("says in which language the person writes", () => {
    const language = readMessage(input(["怎么 reset VPN 密码"]), { sensitiveTopics: [] }).language;

    expect(language).toBe(detectLanguage("怎么 reset VPN 密码"));
    expect(language).toBe("zh");
  });
});
