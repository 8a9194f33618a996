import {
  type Assessment,
  assess,
  type Calibration,
  DEFAULT_DIALOGUE_SETTINGS,
  type FeatureName,
  quoteAnswer,
  weigh,
} from "../../flows/index.ts";
import type { AmbiguityExample, ConfidenceExample } from "../../src/cli/evaluation/examples.ts";
import { fitAmbiguity } from "../../src/cli/evaluation/fit-ambiguity.ts";
import { fitConfidence } from "../../src/cli/evaluation/fit-confidence.ts";
import type { Language } from "../../src/core/index.ts";
import type { AskedQuestion } from "./own-examples.ts";
import type { OwnQuestion } from "./own-questions.ts";

/** What the fits are made of. */
export interface LeftOutOptions {
  readonly confidence: Readonly<Record<Language, readonly ConfidenceExample[]>>;
  readonly names: Readonly<Record<Language, readonly FeatureName[]>>;
  readonly ambiguity: readonly AmbiguityExample[];
  readonly l2: number;
}

interface Models {
  readonly confidence: Readonly<Record<Language, Calibration>>;
  readonly ambiguity: ReturnType<typeof fitAmbiguity>;
}

function fitWithout(set: string, options: LeftOutOptions): Models {
  const { confidence, names, ambiguity, l2 } = options;
  const modelOf = (language: Language): Calibration => {
    const seen = confidence[language].filter((each) => each.set !== set);
    return fitConfidence("left-out", seen, names[language], l2);
  };
  return {
    confidence: { en: modelOf("en"), zh: modelOf("zh") },
    ambiguity: fitAmbiguity(ambiguity.filter((each) => each.set !== set)),
  };
}

/** Passages from which an answer is quoted. */
const QUOTED = DEFAULT_DIALOGUE_SETTINGS.answerPassages;

function isOfPage({ question, found }: AskedQuestion): boolean {
  const passages = found.passages.slice(0, QUOTED).map(({ passage }) => passage);
  const first = quoteAnswer(question.text, passages)?.citations[0]?.source ?? "";
  return question.pages.some((page) => first.endsWith(`/${page}`));
}

function isOffered({ topics }: OwnQuestion, { readings }: Assessment): boolean {
  const labels = readings.map(({ label }) => label.toLowerCase());
  const offered = topics.filter(({ words }) =>
    words.some((word) => labels.some((label) => label.includes(word.toLowerCase()))),
  );
  return offered.length >= 2;
}

/** As the acceptance test judges: the right page first, declined, asked back with two subjects that were meant. */
function isRight(asked: AskedQuestion, models: Models): boolean {
  const { question, language, found } = asked;
  const assessment = assess(
    found,
    { question: question.text, language, reading: null, optionPrefix: "q" },
    DEFAULT_DIALOGUE_SETTINGS,
    { confidence: models.confidence[language], ambiguity: models.ambiguity },
  );
  const verdict = weigh(assessment, DEFAULT_DIALOGUE_SETTINGS);
  if (question.kind === "absent") return verdict === "decline";
  if (question.kind === "ambiguous")
    return verdict === "clarify" && isOffered(question, assessment);
  return (verdict === "answer" || verdict === "answer-unsure") && isOfPage(asked);
}

/**
 * What the acceptance test would measure for each set if confidence and ambiguity had been fitted without it: right
 * ones of all, by kind. The order of passages and the words people use for one another are those of all sets.
 */
export function judgeLeftOut(asked: readonly AskedQuestion[], options: LeftOutOptions) {
  const sets = [...new Set(asked.map(({ question }) => question.set))];
  return sets.map((set) => {
    const models = fitWithout(set, options);
    const own = asked.filter(({ question }) => question.set === set);
    const countOf = (kind: OwnQuestion["kind"]): string => {
      const some = own.filter(({ question }) => question.kind === kind);
      return `${some.filter((each) => isRight(each, models)).length}/${some.length}`;
    };
    return {
      set,
      docs: countOf("docs"),
      absent: countOf("absent"),
      ambiguous: countOf("ambiguous"),
      handbook: countOf("handbook"),
    };
  });
}
