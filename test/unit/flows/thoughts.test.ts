import { describe, expect, it } from "vitest";
import { createDialogueTasks } from "../../../flows/index.ts";
import type { AnswerInput } from "../../../flows/tasks/contracts.ts";
import type { Progress } from "../../../src/core/index.ts";
import type { ChatModel } from "../../../src/ports/chat-model.ts";
import { type Logger, silentLogger } from "../../../src/ports/logger.ts";
import { aPassage, aTaskContext } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { aRetriever } from "../../support/flows-knowledge.ts";

const QUESTION = "How many days of annual leave do I get?";
const GOOD = "Full-time employees get 26 days of annual leave a year [1].";
/** What the scripted model thinks before each answer. */
const THOUGHT = "secret reasoning";
const MANNER = { collection: null, language: null, tone: null } as const;
const INPUT: AnswerInput = {
  question: QUESTION,
  language: "en",
  passages: [aPassage("Full-time employees get 26 days of annual leave a year.")],
  missing: [],
  turns: [],
  earlierTurns: 0,
  isRegeneration: false,
  tone: null,
  thoughtTokens: null,
  collection: null,
  confidence: 0.8,
  view: null,
  conversationKey: "c",
  userKey: "u",
};

async function answer(chatModel: ChatModel = aChatModel(GOOD)) {
  const shown: Progress[] = [];
  const debugged: object[] = [];
  const louder: object[] = [];
  const logger: Logger = {
    ...silentLogger,
    debug: (fields) => void debugged.push(fields),
    info: (fields) => void louder.push(fields),
    warn: (fields) => void louder.push(fields),
    child: () => logger,
  };
  const tasks = createDialogueTasks({
    retriever: aRetriever(),
    chatModel,
    webSearch: null,
    settings: QUICK_SETTINGS,
    logger,
  });
  const context = aTaskContext({ progress: (progress) => shown.push(progress) });
  const draft: unknown = await tasks["answer"]?.(INPUT, context);
  return { draft, shown, debugged, louder };
}

describe("thoughts of a reasoning model", () => {
  it("are shown as a stage and never as words", async () => {
    const { draft, shown } = await answer();

    const stages = shown.map((each) => (each.type === "stage" ? each.stage : each.type));
    expect(stages.slice(0, 4)).toEqual(["reading", "thinking", "writing", "text"]);
    expect(JSON.stringify([draft, shown])).not.toContain(THOUGHT);
  });

  it("are taken back when only their end is marked", async () => {
    const written = "You have 26 days of annual leave, I think. ";
    const scripted = aChatModel(GOOD);
    const { draft, shown } = await answer({
      ...scripted,
      async *generate(request, call) {
        yield { type: "text", text: written };
        yield { type: "retracted" };
        yield* scripted.generate(request, call);
      },
    });

    expect(draft).toMatchObject({ kind: "model", text: GOOD });
    const last = shown.findLastIndex(({ type }) => type === "reset");
    expect(last).toBeGreaterThan(0);
    expect(JSON.stringify(shown.slice(last))).not.toContain("I think");
  });

  it("are kept in the log at debug level only", async () => {
    const { debugged, louder } = await answer();

    expect(debugged).toContainEqual({ conversationId: "c", thoughts: THOUGHT });
    expect(JSON.stringify(louder)).not.toContain(THOUGHT);
  });

  it("may be as long as is set for the channel, else as is set in general", async () => {
    const inChannel = aChatModel(GOOD);
    const inGeneral = aChatModel(GOOD);
    const settings = { ...QUICK_SETTINGS, thoughtTokens: 900 };

    await startDialogue({ chatModel: inChannel, settings }).say(QUESTION, {
      manner: { ...MANNER, thoughtTokens: 64 },
    });
    await startDialogue({ chatModel: inGeneral, settings }).say(QUESTION, { manner: MANNER });

    expect(inChannel.requests[0]?.maxThoughtTokens).toBe(64);
    expect(inGeneral.requests[0]?.maxThoughtTokens).toBe(900);
  });

  it("go with what a router needs to know of the question", async () => {
    const chatModel = aChatModel(GOOD);

    await startDialogue({ chatModel }).say(QUESTION, {
      manner: { ...MANNER, collection: "handbook" },
    });

    const hints = chatModel.requests[0]?.hints;
    expect(hints).toMatchObject({ question: QUESTION, earlierTurns: 0, collection: "handbook" });
    expect(hints?.passages).toBeGreaterThan(0);
    expect(hints?.confidence).toBeGreaterThan(0.5);
  });
});
