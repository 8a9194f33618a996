import { DEFAULT_DIALOGUE_SETTINGS, weigh } from "../../../flows/index.ts";
import { type Io, writeLine } from "../io.ts";
import { table } from "../table.ts";
import { upperBound } from "./clopper-pearson.ts";
import type { Asked } from "./confidence.ts";
import { halves } from "./read-set.ts";

/** What a threshold would have meant. */
export interface ThresholdRow {
  readonly answerAt: number;
  /** Shares of all questions. */
  readonly answered: number;
  readonly unsure: number;
  readonly askedBack: number;
  readonly declined: number;
  /** Share of the plain answers that do not come from a text that answers. */
  readonly wrong: number;
  /** What that share is at most, with 95 % certainty. */
  readonly wrongAtMost: number;
}

/** What `eval thresholds` prints. */
export interface Thresholds {
  readonly data: string;
  readonly n: number;
  readonly rows: readonly ThresholdRow[];
  /** The lowest one at which wrong answers stay below the target on one half of the questions; null when none does. */
  readonly chosen: number | null;
  /** How the chosen one does on the other half. */
  readonly held: ThresholdRow | null;
  readonly target: number;
}

/** What a threshold would have meant for these questions. */
export function rowAt(answerAt: number, asked: readonly Asked[]): ThresholdRow {
  const { clarifyAt } = DEFAULT_DIALOGUE_SETTINGS;
  const settings = {
    ...DEFAULT_DIALOGUE_SETTINGS,
    answerAt,
    clarifyAt: Math.min(clarifyAt, answerAt),
  };
  const verdicts = asked.map(({ assessment }) => weigh(assessment, settings));
  const share = (verdict: (typeof verdicts)[number]): number =>
    verdicts.filter((each) => each === verdict).length / Math.max(1, asked.length);
  const answered = asked.filter((_, at) => verdicts[at] === "answer");
  const wrong = answered.filter(({ isRight }) => !isRight).length;
  return {
    answerAt,
    answered: share("answer"),
    unsure: share("answer-unsure"),
    askedBack: share("clarify"),
    declined: share("decline"),
    wrong: answered.length === 0 ? 0 : wrong / answered.length,
    wrongAtMost: upperBound(wrong, answered.length),
  };
}

const STEPS = [0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95] as const;
const [LEAST, MOST] = [20, 99];

/** Tries thresholds on one half of the questions, chooses by the bound, and reports the choice on the other half. */
export function tryThresholds(data: string, asked: readonly Asked[], target: number): Thresholds {
  const [first, second] = halves(asked);
  const candidates = Array.from({ length: MOST - LEAST + 1 }, (_, at) => (LEAST + at) / 100);
  const chosen = candidates.find((at) => rowAt(at, first).wrongAtMost <= target) ?? null;
  return {
    data,
    n: asked.length,
    rows: STEPS.map((at) => rowAt(at, asked)),
    chosen,
    held: chosen === null ? null : rowAt(chosen, second),
    target,
  };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function sentenceOf(row: ThresholdRow): string {
  return `at ${row.answerAt.toFixed(2)} you would have answered ${percent(row.answered)}, ${percent(row.wrong)} of that wrong (at most ${percent(row.wrongAtMost)}), asked back ${percent(row.askedBack)}, declined ${percent(row.declined)}`;
}

/** Prints what thresholds would have meant. */
export function printThresholds(
  result: Thresholds,
  options: { readonly json: boolean },
  io: Io,
): void {
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(result));
    return;
  }
  const rows = result.rows.map((row) => [
    row.answerAt.toFixed(2),
    ...[row.answered, row.wrong, row.wrongAtMost, row.unsure, row.askedBack, row.declined].map(
      percent,
    ),
  ]);
  const head = ["answerAt", "answered", "wrong", "at most", "with doubt", "asked back", "declined"];
  writeLine(io.stdout, `${result.data} (${result.n} questions)`);
  writeLine(io.stdout, table([head, ...rows]));
  writeLine(
    io.stdout,
    "Wrong: of the plain answers, those that no text supports; at most so many of all, with a certainty of 95 %.",
  );
  writeLine(
    io.stdout,
    result.held === null
      ? `No threshold keeps wrong answers below ${percent(result.target)} for sure on these questions.`
      : `Chosen on one half for at most ${percent(result.target)} wrong; on the other half: ${sentenceOf(result.held)}.`,
  );
}
