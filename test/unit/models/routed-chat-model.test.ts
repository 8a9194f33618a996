import { describe, expect, it } from "vitest";
import { createRoutedChatModel } from "../../../models/index.ts";
import { difficultyOf } from "../../../models/router/difficulty.ts";
import type { ChatModel, ChatRequest, QuestionHints } from "../../../src/ports/chat-model.ts";

const PLAIN: QuestionHints = {
  question: "When does the office open?",
  passages: 3,
  confidence: 0.9,
  earlierTurns: 0,
  collection: null,
};
const request: ChatRequest = {
  messages: [{ role: "user", text: "hello" }],
  conversationKey: "talk",
  userKey: "ann",
  priority: "interactive",
  maxTokens: 10,
  maxThoughtTokens: null,
  temperature: 0,
  jsonSchema: null,
};

function named(name: string): ChatModel {
  return {
    status: () => ({ model: name, state: "ready", reason: null }),
    generate: async function* () {
      yield { type: "text", text: name };
    },
  };
}

async function answeredBy(about: ChatRequest): Promise<string> {
  const model = createRoutedChatModel({ routine: named("small"), hard: named("large") });
  let text = "";
  for await (const event of model.generate(about, { signal: new AbortController().signal })) {
    if (event.type === "text") text += event.text;
  }
  return text;
}

describe("difficulty of a question", () => {
  it.each([
    ["When does the office open?", 0],
    ["Why is my leave shorter than that of others?", 2],
    ["Compare the two insurance plans.", 2],
    ["年假有多少天？", 0],
    ["为什么我的年假比别人少？", 2],
    ["两种保险有什么区别？", 2],
  ])("of %j is %d points by its words", (question, points) => {
    expect(difficultyOf({ ...PLAIN, question })).toBe(points);
  });

  it.each<[string, Partial<QuestionHints>]>([
    ["its length", { question: "word ".repeat(40) }],
    ["its length in Chinese", { question: "年假报销流程说明".repeat(8) }],
    ["many passages", { passages: 6 }],
    ["little confidence", { confidence: 0.45 }],
    ["a long conversation", { earlierTurns: 5 }],
  ])("rises by one with %s", (_, change) => {
    expect(difficultyOf({ ...PLAIN, ...change })).toBe(1);
  });

  it("does not rise where nobody has judged the passages", () => {
    expect(difficultyOf({ ...PLAIN, confidence: null })).toBe(0);
  });
});

describe("router between two models", () => {
  it("gives routine questions to one and hard ones to the other", async () => {
    expect(await answeredBy({ ...request, hints: PLAIN })).toBe("small");
    expect(await answeredBy({ ...request, hints: { ...PLAIN, question: "Why is that so?" } })).toBe(
      "large",
    );
    expect(
      await answeredBy({ ...request, hints: { ...PLAIN, confidence: 0.4, earlierTurns: 6 } }),
    ).toBe("large");
  });

  it("takes work beside answers for routine", async () => {
    expect(await answeredBy(request)).toBe("small");
  });
});
