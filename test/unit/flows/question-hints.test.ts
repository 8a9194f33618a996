import { describe, expect, it } from "vitest";
import { difficultyOf } from "../../../models/router/difficulty.ts";
import type { QuestionHints } from "../../../src/ports/chat-model.ts";
import type { Retriever } from "../../../src/ports/retriever.ts";
import { aPassage } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { aRetriever } from "../../support/flows-knowledge.ts";

const OFFICES = ["Bristol", "Leeds", "York", "Derby", "Bath", "Truro", "Ripon", "Wells"];
const PARKING = OFFICES.map((office, index) =>
  aPassage(`Parking at the ${office} office is free for ${index + 2} hours.`, {
    document: office,
    title: office,
    section: "Parking",
  }),
);
const PLAIN = "How many days of annual leave do I get?";

/** What a router learns of the last of these questions, as the dialogue asks them. */
async function hintsOf(
  questions: readonly string[],
  retriever: Retriever = aRetriever(),
): Promise<QuestionHints> {
  const chatModel = aChatModel("Nothing that is in the documents.");
  const settings = { ...QUICK_SETTINGS, answerAt: 0.1, clarifyAt: 0.05, ambiguousAt: 1 };
  const dialogue = startDialogue({ chatModel, retriever, settings });
  for (const question of questions) await dialogue.say(question);
  const hints = chatModel.requests.findLast((request) => request.hints !== undefined)?.hints;
  if (hints === undefined) throw new Error("the model was not asked");
  return hints;
}

describe("what a router is told of a question", () => {
  it("is no reason to call a plain one hard", async () => {
    expect(difficultyOf(await hintsOf([PLAIN]))).toBe(0);
  });

  it("has more passages where the answer has to be put together", async () => {
    const one = await hintsOf([PLAIN]);
    const many = await hintsOf(["Where is parking free at the office?"], aRetriever(PARKING));

    expect(one.passages).toBeLessThan(4);
    expect(many.passages).toBe(8);
    expect(difficultyOf({ ...many, confidence: 1 })).toBe(1);
  });

  it("has the questions before it, as many as make a long conversation", async () => {
    const { earlierTurns, ...rest } = await hintsOf(Array.from({ length: 5 }, () => PLAIN));

    expect(earlierTurns).toBe(4);
    expect(difficultyOf({ ...rest, earlierTurns })).toBe(1);
  });

  it("has the length of a long one", async () => {
    const hints = await hintsOf([`${PLAIN} ${"I joined in March and work four days. ".repeat(5)}`]);

    expect(difficultyOf({ ...hints, confidence: 1, passages: 1 })).toBe(1);
  });

  it("has the doubt where the passages hardly answer", async () => {
    const hints = await hintsOf(["How many days of leave for moving house?"]);

    expect(hints.confidence).toBeLessThan(0.55);
    expect(difficultyOf({ ...hints, passages: 1 })).toBe(1);
  });
});
