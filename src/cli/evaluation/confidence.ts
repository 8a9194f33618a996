import {
  type Assessment,
  areaUnderCurve,
  assess,
  calibrationError,
  DEFAULT_DIALOGUE_SETTINGS,
  type Found,
  type Judged,
  quoteAnswer,
} from "../../../flows/index.ts";
import { detectLanguage } from "../../core/index.ts";
import { openCorpus } from "./corpus-knowledge.ts";
import { find } from "./examples.ts";
import { type LabelledQuestion, readCorpus, readQuestions, sourceOf } from "./labelled-sets.ts";
import { halves, spread } from "./read-set.ts";
import { type EvalResult, figuresOf, timingsOf } from "./result.ts";
import { resampled, shareOf } from "./statistics.ts";

/** A question with what its confidence was, and whether its passages answer it. */
export interface Asked extends Judged {
  readonly question: LabelledQuestion;
  /** Highest score that words alone gave a passage. */
  readonly lexical: number;
  /** The first source that would be quoted answers the question. */
  readonly isRight: boolean;
  readonly assessment: Pick<Assessment, "answerable" | "ambiguous" | "readings">;
  readonly tookMs: number;
}

function isAnsweredBy({ text, gold }: LabelledQuestion, { passages }: Found): boolean {
  const quoted = quoteAnswer(
    text,
    passages.slice(0, DEFAULT_DIALOGUE_SETTINGS.answerPassages).map(({ passage }) => passage),
  );
  const first = quoted?.citations[0]?.source;
  return [...gold].some((id) => sourceOf(id) === first);
}

/** Asks the questions of a set over its own texts, in an index that is thrown away afterwards. */
export async function askAll(
  options: { readonly data: string; readonly corpus: string | null; readonly most: number },
  call: { readonly signal: AbortSignal },
): Promise<readonly Asked[]> {
  const [, held] = halves(readQuestions(options.data));
  const { knowledge, close } = await openCorpus(readCorpus(options.data, options.corpus), true);
  try {
    const asked: Asked[] = [];
    for (const question of spread(held, options.most)) {
      call.signal.throwIfAborted();
      const start = performance.now();
      const language = detectLanguage(question.text);
      const found = await find(knowledge, question.text);
      const assessment = assess(
        found,
        { question: question.text, language, reading: null, optionPrefix: "e" },
        DEFAULT_DIALOGUE_SETTINGS,
      );
      asked.push({
        question,
        probability: assessment.answerable,
        assessment,
        isRight: isAnsweredBy(question, found),
        isPositive: question.gold.size > 0,
        lexical: Math.max(0, ...found.passages.map(({ passage }) => passage.parts.lexical ?? 0)),
        tookMs: performance.now() - start,
      });
    }
    return asked;
  } finally {
    await close();
  }
}

/** How well confidence tells questions that the texts answer from those that they do not. */
export async function evaluateConfidence(
  options: { readonly data: string; readonly corpus: string | null; readonly most: number },
  call: { readonly signal: AbortSignal },
): Promise<EvalResult> {
  const asked = await askAll(options, call);
  const byWords = asked.map((each) => ({ ...each, probability: each.lexical }));
  const { clarifyAt } = DEFAULT_DIALOGUE_SETTINGS;
  const share = (isPositive: boolean) => {
    const some = asked.filter((each) => each.isPositive === isPositive);
    const above = some.filter(({ probability }) => probability >= clarifyAt).length;
    return shareOf(isPositive ? above : some.length - above, some.length);
  };
  return {
    kind: "confidence",
    data: options.data,
    n: asked.length,
    ...figuresOf({
      auroc: resampled(asked, areaUnderCurve),
      ece: resampled(asked, calibrationError),
      answered: share(true),
      declined: share(false),
    }),
    baseline: figuresOf({ auroc: areaUnderCurve(byWords) }).metrics,
    timings: timingsOf(asked.map(({ tookMs }) => tookMs)),
    note: "On every second question (the others may be fitted on); baseline: the top score of BM25.",
  };
}
