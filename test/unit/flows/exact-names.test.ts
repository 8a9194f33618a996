import { describe, expect, it } from "vitest";
import { measureEvidence } from "../../../flows/confidence/evidence.ts";
import { termsOf } from "../../../flows/language/index.ts";
import { order } from "../../../flows/rank/find.ts";
import { DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/settings.ts";
import { assess } from "../../../flows/tasks/assess.ts";
import { type Passage, passageId, type RankedPassage } from "../../../src/core/index.ts";
import { aPassage } from "../../support/flows-builders.ts";

function ranked(text: string, parts: Partial<Passage>): RankedPassage {
  return {
    ...aPassage(text, parts),
    score: 0.3,
    parts: { vector: null, lexical: 0.3, rerank: null },
  };
}

function find(question: string, passages: readonly RankedPassage[]) {
  return order(passages, question, "en", () => ({ asked: 0.3, expanded: 0.3 }));
}

const CODES = ranked(
  "| source_empty | nothing that can be indexed was found | check the folder |",
  {
    section: "Codes of knowledge",
  },
);
const EMPTY = ranked(
  "When the source is empty, add documents to the folder and load the documents again.",
  {
    section: "How do I load documents from an empty source?",
  },
);

describe("names of something exact", () => {
  it.each([
    ["Error: listen EADDRINUSE: address already in use", ["eaddrinuse"]],
    ["the load said 0 documents, source_empty", ["source_empty"]],
    ["readyz gives me 503", ["503"]],
    ["WHAT DOES THAT MEAN", []],
    ["how many days in 2027", []],
  ])("are told from words: %s", (question, names) => {
    const found = termsOf(question).filter(({ isName }) => isName);

    expect(found.map(({ surface }) => surface)).toEqual(names);
  });

  it("put the passage that holds them as they are written before one about their parts", () => {
    const { passages } = find("the load of documents said source_empty", [EMPTY, CODES]);

    expect(passages[0]?.passage.section).toBe("Codes of knowledge");
  });

  it("are answered from where they stand, and not asked back", () => {
    const other = ranked("source_empty is kept in the log as well.", { section: "Logs" });
    const question = "source_empty";
    const asked = { question, language: "en", reading: null, optionPrefix: "q" } as const;

    const judged = assess(find(question, [CODES, other]), asked, DEFAULT_DIALOGUE_SETTINGS);

    expect(judged.answerable).toBeGreaterThanOrEqual(DEFAULT_DIALOGUE_SETTINGS.answerAt);
    expect(judged.readings).toEqual([]);
  });

  it("take half of the confidence where no passage holds them as they are written", () => {
    const evidenceOf = (question: string) => {
      const { query, scored } = find(question, [EMPTY]);
      return measureEvidence(query, scored).identifiers;
    };

    expect(evidenceOf("source_empty")).toBe("missing");
    expect(evidenceOf("EADDRINUSE 127.0.0.1:8787")).toBe("missing");
    expect(evidenceOf("empty source")).toBe("none");
  });

  it("need not be joined by the numbers of the asker's own machine", () => {
    const port = ranked("Another program has the port (EADDRINUSE).", { section: "Port in use" });
    const { query, scored } = find("EADDRINUSE 127.0.0.1:9191", [port]);

    expect(measureEvidence(query, scored).identifiers).toBe("found");
  });
});

describe("words that nothing has that may be read", () => {
  it("are told by the retriever's rarity, not by the passages at hand", () => {
    const passage = ranked("A car may be parked in the yard.", { section: "Parking" });
    const unseenWith = (rarity: number) => {
      const { query, scored } = order(
        [passage],
        "car lottery",
        "en",
        () => ({ asked: 0.3, expanded: 0.3 }),
        ({ key }) => (key === "car" ? 0.4 : rarity),
      );
      return measureEvidence(query, scored).unseen;
    };

    expect(unseenWith(1)).toBeGreaterThan(0.5);
    expect(unseenWith(0.9)).toBe(0);
  });
});

describe("numbers in texts without headings", () => {
  const articles = (text: string) =>
    Array.from({ length: 24 }, (_, at) =>
      ranked(at === 0 ? text : `Article ${at} speaks of ships and harbours.`, {
        id: passageId(`p${at}`),
        section: "",
      }),
    );
  const confidenceOf = (question: string, text: string): number =>
    assess(
      find(question, articles(text)),
      { question, language: "en", reading: null, optionPrefix: "e" },
      DEFAULT_DIALOGUE_SETTINGS,
    ).answerable;

  it("are found by accident, where the code of an error is not", () => {
    const decade = confidenceOf("Who painted it in the 1540s?", "A bridge was built in the 1540s.");
    const code = confidenceOf("Who raises EBADPORT?", "The bridge ended with EBADPORT.");

    expect(decade).toBeLessThan(0.5);
    expect(code).toBeGreaterThan(decade);
  });
});
