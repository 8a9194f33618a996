import { expect, it } from "vitest";
import { reviewedTurnSchema } from "../../../src/runtime/index.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

function kept(published: readonly unknown[]) {
  return published.flatMap((params) => {
    const read = reviewedTurnSchema.safeParse(params);
    return read.success ? [read.data] : [];
  });
}

it("each question is kept with what was decided and looked at, and small talk is not", async () => {
  const dialogue = startDialogue();

  await dialogue.say("hello");
  await dialogue.say("How many days of annual leave do I get?");
  await dialogue.say("What is the weather like on Mars?");
  await dialogue.say("thanks");

  const turns = kept(dialogue.published);
  expect(turns.map(({ decision }) => decision)).toEqual(["answer", "decline"]);
  expect(turns[0]).toMatchObject({
    question: "How many days of annual leave do I get?",
    conversationId: "console:test",
    complaint: null,
    reason: null,
  });
  expect(turns[0]?.confidence).toBeGreaterThan(0.7);
  expect(turns[0]?.passages.length).toBeGreaterThan(0);
});

it("a refused choice and a call for a person are kept with the question that they are about", async () => {
  const dialogue = startDialogue();

  const asked = await dialogue.say("How do I reset my password?");
  await dialogue.press(asked?.options.at(-1)?.id ?? "");
  await dialogue.say("let me talk to a person");

  const turns = kept(dialogue.published);
  expect(turns.map(({ decision, complaint }) => [decision, complaint])).toEqual([
    ["clarify", null],
    ["clarify", "none-of-these"],
    ["escalate", null],
  ]);
  expect(turns.at(-1)).toMatchObject({
    reason: "asked-for-person",
    question: "How do I reset my password?",
  });
});
