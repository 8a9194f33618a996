import { describe, expect, it } from "vitest";
import { type CaseEntry, draftOf } from "../../../src/core/index.ts";
import { aCase } from "../../support/reply-builder.ts";

/** The question of a draft of a case in which the customer wrote these lines and somebody answered. */
function questionFrom(question: string | null, said: readonly string[]): string | undefined {
  const { packet } = aCase();
  const lines = said.map((text, at): CaseEntry => ({ kind: "customer", name: "Ann", text, at }));
  const reply: CaseEntry = { kind: "reply", name: "Mia", text: "At the front office.", at: 9 };
  const record = aCase({ packet: { ...packet, question }, entries: [...lines, reply] });
  return draftOf(record)?.question;
}

describe("the question of a draft that a case gives", () => {
  it.each([
    ["is what the bot understood", "Where are permits?", ["And how much?"], "Where are permits?"],
    [
      "passes over lines that were taken back",
      null,
      ["", "I lost my parking permit"],
      "I lost my parking permit",
    ],
    [
      "passes over a question that was emptied",
      "",
      ["I lost my parking permit"],
      "I lost my parking permit",
    ],
    [
      "is the first line that asks, not the greeting",
      null,
      ["hello?", "I lost my parking permit", "Where do I get\na new one?"],
      "Where do I get a new one?",
    ],
    ["is a short line where there is no other", null, ["", "parking permit"], "parking permit"],
    ["is found in Chinese", null, ["你好", "停车证丢了去哪里补办？"], "停车证丢了去哪里补办？"],
  ])("%s", (_, understood, said, expected) => {
    expect(questionFrom(understood, said)).toBe(expected);
  });

  it("is missing, and so is the draft, when all was taken back", () => {
    expect(questionFrom(null, ["", " "])).toBeUndefined();
  });
});
