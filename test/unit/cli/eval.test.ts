import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { upperBound } from "../../../src/cli/evaluation/clopper-pearson.ts";
import type { Asked } from "../../../src/cli/evaluation/confidence.ts";
import { evaluateIntent } from "../../../src/cli/evaluation/intent.ts";
import { filesOf } from "../../../src/cli/evaluation/read-set.ts";
import { printResults } from "../../../src/cli/evaluation/result.ts";
import { evaluateRewrite, tokenF1 } from "../../../src/cli/evaluation/rewrite.ts";
import { macroF1, resampled, shareOf } from "../../../src/cli/evaluation/statistics.ts";
import { rowAt, tryThresholds } from "../../../src/cli/evaluation/thresholds.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function aSet(lines: readonly object[]): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "dev.jsonl"), lines.map((line) => JSON.stringify(line)).join("\n"));
  return folder;
}

function codeOf(run: () => unknown): string {
  try {
    run();
    return "nothing thrown";
  } catch (error) {
    return isFrontdeskError(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("figures of an evaluation", () => {
  it("give the score interval of a share", () => {
    const { value, low, high } = shareOf(9, 10);

    expect([value, low, high].map((each) => Math.round(each * 1000))).toEqual([900, 596, 982]);
    expect(shareOf(0, 0)).toEqual({ value: 0, low: 0, high: 1 });
  });

  it("are resampled alike in every run, around the figure of all", () => {
    const items = Array.from({ length: 50 }, (_, at) => at % 2);
    const mean = (some: readonly number[]): number =>
      some.reduce((sum, each) => sum + each, 0) / some.length;

    const [first, again] = [resampled(items, mean), resampled(items, mean)];

    expect(first).toEqual(again);
    expect(first.value).toBe(0.5);
    expect(first.low).toBeGreaterThan(0.3);
    expect(first.high).toBeLessThan(0.7);
    expect(first.low).toBeLessThan(first.high);
  });

  it("count a class that is never met as nothing", () => {
    const pairs = [
      { expected: "answer", got: "answer" },
      { expected: "ask", got: "answer" },
    ];

    expect(macroF1(pairs, ["answer", "ask"])).toBeCloseTo((2 / 3 + 0) / 2);
  });

  it("compare texts by the words that they share, each as often as both have it", () => {
    expect(tokenF1("Where is the cat?", "where is the dog")).toBeCloseTo(0.75);
    expect(tokenF1("the the the", "the")).toBeCloseTo(0.5);
    expect(tokenF1("年假几天", "年假有几天")).toBeCloseTo((2 * 4) / 9);
  });
});

describe("eval intent", () => {
  it("tells how many wishes for a person are heard, and how many are none", () => {
    const folder = aSet([
      { query: "let me talk to a human", escalate: true },
      { query: "human please", escalate: true },
      { query: "it is all the same to me who", escalate: true },
      { query: "where is the printer", escalate: false },
    ]);

    const [result] = evaluateIntent(folder);

    expect(result).toMatchObject({ kind: "intent", n: 4 });
    expect(result?.metrics).toEqual({ precision: 1, recall: 0.667 });
  });

  it("learns intents from every second line and reports the others", () => {
    const kinds = ["weather", "music"].flatMap((intent) =>
      ["tomorrow", "tonight", "on monday", "now", "please", "again", "once more", "for us"].map(
        (when) => ({
          query: `${intent === "music" ? "play a song" : "will it rain"} ${when}`,
          intent,
          oos: false,
        }),
      ),
    );
    const strangers = ["solve this equation", "translate my letter", "who won the war", "buy shoes"]
      .flatMap((query) => [query, `${query} quickly`])
      .map((query) => ({ query, intent: "oos", oos: true }));

    const [result] = evaluateIntent(aSet([...kinds, ...strangers]));

    expect(result?.n).toBe(12);
    expect(result?.metrics["accuracy"]).toBe(1);
    expect(result?.metrics["oosRecall"]).toBe(1);
    expect(result?.baseline["oosRecall"]).toBe(0);
  });

  it("tells how well intents are told apart where no line is out of scope", () => {
    const lines = ["tomorrow", "tonight", "on monday", "now", "please", "again"].flatMap((when) => [
      { query: `play a song ${when}`, intent: "music", oos: false },
      { query: `play music ${when}`, intent: "music", oos: false },
      { query: `will it rain ${when}`, intent: "weather", oos: false },
      { query: `does it rain ${when}`, intent: "weather", oos: false },
    ]);

    const [result] = evaluateIntent(aSet(lines));

    expect(result?.metrics).toEqual({ accuracy: 1 });
    expect(result?.baseline["accuracy"]).toBe(0.5);
  });

  it("refuses a file in which nothing is labelled", () => {
    expect(codeOf(() => evaluateIntent(aSet([{ query: "hello" }])))).toContain("usage: ");
  });
});

describe("eval rewrite", () => {
  it("compares completed follow-ups with those that people wrote, changed ones apart", () => {
    const folder = aSet([
      { query: "not", rewrite: "not reported" },
      {
        query: "How many days of annual leave are there?",
        rewrite: "How many days of annual leave are there?",
        history: [],
      },
      { query: "not", rewrite: "reported either" },
      {
        query: "And for contractors?",
        rewrite: "How many days of annual leave are there for contractors?",
        history: ["How many days of annual leave are there?"],
      },
    ]);

    const { metrics, baseline } = evaluateRewrite(folder);

    expect(metrics["f1Unchanged"]).toBe(1);
    expect(metrics["f1Changed"]).toBeGreaterThan(baseline["f1Changed"] ?? 1);
  });
});

describe("the files of a set", () => {
  it("are found in a folder, and a line that is not of the form is named", () => {
    const folder = aSet([{ query: "x", escalate: true }]);

    expect(filesOf(folder)).toEqual({ questions: join(folder, "dev.jsonl"), corpus: null });
    expect(codeOf(() => filesOf(join(folder, "none")))).toContain("usage: There is no");
    expect(codeOf(() => evaluateIntent(aSet([{ query: "x" }, { text: "y" }])))).toContain("line 2");
  });
});

describe("printing results", () => {
  const result = {
    kind: "intent",
    data: "set",
    n: 2,
    metrics: { recall: 0.5 },
    intervals: { recall: [0.1, 0.9] },
    baseline: { recall: 0.25 },
    timings: { p50Ms: 1, p95Ms: 2 },
    confusion: { ask: { answer: 1 } },
    note: "Nothing fitted.",
  } as const;

  it("shows each figure with its bounds and the baseline", () => {
    const pipes = fakePipes();

    printResults([result], { json: false }, pipes.io);

    expect(pipes.lines()).toEqual([
      "intent: set (2 questions)",
      "metric  value  95 % interval  baseline",
      "recall  0.500  0.100 – 0.900  0.250",
      "expected → decided:",
      "  ask → answer 1",
      "Nothing fitted. p50 1 ms, p95 2 ms.",
    ]);
  });

  it("prints one object for one result, and a list for several", () => {
    const [one, two] = [fakePipes(), fakePipes()];

    printResults([result], { json: true }, one.io);
    printResults([result, result], { json: true }, two.io);

    expect(JSON.parse(one.stdout())).toEqual(result);
    expect(JSON.parse(two.stdout())).toHaveLength(2);
  });
});

describe("thresholds", () => {
  const ask = (answerable: number, isRight: boolean): Asked => ({
    question: { text: "q", gold: new Set(["a"]) },
    probability: answerable,
    isPositive: true,
    isRight,
    lexical: 0,
    assessment: { answerable, ambiguous: 0, readings: [] },
    tookMs: 1,
  });

  it("are bounded as Clopper and Pearson did", () => {
    expect(upperBound(0, 59)).toBeCloseTo(1 - 0.05 ** (1 / 59), 6);
    expect(upperBound(3, 100)).toBeCloseTo(0.0757, 3);
    expect(upperBound(5, 5)).toBe(1);
    expect(upperBound(0, 0)).toBe(1);
  });

  it("say what would have been answered, with doubt or not at all", () => {
    const asked = [ask(0.9, true), ask(0.8, false), ask(0.5, true), ask(0.1, false)];

    expect(rowAt(0.7, asked)).toMatchObject({
      answered: 0.5,
      wrong: 0.5,
      unsure: 0.25,
      declined: 0.25,
      askedBack: 0,
    });
  });

  it("are chosen on one half by the bound, and reported on the other", () => {
    const asked = Array.from({ length: 400 }, (_, at) =>
      at % 4 < 2 ? ask(0.9, true) : ask(0.6, false),
    );

    const { chosen, held } = tryThresholds("set", asked, 0.05);

    expect(chosen).toBe(0.61);
    expect(held).toMatchObject({ answered: 0.5, wrong: 0 });
    expect(tryThresholds("set", asked.slice(0, 8), 0.05).chosen).toBeNull();
  });
});
