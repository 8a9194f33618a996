import { describe, expect, it } from "vitest";
import type { Language } from "../../../src/core/index.ts";
import type { ChatModel } from "../../../src/ports/chat-model.ts";
import type { Retriever } from "../../../src/ports/retriever.ts";
import { aPassage } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { aRetriever } from "../../support/flows-knowledge.ts";

const QUESTION = "停车费每个月要多少钱?";
const TRANSLATION = "What is the monthly parking fee?";
const PASSAGES = [
  aPassage("The monthly parking fee is 35 pounds. It is taken from the salary.", {
    document: "parking",
    title: "Parking",
    section: "Monthly parking fee",
  }),
];

function anIndex(
  languages: readonly Language[],
): Retriever & { readonly queries: readonly string[] } {
  const retriever = aRetriever(PASSAGES);
  const queries: string[] = [];
  return {
    queries,
    async retrieve(request, call) {
      queries.push(request.query);
      return { ...(await retriever.retrieve(request, call)), languages };
    },
  };
}

const translated = (question: string): string => JSON.stringify({ question });

describe("a question in another language than the documents", () => {
  it("is asked once more in theirs, and answered in the asker's, with the translation beside it", async () => {
    const chatModel = aChatModel(translated(TRANSLATION), "每月停车费是 35 英镑 [1]。");
    const retriever = anIndex(["en"]);

    const reply = await startDialogue({ chatModel, retriever }).say(QUESTION);

    expect(retriever.queries.some((query) => query.startsWith(TRANSLATION))).toBe(true);
    expect(reply).toMatchObject({
      decision: "answer",
      language: "zh",
      text: "每月停车费是 35 英镑。 [1]",
      question: QUESTION,
      translation: TRANSLATION,
      citations: [{ title: "Parking" }],
    });
    expect(reply?.timings["translateMs"]).toBeGreaterThanOrEqual(0);
    expect(chatModel.requests[0]?.jsonSchema).not.toBeNull();
  });

  it("is answered with the documents' own sentences when nothing of the model's answer is supported", async () => {
    const chatModel = aChatModel(translated(TRANSLATION), "月亮是奶酪做的。");

    const reply = await startDialogue({ chatModel, retriever: anIndex(["en"]) }).say(QUESTION);

    expect(reply?.text).toContain("The monthly parking fee is 35 pounds.");
    expect(reply?.citations).toHaveLength(1);
  });

  it.each([
    ["there are no documents in another one", aChatModel(translated(TRANSLATION)), ["zh"]],
    ["the translation is none", aChatModel(translated("停车费是多少？")), ["en"]],
    [
      "the translation has a number that nobody said",
      aChatModel(translated("Is the fee 99 a month?")),
      ["en"],
    ],
    ["the model writes something else", aChatModel("Parking is 35 pounds."), ["en"]],
    ["the model fails", aChatModel(new Error("away")), ["en"]],
  ] satisfies readonly (readonly [string, ChatModel, readonly Language[]])[])(
    "is not translated where %s",
    async (_, chatModel, languages) => {
      const retriever = anIndex(languages);

      const reply = await startDialogue({ chatModel, retriever }).say(QUESTION);

      expect(retriever.queries.every((query) => query.startsWith(QUESTION))).toBe(true);
      expect(reply?.decision).not.toBe("answer");
      expect(reply?.translation).toBeUndefined();
    },
  );

  it("costs no word of the model where the first search answers", async () => {
    const chatModel = aChatModel("The monthly parking fee is 35 pounds [1].");

    const reply = await startDialogue({ chatModel, retriever: anIndex(["en", "zh"]) }).say(
      TRANSLATION,
    );

    expect(reply?.decision).toBe("answer");
    expect(chatModel.requests).toHaveLength(1);
  });
});
