import { describe, expect, it } from "vitest";
import { danglingReference, withReferent } from "../../../flows/understand/dangling.ts";
import { detectLanguage, type Turn } from "../../../src/core/index.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

function said(text: string, parts: Partial<Turn> = {}): Turn {
  return { role: "user", text, at: 0, language: "en", decision: null, name: "", ...parts };
}

function pointsTo(text: string, turns: readonly Turn[] = []): string | null {
  const input = { focus: null, turns, hasAttachments: false };
  return danglingReference(text, input, detectLanguage(text))?.words ?? null;
}

describe("a question that points to what nobody has named", () => {
  it.each([
    ["what about that one?", "that one"],
    ["How do I renew it?", "it"],
    ["and what about those?", "those"],
    ["is that allowed?", "that"],
    ["How many floors does this library have?", "this library"],
    ["这个怎么弄？", "这个"],
    ["它什么时候到期？", "它"],
    ["那些要谁批准", "那些"],
  ])("%j points to %j", (text, words) => {
    expect(pointsTo(text)).toBe(words);
  });

  it.each([
    "How many days of annual leave do I get this year?",
    "Is it possible to carry over leave?",
    "Who can join this channel?",
    "Can I take my laptop home when I need it?",
    "What does this error mean: E-1042",
    "Is it true that contractors get no bonus?",
    "这个月发奖金吗",
    "这个公司有食堂吗",
    "其他假期有几天",
    "那年假有几天？",
  ])("%j says what it is about", (text) => {
    expect(pointsTo(text)).toBeNull();
  });

  it("may mean what was said before, but not a greeting", () => {
    const greeting = [said("hello"), said("Hello!", { role: "bot", decision: "smalltalk" })];

    expect(pointsTo("How do I renew it?", [said("Where is the library card?")])).toBeNull();
    expect(pointsTo("Is this library open?", [said("Where is the library card?")])).toBeNull();
    expect(pointsTo("How do I renew it?", greeting)).toBe("it");
  });

  it.each([
    ["Is there a daily limit to hunt the animal in California?", "the animal"],
    ["When was the famous basketball player born?", "the famous basketball player"],
    ["这种动物能活多久？", "这种动物"],
    ["那位球员是哪年出生的？", "那位球员"],
  ])(
    "%j speaks of a kind as if it were known, in a conversation about something else, too",
    (text, words) => {
      expect(pointsTo(text)).toBe(words);
      expect(pointsTo(text, [said("How do I renew my badge?")])).toBe(words);
    },
  );

  it.each([
    ["What does the animal eat?", "Which animals live in the park?"],
    ["这种动物能活多久？", "公园里有哪些动物？"],
  ])("%j may mean a kind that was spoken of", (text, before) => {
    expect(pointsTo(text, [said(before)])).toBeNull();
  });

  it.each([
    "Who wrote the song of the year?",
    "Where is the book that I ordered?",
    "When was the largest animal found?",
    "Who directed the Fairy Tail movie?",
    "Where does the company park the cars?",
  ])("%j says which one it means", (text) => {
    expect(pointsTo(text)).toBeNull();
  });

  it("takes the name that it is told", () => {
    expect(withReferent("How do I renew it?", "it", "the badge", "en")).toBe(
      "How do I renew the badge?",
    );
    expect(withReferent("这个怎么申请？", "这个", "是年假", "zh")).toBe("年假怎么申请？");
    expect(withReferent("How do I renew it?", "it", "when is lunch?", "en")).toBeNull();
  });
});

describe("a dialogue about what nobody has named", () => {
  it("asks what is meant, and answers when it is told", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("what about that one?");
    const answered = await dialogue.say("annual leave");

    expect(asked).toMatchObject({ decision: "clarify", options: [] });
    expect(asked?.text).toContain('"that one"');
    expect(answered).toMatchObject({ decision: "answer", question: "what about annual leave?" });
  });

  it("asks which one of a kind is meant before it declines", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("How many eggs does the famous football player eat?");

    expect(asked).toMatchObject({ decision: "clarify", options: [] });
    expect(asked?.text).toContain('"the famous football player"');
  });

  it("asks in Chinese as well", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("这个怎么弄？");
    const answered = await dialogue.say("年假有几天？");

    expect(asked).toMatchObject({ decision: "clarify", language: "zh" });
    expect(asked?.text).toContain("“这个”");
    expect(answered?.decision).toBe("answer");
  });

  it("asks once, and then says that it finds nothing", async () => {
    const dialogue = startDialogue();

    const first = await dialogue.say("what about that one?");
    const second = await dialogue.say("what about that one?");

    expect([first?.decision, second?.decision]).toEqual(["clarify", "decline"]);
  });
});
