import { describe, expect, it } from "vitest";
import { startDialogue } from "../../support/flows-dialogue.ts";

describe("中文对话 (a dialogue in Chinese)", () => {
  it("answers in Chinese from the Chinese page", async () => {
    const reply = await startDialogue().say("年假有多少天？");

    expect(reply).toMatchObject({ decision: "answer", language: "zh", marks: ["extractive"] });
    expect(reply?.text).toContain("26 天年假");
    expect(reply?.citations[0]?.section).toBe("年假");
  });

  it("asks back, and understands a choice in words", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("能休几天？");
    const answered = await dialogue.say("第二个");

    expect(asked?.decision).toBe("clarify");
    expect(asked?.options.at(-1)?.label).toBe("都不是");
    expect(answered?.decision).toBe("answer");
    expect(answered?.citations[0]?.section).toBe(asked?.options[1]?.label);
  });

  it.each([
    ["我问的是病假", "病假"],
    ["病假", "病假"],
    ["选第一个吧", null],
  ])("understands %j as a choice", async (words, section) => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("能休几天？");
    const answered = await dialogue.say(words);

    expect(answered?.citations[0]?.section).toBe(section ?? asked?.options[0]?.label);
  });

  it("completes a follow-up", async () => {
    const dialogue = startDialogue();

    await dialogue.say("年假有几天？");
    const reply = await dialogue.say("那病假呢？");

    expect(reply?.question).toBe("病假有几天？");
    expect(reply?.citations[0]?.section).toBe("病假");
  });

  it("declines plainly, and calls a person at the second miss", async () => {
    const dialogue = startDialogue();

    const first = await dialogue.say("明天成都会下雨吗？");
    const second = await dialogue.say("附近哪家火锅店好吃？");

    expect(first?.decision).toBe("decline");
    expect(first?.text).toContain("没有找到");
    expect(second?.decision).toBe("escalate");
  });

  it.each(["转人工", "我要找真人客服", "能不能找个人工来", "我要投诉你们"])(
    "calls a person for %j",
    async (words) => {
      const reply = await startDialogue().say(words);

      expect(reply).toMatchObject({ decision: "escalate", language: "zh" });
      expect(reply?.text).toContain("同事");
    },
  );

  it.each([
    ["你好", "您好"],
    ["谢谢", "不客气"],
    ["你是机器人吗？", "不是真人"],
    ["你能做什么？", "找答案"],
    ["再见", "再见"],
  ])("talks a little when somebody writes %j", async (words, expected) => {
    const reply = await startDialogue().say(words);

    expect(reply).toMatchObject({ decision: "smalltalk", language: "zh" });
    expect(reply?.text).toContain(expected);
  });

  it("follows a change of language", async () => {
    const dialogue = startDialogue();

    await dialogue.say("How many days of annual leave do I get?");
    const reply = await dialogue.say("病假要医生证明吗？");

    expect(reply?.language).toBe("zh");
    expect(reply?.citations[0]?.section).toBe("病假");
  });
});
