import { describe, expect, it } from "vitest";
import { readCommand } from "../../../flows/understand/commands.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

describe("a transcript", () => {
  it.each([
    "send me the transcript",
    "Could you please send me a transcript of our chat?",
    "can I have a copy of this conversation",
    "show me the chat history",
    "I'd like the transcript of this chat, please",
    "把对话记录发给我",
    "请把聊天记录发给我",
    "我想要一份对话记录",
    "导出对话记录",
  ])("is asked for by: %s", (text) => {
    expect(readCommand(text)).toBe("transcript");
  });

  it.each([
    "how long is the chat history kept?",
    "show me the transcript of records policy for students",
    "where is the conversation stored",
    "对话记录保存多久？",
    "清空聊天记录",
  ])("is not asked for by: %s", (text) => {
    expect(readCommand(text)).not.toBe("transcript");
  });

  it("shows who said what and when, and stands in later ones by its name only", async () => {
    const dialogue = startDialogue();
    const answer = await dialogue.say("How many days of annual leave do I get?");

    const first = await dialogue.say("send me the transcript");
    const second = await dialogue.say("please send me the transcript");

    expect(first?.text).toMatch(/\*\*ana\*\* · \d{4}-\d\d-\d\d \d\d:\d\d\n> How many days/u);
    expect(first?.text).toContain(answer?.text.split("\n")[0] ?? "?");
    expect(second?.text.split("How many days of annual leave")).toHaveLength(2);
    expect(second?.text).toContain("(transcript)");
  });

  it("says so when there is nothing to show, in the reader's language", async () => {
    const reply = await startDialogue().say("把对话记录发给我");

    expect(reply?.text).toBe("这里还没有说过什么，没有可以显示的记录。");
  });

  it("has what an agent said, after the case", async () => {
    const dialogue = startDialogue();
    const opened = await dialogue.say("I want to talk to a person");
    const id = opened?.case;
    if (id === null || id === undefined) throw new Error("no case");
    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.replied", caseId: id, agent: "Mia", text: "Like this.", at: 6 });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 7 });

    const reply = await dialogue.say("send me the transcript");

    expect(reply?.text).toMatch(/\*\*Mia\*\* · .*\n> Like this\./u);
  });
});
