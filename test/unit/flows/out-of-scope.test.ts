import { expect, it } from "vitest";
import { startDialogue } from "../../support/flows-dialogue.ts";

it.each([
  ["Who won the football championship?", "I answer questions about what stands in our documents."],
  ["北京烤鸭配方怎么做", "我能回答的是文档里写到的内容。"],
])(
  "%s is declined shortly, with what the bot can do and the offer of a person",
  async (text, can) => {
    const reply = await startDialogue().say(text);

    expect(reply?.decision).toBe("decline");
    expect(reply?.text).toContain(can);
    expect(reply?.text.length).toBeLessThan(220);
  },
);

it("what the documents touch on is declined without that", async () => {
  const reply = await startDialogue().say("How many days of annual leave has a giraffe in Peru?");

  expect(reply?.text).not.toContain("I answer questions about what stands");
});
