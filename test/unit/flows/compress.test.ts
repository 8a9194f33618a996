import { describe, expect, it } from "vitest";
import { compressPassages, type Room } from "../../../flows/answer/compress.ts";
import { answerPrompt } from "../../../flows/answer/prompt.ts";
import { verify } from "../../../flows/tasks/verify.ts";
import type { Passage } from "../../../src/core/index.ts";
import { aPassage, aTaskContext } from "../../support/flows-builders.ts";

const FILLER = Array.from(
  { length: 12 },
  (_, at) => `Room ${at + 1} is painted in a quiet colour and has a view of the garden.`,
).join(" ");

function promptOf(question: string, passages: readonly Passage[], tokens: number): string {
  const messages = answerPrompt(
    {
      question,
      language: "en",
      passages,
      missing: [],
      turns: [],
      earlierTurns: 0,
      isRegeneration: false,
      tone: null,
      thoughtTokens: null,
      collection: null,
      confidence: null,
      view: null,
      conversationKey: "c",
      userKey: "u",
    },
    tokens,
  );
  return messages.at(-1)?.text ?? "";
}

function aRoom(tokens: number): Room {
  return {
    tokens,
    tokensOf: (text) => text.length,
    aroundOf: (passage) => passage.title.length,
  };
}

describe("passages in a prompt", () => {
  it("are whole where there is room", () => {
    const passages = [
      aPassage(`${FILLER} The key lies in the safe.`),
      aPassage("Nothing.", { document: "b" }),
    ];

    const prompt = promptOf("Where is the key?", passages, 2_000);

    expect(prompt).toContain(`${FILLER} The key lies in the safe.`);
    expect(prompt).toContain("Nothing.");
    expect(prompt).not.toContain("…");
  });

  it("give way to the sentence that answers, wherever it stands, with its neighbours and its number", () => {
    const passages = [
      aPassage(FILLER, { document: "a" }),
      aPassage(FILLER, { document: "b" }),
      aPassage(`${FILLER} Knock first. The spare key lies in the green safe. It opens at nine.`, {
        document: "c",
      }),
    ];

    const prompt = promptOf("Where is the spare key?", passages, 220);

    expect(prompt).toMatch(
      /<passage n="3"[^>]*>\nKnock first\. The spare key lies in the green safe\. It opens at nine\./u,
    );
  });

  it("keep the steps of a list together with the line that announces them", () => {
    const steps = "To reset the token:\n\n1. Open the portal.\n2. Press Reset.\n3. Wait a minute.";
    const passages = [aPassage(`${FILLER}\n\n${steps}\n\n${FILLER}`)];

    const [compressed] = compressPassages("How do I press reset?", passages, aRoom(200));

    expect(compressed?.text).toContain(
      "To reset the token:\n1. Open the portal.\n2. Press Reset.\n3. Wait a minute.",
    );
  });

  it("cost no more than there is room for, and the best one always has something to say", () => {
    const passages = Array.from({ length: 6 }, (_, at) =>
      aPassage(`${FILLER} The key of house ${at} is red.`, { document: `d${at}` }),
    );

    const spent = [40, 100, 300, 900].map((room) =>
      compressPassages("Which key is red?", passages, aRoom(room)).reduce(
        (sum, { passage, text }) => sum + passage.title.length + text.length,
        0,
      ),
    );
    const least = promptOf("Which key is red?", passages, 30);

    expect(spent.map((each, at) => each <= ([40, 100, 300, 900][at] ?? 0))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(spent[3]).toBeGreaterThan(500);
    expect(least).toContain('<passage n="1"');
  });

  it("say in Chinese, too, what was asked", () => {
    const filler = "会议室每周打扫一次。".repeat(40);
    const passages = [
      aPassage(filler, { document: "a", language: "zh" }),
      aPassage(`${filler}备用钥匙放在绿色保险箱里。`, { document: "b", language: "zh" }),
    ];

    const prompt = promptOf("备用钥匙在哪里？", passages, 150);

    expect(prompt).toContain("备用钥匙放在绿色保险箱里。");
  });

  it("are checked whole: a sentence that the prompt left out still supports an answer", () => {
    const passage = aPassage(`${FILLER} The spare key lies in the green safe.`);
    expect(promptOf("What is the view of room 12?", [passage], 60)).not.toContain("spare key");

    const verified = verify(
      {
        question: "What is the view of room 12?",
        language: "en",
        passages: [passage],
        draft: {
          kind: "model",
          text: "The spare key lies in the green safe [1].",
          citations: [],
          isRefusal: false,
        },
        isRegeneration: false,
      },
      aTaskContext(),
    );

    expect(verified.citations.map(({ n, passageId }) => [n, passageId])).toEqual([[1, passage.id]]);
  });
});
