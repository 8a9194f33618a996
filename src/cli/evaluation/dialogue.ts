import { z } from "zod";
import {
  assess,
  DEFAULT_DIALOGUE_SETTINGS,
  quoteAnswer,
  readMessage,
  weigh,
} from "../../../flows/index.ts";
import type { Knowledge } from "../../../knowledge/index.ts";
import { detectLanguage } from "../../core/index.ts";
import { openCorpus } from "./corpus-knowledge.ts";
import { find } from "./examples.ts";
import { readCorpus, sourceOf } from "./labelled-sets.ts";
import { filesOf, halves, readLines } from "./read-set.ts";
import { confusionOf, type EvalResult, figuresOf, timingsOf } from "./result.ts";
import { standingQuestion } from "./rewrite.ts";
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
  const question = standingQuestion(line.query, line.history);
  const language = detectLanguage(question);
  const found = await find(knowledge, question);
  const settings = DEFAULT_DIALOGUE_SETTINGS;
  const assessment = assess(
    found,
    { question, language, reading: null, optionPrefix: "e" },
    settings,
  );
  const verdict = weigh(assessment, settings);
  if (verdict === "clarify") return "ask";
  if (verdict === "decline") return "decline";
  const passages = found.passages.slice(0, settings.answerPassages).map(({ passage }) => passage);
  return quoteAnswer(question, passages) === null ? "decline" : "answer";
}

/** Whether a person is wished for, and other talk that is not about the documents, counts as asking nothing of them. */
function isQuestion({ query, history }: Line): boolean {
  const { act } = readMessage(
    {
      texts: [query],
      hasAttachments: false,
      chosenOptionId: null,
      language: "en",
      focus: null,
      turns: history.map((turn) => ({
        ...turn,
        at: 0,
        language: detectLanguage(turn.text),
        decision: null,
        name: "",
      })),
      clarification: null,
      hasOfferedPerson: false,
      conversationKey: "eval",
      userKey: "eval",
    },
    { sensitiveTopics: [] },
  );
  return act.type === "question";
}

/** Among the first five passages, one that answers: the question as asked, and as completed. */
async function hitsAt5(lines: readonly Line[], knowledge: Knowledge, isCompleted: boolean) {
  let hits = 0;
  for (const { query, history, gold_ids } of lines) {
    const question = isCompleted ? standingQuestion(query, history) : query;
    const found = await find(knowledge, question);
    const gold = new Set(gold_ids.map(sourceOf));
    if (found.passages.slice(0, 5).some(({ passage }) => gold.has(passage.source))) hits += 1;
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
  const [fitted, held] = halves(readLines(filesOf(options.data).questions, lineSchema));
  const { knowledge, close } = await openCorpus(readCorpus(options.data, options.corpus), true);
  try {
    const pairs: Pair[] = [];
    for (const line of held) {
      call.signal.throwIfAborted();
      const start = performance.now();
      const got = isQuestion(line) ? await decide(line, knowledge) : "decline";
      pairs.push({
        expected: EXPECTED[line.answerability],
        got,
        tookMs: performance.now() - start,
      });
    }
    const withGold = [...fitted, ...held].filter(({ gold_ids }) => gold_ids.length > 0);
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
      note: `On every second conversation; hit@5 on all ${withGold.length} with passages that answer. Baseline: always answering, and finding by the question as asked.`,
    };
  } finally {
    await close();
  }
}
