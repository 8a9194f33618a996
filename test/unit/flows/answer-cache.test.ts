import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type AnswerCacheOutcome, createAnswerCache } from "../../../flows/answer/cache.ts";
import { createDialogueTasks } from "../../../flows/index.ts";
import type { AnswerInput } from "../../../flows/tasks/contracts.ts";
import type { Progress } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { aPassage, aTaskContext } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { QUICK_SETTINGS } from "../../support/flows-dialogue.ts";
import { aRetriever } from "../../support/flows-knowledge.ts";

const LEAVE = aPassage("Full-time employees get 26 days of annual leave.", { section: "Leave" });
const OTHER = aPassage("Part-time employees get less.", { section: "Part-time" });
const INPUT: AnswerInput = {
  question: "How many days of leave?",
  language: "en",
  passages: [LEAVE, OTHER],
  missing: [],
  turns: [],
  earlierTurns: 0,
  isRegeneration: false,
  tone: null,
  thoughtTokens: null,
  collection: null,
  confidence: null,
  view: "view-1",
  conversationKey: "c",
  userKey: "u",
};
const TURN = { role: "user", text: "I am Ann", at: 1, language: "en", decision: null } as const;

function setUp(...scripts: readonly (string | Error)[]) {
  const values = new Map<string, unknown>();
  const outcomes: AnswerCacheOutcome[] = [];
  const model = aChatModel(...(scripts.length === 0 ? ["26 days [1]."] : scripts));
  const cache = createAnswerCache({
    memory: {
      get: async (name) => values.get(name) ?? null,
      set: async (name, value) => void values.set(name, value),
    },
    ttlMs: 1_000,
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    onOutcome: (outcome) => outcomes.push(outcome),
    logger: silentLogger,
  });
  const tasks = createDialogueTasks({
    retriever: aRetriever(),
    chatModel: model,
    cache,
    webSearch: null,
    settings: QUICK_SETTINGS,
    logger: silentLogger,
  });
  return {
    model,
    outcomes,
    values,
    async answer(change: Partial<AnswerInput> = {}) {
      const shown: Progress[] = [];
      const context = aTaskContext({ progress: (progress) => shown.push(progress) });
      const draft: unknown = await tasks["answer"]?.({ ...INPUT, ...change }, context);
      const text = shown.map((each) => (each.type === "text" ? each.delta : "")).join("");
      return { draft, text };
    },
  };
}

describe("the answer cache", () => {
  it("gives an answer again without asking the model, and shows it", async () => {
    const { answer, model, outcomes } = setUp();

    const first = await answer();
    const second = await answer({ conversationKey: "d", userKey: "v" });

    expect(second).toEqual(first);
    expect(second.text).toBe("26 days. [1]");
    expect(model.requests).toHaveLength(1);
    expect(outcomes).toEqual(["miss", "stored", "hit"]);
  });

  it.each([
    "  how many days of LEAVE ??",
    "“How many days of leave?”",
    "ＨＯＷ many days of leave",
  ])("takes %j for the same question", async (question) => {
    const { answer, model } = setUp();

    await answer();
    await answer({ question });

    expect(model.requests).toHaveLength(1);
  });

  it.each<[string, Partial<AnswerInput>]>([
    ["another question", { question: "How many days of sick leave?" }],
    ["a question that says the opposite", { question: "How many days of leave not?" }],
    ["other readers, or documents that have changed", { view: "view-2" }],
    ["readers of whom nothing is known", { view: null }],
    ["another language", { language: "zh" }],
    ["another tone", { tone: "formal" }],
    ["another collection", { collection: "hr" }],
    ["a second try after the check", { isRegeneration: true }],
    ["a source that was not found this time", { passages: [OTHER] }],
    ["a page of the web", { passages: [LEAVE, { ...OTHER, origin: "web" }] }],
  ])("asks the model for %s", async (_what, change) => {
    const { answer, model } = setUp();

    await answer();
    await answer(change);

    expect(model.requests).toHaveLength(2);
  });

  it("numbers the sources as they were found this time", async () => {
    const { answer } = setUp("26 days [1]. Less for others [2].");

    await answer();
    const again = await answer({ passages: [OTHER, LEAVE] });

    expect(again.draft).toMatchObject({ text: "26 days [2]. Less for others [1]." });
    expect(again.text).toBe("26 days. [1] Less for others. [2]");
  });

  it("keeps nothing that was written with earlier talk in view, but gives what it has", async () => {
    const { answer, model, outcomes } = setUp();
    const turns = [{ ...TURN, name: "Ann" }];

    await answer({ turns });
    await answer();
    await answer({ turns });

    expect(model.requests).toHaveLength(2);
    expect(outcomes).toEqual(["miss", "miss", "stored", "hit"]);
  });

  it.each([
    ["a refusal", "NOT_IN_DOCUMENTS"],
    ["an answer without sources", "26 days."],
    ["an answer with a source that is none", "26 days [7]."],
    ["half an answer", new Error("down")],
  ])("does not keep %s", async (_what, script) => {
    const { answer, values } = setUp(script);

    await answer();

    expect(values.size).toBe(0);
  });

  it("asks the model when the store is away or holds something else", async () => {
    const { answer, model, values } = setUp();
    await answer();
    for (const name of values.keys()) values.set(name, { text: 1 });

    await answer();

    expect(model.requests).toHaveLength(2);
  });

  it("tells neither the question nor the person by its names", async () => {
    const { answer, values } = setUp();

    await answer();

    expect([...values.keys()].join()).toMatch(/^answer:[0-9a-f]{64}$/u);
  });
});
