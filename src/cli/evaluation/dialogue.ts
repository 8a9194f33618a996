import { z } from "zod";
import {
  asksWhat,
  assess,
  DEFAULT_DIALOGUE_SETTINGS,
  quoteAnswer,
  weigh,
} from "../../../flows/index.ts";
import type { Knowledge } from "../../../knowledge/index.ts";
import { detectLanguage } from "../../core/index.ts";
import { openCorpus } from "./corpus-knowledge.ts";
import { findAfter } from "./examples.ts";
import { readCorpus, sourceOf } from "./labelled-sets.ts";
import { filesOf, halves, readLines } from "./read-set.ts";
import { confusionOf, type EvalResult, figuresOf, timingsOf } from "./result.ts";
import { readAfter, standingQuestion } from "./rewrite.ts";
import { macroF1, resampled, shareOf } from "./statistics.ts";

const lineSchema = z.object({
  query: z.string(),
  history: z.array(z.object({ role: z.enum(["user", "bot"]), text: z.string() })).default([]),
  gold_ids: z.array(z.string()).default([]),
  answerability: z.enum(["ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED"]),
});
type Line = z.infer<typeof lineSchema>;

const CLASSES = ["answer", "ask", "decline"] as const;
type Decision = (typeof CLASSES)[number];

const EXPECTED: Readonly<Record<Line["answerability"], Decision>> = {
  ANSWERABLE: "answer",
  PARTIAL: "answer",
  UNDERSPECIFIED: "ask",
  UNANSWERABLE: "decline",
};

interface Pair {
  readonly expected: Decision;
  readonly got: Decision;
  readonly tookMs: number;
}

async function decide(line: Line, knowledge: Knowledge): Promise<Decision> {
  const act = readAfter(line.query, line.history);
  // Whether a person is wished for, and other talk that is not about the documents, asks nothing of them.
  if (act.type !== "question") return "decline";
  const { question, dangling = null } = act;
  const language = detectLanguage(question);
  const { found, passages: ordered } = await findAfter(knowledge, question, saidLast(line.history));
  const settings = DEFAULT_DIALOGUE_SETTINGS;
  const assessment = assess(
    found,
    { question, language, reading: null, optionPrefix: "e" },
    settings,
  );
  const verdict = weigh(assessment, settings);
  if (verdict === "clarify") return "ask";
  if (dangling !== null && asksWhat(verdict, dangling)) return "ask";
  if (verdict === "decline") return "decline";
  const passages = ordered.slice(0, settings.answerPassages).map(({ passage }) => passage);
  return quoteAnswer(question, passages) === null ? "decline" : "answer";
}

/** The last answer; the last question where there was none. */
function saidLast(history: Line["history"]): string {
  const at = history.findLastIndex(({ role }) => role === "user");
  const answer = history.slice(at + 1).find(({ role }) => role === "bot")?.text ?? "";
  return answer === "" ? (history[at]?.text ?? "") : answer;
}

/**
 * Among the first five passages, one that answers: the question as asked, and as completed and looked for with what was said
 * last.
 */
async function hitsAt5(lines: readonly Line[], knowledge: Knowledge, isCompleted: boolean) {
  let hits = 0;
  for (const { query, history, gold_ids } of lines) {
    const question = isCompleted ? standingQuestion(query, history) : query;
    const { passages } = await findAfter(knowledge, question, isCompleted ? saidLast(history) : "");
    const gold = new Set(gold_ids.map(sourceOf));
    if (passages.slice(0, 5).some(({ passage }) => gold.has(passage.source))) hits += 1;
  }
  return shareOf(hits, lines.length);
}

/**
 * Plays conversations up to their last question and compares what is decided: answer, ask back or decline. Reported on
 * every second conversation.
 */
export async function evaluateDialogue(
  options: { readonly data: string; readonly corpus: string | null },
  call: { readonly signal: AbortSignal },
): Promise<EvalResult> {
  const [, held] = halves(readLines(filesOf(options.data).questions, lineSchema));
  const { knowledge, close } = await openCorpus(readCorpus(options.data, options.corpus), true);
  try {
    const pairs: Pair[] = [];
    for (const line of held) {
      call.signal.throwIfAborted();
      const start = performance.now();
      const got = await decide(line, knowledge);
      pairs.push({
        expected: EXPECTED[line.answerability],
        got,
        tookMs: performance.now() - start,
      });
    }
    const withGold = held.filter(({ gold_ids }) => gold_ids.length > 0);
    const majority = pairs.map((pair) => ({ ...pair, got: "answer" }));
    const right = pairs.filter(({ expected, got }) => expected === got).length;
    return {
      kind: "dialogue",
      data: options.data,
      n: pairs.length,
      ...figuresOf({
        macroF1: resampled(pairs, (some) => macroF1(some, CLASSES)),
        accuracy: shareOf(right, pairs.length),
        "hit@5": await hitsAt5(withGold, knowledge, true),
      }),
      baseline: figuresOf({
        macroF1: macroF1(majority, CLASSES),
        accuracy: majority.filter(({ expected, got }) => expected === got).length / pairs.length,
        "hit@5": await hitsAt5(withGold, knowledge, false),
      }).metrics,
      timings: timingsOf(pairs.map(({ tookMs }) => tookMs)),
      confusion: confusionOf(pairs),
      note: `On every second conversation; hit@5 on the ${withGold.length} of them with passages that answer. Baseline: always answering, and finding by the question as asked.`,
    };
  } finally {
    await close();
  }
}
