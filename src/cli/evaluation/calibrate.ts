import { type Calibration, indexTerms, isTelling, termsOf } from "../../../flows/index.ts";
import type { Knowledge } from "../../../knowledge/index.ts";
import { openCopiedKnowledge } from "../../compose-calibration.ts";
import { writeOwnCalibration } from "../../compose-own-calibration.ts";
import type { Config } from "../../config.ts";
import { dayOf, FrontdeskError, LANGUAGES, type Language } from "../../core/index.ts";
import { type Io, writeLine } from "../io.ts";
import { table } from "../table.ts";
import { type ConfidenceExample, collect } from "./examples.ts";
import { fitConfidence, judgeConfidence, L2, WITH_SCORE } from "./fit-confidence.ts";
import { type LabelledQuestion, readQuestions } from "./labelled-sets.ts";
import { spread } from "./read-set.ts";

/** What is to be fitted on. */
export interface CalibrateOptions {
  readonly config: Config;
  /** Questions whose `gold_ids` end the address of the document that answers; null makes them out of the documents. */
  readonly data: string | null;
  readonly most: number;
  readonly json: boolean;
}

/** One passage of the documents. */
interface Text {
  readonly source: string;
  readonly section: string;
  readonly text: string;
}

const SALIENT = 3;
/** With fewer examples of a language its numbers would be luck. */
const LEAST_EXAMPLES = 60;

/** Words of a passage that fewest others have. */
function salientWords({ text }: Text, counts: ReadonlyMap<string, number>): string {
  const terms = termsOf(text).filter((term) => isTelling(term) && !term.isVerb);
  const rare = terms.toSorted(
    (left, right) => (counts.get(left.key) ?? 0) - (counts.get(right.key) ?? 0),
  );
  return [...new Set(rare.map(({ surface }) => surface))].slice(0, SALIENT).join(" ");
}

/** Questions out of headings and salient words, each answered by its own passage. */
export function questionsFrom(texts: readonly Text[]): readonly LabelledQuestion[] {
  const counts = new Map<string, number>();
  for (const { text } of texts) {
    for (const word of indexTerms(text).words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return texts.flatMap((text) => {
    const heading = text.section.split(" › ").at(-1) ?? "";
    const salient = salientWords(text, counts);
    return [heading, salient]
      .filter((question) => question.trim() !== "")
      .map((question) => ({ text: question, gold: new Set([text.source]) }));
  });
}

/** Confidence fitted on the examples of one language. */
interface FittedLanguage {
  readonly calibration: Calibration;
  /** What it was fitted on, and how it does on the other half. */
  readonly provenance: {
    readonly examples: number;
    readonly heldOut: ReturnType<typeof judgeConfidence>;
  };
}

function fitOne(
  language: Language,
  examples: readonly ConfidenceExample[],
  data: string,
): FittedLanguage | null {
  const own = examples.filter((each) => each.language === language);
  if (own.length < LEAST_EXAMPLES) return null;
  const fitted = fitConfidence(
    `own-${language}`,
    own.filter(({ half }) => half === 0),
    WITH_SCORE,
    L2.confidence,
  );
  const held = own.filter(({ half }) => half === 1);
  const provenance = {
    date: dayOf(Date.now()),
    data,
    examples: own.length - held.length,
    heldOut: judgeConfidence(fitted, held),
  };
  return { calibration: { ...fitted, provenance }, provenance };
}

function addressed(
  questions: readonly LabelledQuestion[],
  sources: readonly string[],
): readonly LabelledQuestion[] {
  return questions.map(({ text, gold }) => {
    const ends = [...gold].map((id) => id.replace(/#.*$/u, ""));
    return {
      text,
      gold: new Set(sources.filter((source) => ends.some((end) => source.endsWith(end)))),
    };
  });
}

/**
 * Fits confidence on a team's own questions, or on questions made out of its documents, and keeps it in the data directory:
 * each question is asked with its documents and without them. One half is fitted on, the other one reported.
 *
 * @throws FrontdeskError `usage` when there are too few questions, `source_empty` when nothing is ingested
 */
export async function runCalibrate(
  options: CalibrateOptions,
  io: Io,
  call: { readonly signal: AbortSignal },
): Promise<number> {
  const { config, data, most } = options;
  const { knowledge, passages, close } = await openCopiedKnowledge(config, call);
  try {
    const sources = [...new Set(passages.map(({ source }) => source))];
    const questions =
      data === null ? questionsFrom(passages) : addressed(readQuestions(data), sources);
    const examples = await examplesOf(knowledge, spread(questions, most));
    const name = data ?? "headings and salient words of the documents";
    const [en = null, zh = null] = LANGUAGES.map((language) => fitOne(language, examples, name));
    if (en === null && zh === null) {
      throw new FrontdeskError(
        "usage",
        `${examples.length} examples are too few: give at least ${LEAST_EXAMPLES / 2} questions of one language whose documents are ingested.`,
      );
    }
    const kept = { en: en?.calibration ?? null, zh: zh?.calibration ?? null };
    const path = writeOwnCalibration(config, kept);
    report({ en, zh }, path, options, io);
    return 0;
  } finally {
    await close();
  }
}

async function examplesOf(
  knowledge: Knowledge,
  questions: readonly LabelledQuestion[],
): Promise<readonly ConfidenceExample[]> {
  const { confidence } = await collect(knowledge, "own/questions", questions, [], (id) => id);
  return confidence;
}

const NAMES: Readonly<Record<Language, string>> = { en: "English", zh: "Chinese" };

function share(value: number | null): string {
  return value === null ? "–" : value.toFixed(3);
}

/** Prints what was fitted, and how it does on the half of the questions that it was not fitted on. */
export function report(
  fitted: Readonly<Record<Language, Pick<FittedLanguage, "provenance"> | null>>,
  path: string,
  { json }: Pick<CalibrateOptions, "json">,
  io: Io,
): void {
  if (json) {
    const figures = LANGUAGES.map((name) => [name, fitted[name]?.provenance ?? null] as const);
    writeLine(
      io.stdout,
      JSON.stringify({ kind: "calibration", path, ...Object.fromEntries(figures) }),
    );
    return;
  }
  const rows = LANGUAGES.flatMap((language) => {
    const provenance = fitted[language]?.provenance;
    if (provenance === undefined) return [];
    const { examples, heldOut } = provenance;
    const figures = [share(heldOut.auroc), share(heldOut.ece)];
    return [[NAMES[language], String(examples), String(heldOut.n), ...figures]];
  });
  const head = ["language", "fitted on", "tried on", "AUROC", "calibration error"];
  writeLine(io.stdout, table([head, ...rows]));
  writeLine(
    io.stdout,
    "Each question is asked with its document and without it. AUROC: 1 tells both apart every time, 0.5 is chance. Calibration error: how far confidence is from how often it is right.",
  );
  for (const language of LANGUAGES.filter((one) => fitted[one] === null)) {
    writeLine(io.stdout, `${NAMES[language]}: too few questions; it stays as it is shipped.`);
  }
  writeLine(io.stdout, `Written to ${path}; it counts from the next start.`);
}
