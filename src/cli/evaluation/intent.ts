import { z } from "zod";
import {
  type Calibration,
  fitCalibration,
  type IntentExample,
  type IntentGuess,
  learnIntents,
  probability,
  readMessage,
} from "../../../flows/index.ts";
import { FrontdeskError } from "../../core/index.ts";
import { filesOf, halves, readLines } from "./read-set.ts";
import { type EvalResult, figuresOf, timingsOf } from "./result.ts";
import { shareOf } from "./statistics.ts";

const lineSchema = z.object({
  query: z.string(),
  intent: z.string().optional(),
  oos: z.boolean().optional(),
  escalate: z.boolean().optional(),
});
type Line = z.infer<typeof lineSchema>;

/** Words on which a simple filter would call a person. */
const KEYWORDS =
  /\b(?:human|person|agent|operator|representative|someone|somebody|complaint|complain|claim|reclamation)\b|人工|真人|客服|投诉/iu;

function callsPerson(text: string): boolean {
  const { act } = readMessage(
    {
      texts: [text],
      hasAttachments: false,
      chosenOptionId: null,
      language: "en",
      focus: null,
      turns: [],
      clarification: null,
      hasOfferedPerson: false,
      conversationKey: "eval",
      userKey: "eval",
    },
    { sensitiveTopics: [] },
  );
  return act.type === "person";
}

function precisionAndRecall(lines: readonly Line[], calls: (text: string) => boolean) {
  const judged = lines.map(({ query, escalate }) => ({
    wanted: escalate === true,
    got: calls(query),
  }));
  const right = judged.filter(({ wanted, got }) => wanted && got).length;
  const called = judged.filter(({ got }) => got).length;
  const wanted = judged.filter((each) => each.wanted).length;
  return { precision: shareOf(right, called), recall: shareOf(right, wanted) };
}

/** Wishes for a person and complaints, told from everything else by rules; nothing is fitted, so all lines are reported. */
function evaluateEscalation(lines: readonly Line[], data: string): EvalResult {
  const tookMs: number[] = [];
  const measured = precisionAndRecall(lines, (text) => {
    const start = performance.now();
    const calls = callsPerson(text);
    tookMs.push(performance.now() - start);
    return calls;
  });
  const simple = precisionAndRecall(lines, (text) => KEYWORDS.test(text));
  return {
    kind: "intent",
    data,
    n: lines.length,
    ...figuresOf(measured),
    baseline: figuresOf(simple).metrics,
    timings: timingsOf(tookMs),
    note: "Wishes for a person by rules (nothing fitted); baseline: a list of key words.",
  };
}

const SCOPE_FEATURES = ["probability", "margin", "similarity", "nearest", "known"] as const;
type ScopeFeature = (typeof SCOPE_FEATURES)[number];
type ScopeVector = Readonly<Record<ScopeFeature, number>>;

function logit(p: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, p));
  return Math.log(bounded / (1 - bounded));
}

function scopeVector(guess: IntentGuess): ScopeVector {
  return {
    probability: logit(guess.probability),
    margin: guess.margin,
    similarity: guess.similarity,
    nearest: guess.nearest,
    known: guess.known,
  };
}

const NOTHING_KNOWN: IntentGuess = {
  intent: "",
  probability: 0,
  margin: 0,
  similarity: 0,
  nearest: 0,
  known: 0,
};

interface Guessed {
  readonly line: Line;
  readonly guess: IntentGuess;
}

const FOLDS = 4;

/** Guesses for lines by a model that has not seen them, so that limits can be set on the half that is fitted on. */
function guessesInFolds(lines: readonly Line[]): readonly Guessed[] {
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const model = learnIntents(examplesOf(lines.filter((_, at) => at % FOLDS !== fold)));
    return lines
      .filter((_, at) => at % FOLDS === fold)
      .map((line) => ({ line, guess: model.guess(line.query) ?? NOTHING_KNOWN }));
  });
}

function examplesOf(lines: readonly Line[]): readonly IntentExample[] {
  return lines.flatMap(({ query, intent, oos }) =>
    oos === true || intent === undefined ? [] : [{ text: query, intent }],
  );
}

interface Scope {
  readonly model: Calibration<ScopeFeature>;
  readonly limit: number;
}

/** Questions out of scope are rare in sets and not in life. */
const OUT_OF_SCOPE_SHARE = 0.5;

function inScopeAccuracy(guessed: readonly Guessed[], isKept: (guess: IntentGuess) => boolean) {
  const inside = guessed.filter(({ line }) => line.oos !== true);
  const right = inside.filter(({ line, guess }) => line.intent === guess.intent && isKept(guess));
  return shareOf(right.length, inside.length);
}

function outOfScopeRecall(guessed: readonly Guessed[], isKept: (guess: IntentGuess) => boolean) {
  const outside = guessed.filter(({ line }) => line.oos === true);
  return shareOf(outside.filter(({ guess }) => !isKept(guess)).length, outside.length);
}

/** Fits what tells questions out of scope, and the limit at which the sum of both figures is greatest. */
function fitScope(guessed: readonly Guessed[]): Scope {
  const outside = guessed.filter(({ line }) => line.oos === true).length;
  const inside = guessed.length - outside;
  const model = fitCalibration<ScopeFeature>(
    "scope",
    guessed.map(({ line, guess }) => ({
      vector: scopeVector(guess),
      isPositive: line.oos !== true,
      weight:
        line.oos === true ? OUT_OF_SCOPE_SHARE / Math.max(1, outside) : 1 / Math.max(1, inside),
    })),
    SCOPE_FEATURES,
    { l2: 0.001, signs: { known: 0, margin: 0 } },
  );
  const sumAt = (limit: number): number => {
    const isKept = keeps({ model, limit });
    return inScopeAccuracy(guessed, isKept).value + outOfScopeRecall(guessed, isKept).value;
  };
  const limits = Array.from({ length: 99 }, (_, at) => (at + 1) / 100);
  const limit = limits.reduce((best, each) => (sumAt(each) > sumAt(best) ? each : best), 0.5);
  return { model, limit };
}

function keeps({ model, limit }: Scope): (guess: IntentGuess) => boolean {
  return (guess) => probability(model, scopeVector(guess)) >= limit;
}

/** Without strangers there is nothing to keep out: how well intents are told apart, learnt from the first half. */
function evaluateKnownIntents(lines: readonly Line[], data: string): EvalResult {
  const [fitted, held] = halves(lines);
  const model = learnIntents(examplesOf(fitted));
  const frequent = mostFrequent(examplesOf(fitted).map(({ intent }) => intent));
  const tookMs: number[] = [];
  const right = held.filter(({ query, intent }) => {
    const start = performance.now();
    const guess = model.guess(query);
    tookMs.push(performance.now() - start);
    return guess?.intent === intent;
  });
  return {
    kind: "intent",
    data,
    n: held.length,
    ...figuresOf({ accuracy: shareOf(right.length, held.length) }),
    baseline: figuresOf({
      accuracy: held.filter(({ intent }) => intent === frequent).length / Math.max(1, held.length),
    }).metrics,
    timings: timingsOf(tookMs),
    note: `Learnt on ${fitted.length} questions (every second one), reported on the others, none of them out of scope; baseline: always the most frequent intent.`,
  };
}

function mostFrequent(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** Intents learnt from the first half; the second half is reported. */
function evaluateIntents(lines: readonly Line[], data: string): EvalResult {
  const [fitted, held] = halves(lines);
  const scope = fitScope(guessesInFolds(fitted));
  const model = learnIntents(examplesOf(fitted));
  const tookMs: number[] = [];
  const guessed = held.map((line) => {
    const start = performance.now();
    const guess = model.guess(line.query) ?? NOTHING_KNOWN;
    tookMs.push(performance.now() - start);
    return { line, guess };
  });
  const isKept = keeps(scope);
  const everything = (): boolean => true;
  return {
    kind: "intent",
    data,
    n: held.length,
    ...figuresOf({
      accuracy: inScopeAccuracy(guessed, isKept),
      oosRecall: outOfScopeRecall(guessed, isKept),
    }),
    baseline: figuresOf({
      accuracy: inScopeAccuracy(guessed, everything),
      oosRecall: outOfScopeRecall(guessed, everything),
    }).metrics,
    timings: timingsOf(tookMs),
    note: `Learnt and limit set on ${fitted.length} questions (every second one), reported on the others; baseline: nothing is out of scope.`,
  };
}

/**
 * Measures intents: where lines say `escalate`, how well wishes for a person are heard; where they say `intent`, how
 * well intents are told apart, and where some say `oos`, how well strangers are kept out.
 *
 * @throws FrontdeskError `usage` when the file has neither
 */
export function evaluateIntent(data: string): readonly EvalResult[] {
  const lines = readLines(filesOf(data).questions, lineSchema);
  const results = [
    ...(lines.some(({ escalate }) => escalate === true) ? [evaluateEscalation(lines, data)] : []),
    ...(lines.every(({ escalate }) => escalate === undefined) &&
    lines.some(({ intent }) => intent !== undefined)
      ? [
          lines.some(({ oos }) => oos === true)
            ? evaluateIntents(lines, data)
            : evaluateKnownIntents(lines, data),
        ]
      : []),
  ];
  if (results.length > 0) return results;
  throw new FrontdeskError(
    "usage",
    `${data} has no line with "escalate": true and no intents; give lines of {"query", "escalate"} or {"query", "intent", "oos"}.`,
  );
}
