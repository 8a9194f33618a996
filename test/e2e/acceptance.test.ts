import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freshFolder, runCommand } from "../support/cli.ts";

const questionSchema = z.object({
  kind: z.enum(["docs", "handbook", "absent", "ambiguous"]),
  text: z.string(),
  language: z.enum(["en", "zh"]),
  expectedSource: z.string().optional(),
  alsoSources: z.array(z.string()).default([]),
  topics: z.array(z.object({ topic: z.string(), words: z.array(z.string()) })).optional(),
});
type Question = z.infer<typeof questionSchema>;

const answerSchema = z.object({
  decision: z.string(),
  citations: z.array(z.object({ source: z.string() })),
  options: z.array(z.object({ label: z.string() })),
});
type Answer = z.infer<typeof answerSchema>;

interface Asked {
  readonly question: Question;
  readonly answer: Answer;
}

/**
 * Floors one below what was measured (but for strangers-c), so that nothing is lost unnoticed and the edit of a page does not fail. The aims of each
 * set are 18 of 20, 9 of 10 and 8 of 10: most are not reached. All sets were looked at
 * while building, and all but the last two are fitted on (bench/calibrate.ts): their figures are better than those of questions
 * that nobody has seen.
 */
const SETS = [
  { name: "docs-questions", of: [21, 9], docs: 19, absent: 7, ambiguous: 7 },
  { name: "holdout-questions", of: [22, 8], docs: 18, absent: 6, ambiguous: 8 },
  { name: "strangers-a", of: [20, 10], docs: 15, absent: 6, ambiguous: 4 },
  { name: "strangers-b", of: [20, 10], docs: 16, absent: 5, ambiguous: 2 },
  // Run once before anybody had seen its answers, on 2026-11-27: 7 of 20, 5 of 10, 1 of 10.
  { name: "strangers-final", of: [20, 10], docs: 12, absent: 7, ambiguous: 2 },
  // Run once before anybody had seen its answers, later that day: 18 of 20, 9 of 10, 7 of 10. Its floors are the aims.
  { name: "strangers-c", of: [20, 10], docs: 18, absent: 9, ambiguous: 8 },
  // Run once before anybody had seen its answers, after decision 052: 13 of 20, 8 of 10, 7 of 10.
  { name: "strangers-d", of: [20, 10], docs: 13, absent: 7, ambiguous: 6 },
] as const;
const asked = new Map<string, readonly Asked[]>();

function readQuestions(name: string): readonly Question[] {
  const url = new URL(`./questions/${name}.json`, import.meta.url);
  return z.array(questionSchema).parse(JSON.parse(readFileSync(url, "utf8")));
}

const START_MS = 180_000;

/** All sets in one process: starting it takes longer than answering. */
beforeAll(async () => {
  const sets = SETS.map(({ name }) => ({ name, questions: readQuestions(name) }));
  const texts = sets.flatMap(({ questions }) => questions.map(({ text }) => text));
  const input = texts.map((text) => JSON.stringify({ text })).join("\n");
  const dataDir = freshFolder();
  const { stdout } = await runCommand(["ask", "--batch", "-", "--json"], { dataDir, input });
  const answers = stdout
    .trim()
    .split("\n")
    .map((line) => answerSchema.parse(JSON.parse(line)));
  let at = 0;
  for (const { name, questions } of sets) {
    const own = answers.slice(at, at + questions.length);
    at += questions.length;
    asked.set(
      name,
      questions.flatMap((question, index) => {
        const answer = own[index];
        return answer === undefined ? [] : [{ question, answer }];
      }),
    );
  }
}, 2 * START_MS);

function isAnsweredFrom({ question, answer }: Asked): boolean {
  const first = answer.citations[0]?.source ?? "";
  const accepted = [question.expectedSource ?? "?", ...question.alsoSources];
  return answer.decision === "answer" && accepted.some((page) => first.endsWith(page));
}

function isDeclined({ answer }: Asked): boolean {
  return answer.decision === "decline";
}

/** It asks back, and at least two of the readings that a reader of the handbook would name are offered. */
function isAskedBack({ question, answer }: Asked): boolean {
  if (answer.decision !== "clarify") return false;
  const labels = answer.options.map(({ label }) => label.toLowerCase());
  const offered = (question.topics ?? []).filter(({ words }) =>
    words.some((word) => labels.some((label) => label.includes(word.toLowerCase()))),
  );
  return offered.length >= 2;
}

/** The questions for which it went wrong, so that a failure says which. */
function wrong(set: string, kind: Question["kind"], isRight: (asked: Asked) => boolean) {
  const all = (asked.get(set) ?? []).filter(({ question }) => question.kind === kind);
  const missed = all.filter((one) => !isRight(one));
  return {
    of: all.length,
    missed: missed.map(({ question, answer }) => ({
      question: question.text,
      decision: answer.decision,
      first: answer.citations[0]?.source.split("/").slice(-2).join("/") ?? null,
    })),
  };
}

describe.each(SETS)(
  "$name over the sample knowledge, without a model: at least $docs, $absent and $ambiguous of $of and 10",
  (set) => {
    it("answers questions about the docs with the right document first", () => {
      const { of, missed } = wrong(set.name, "docs", isAnsweredFrom);

      expect(of).toBe(set.of[0]);
      expect(of - missed.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(set.docs);
    });

    it("declines questions that are not in the documents", () => {
      const { of, missed } = wrong(set.name, "absent", isDeclined);

      expect(of).toBe(set.of[1]);
      expect(of - missed.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(
        set.absent,
      );
    });

    it("asks back on ambiguous handbook questions", () => {
      const { of, missed } = wrong(set.name, "ambiguous", isAskedBack);

      expect(of).toBe(10);
      expect(of - missed.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(
        set.ambiguous,
      );
    });
  },
);
