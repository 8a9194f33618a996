import {
  areaUnderCurve,
  type Calibration,
  calibrationError,
  type FeatureName,
  fitCalibration,
  type Judged,
  probability,
} from "../../../flows/index.ts";
import type { ConfidenceExample, Origin } from "./examples.ts";
import { variedOnly } from "./varied.ts";

/** What is measured without vectors. */
export const BY_WORDS: readonly FeatureName[] = [
  "topStrong",
  "length",
  "crowd",
  "named",
  "unseen",
  "unitOwn",
  "nouns",
  "rarest",
  "ahead",
  "unfit",
  "fit",
  "sameDocument",
];
/** The score of the first passage is another thing with vectors than without. */
export const WITH_SCORE: readonly FeatureName[] = [...BY_WORDS, "score"];
/** What is measured of texts without headings: also how the sentences that speak most of a question differ from it. */
export const PLAIN: readonly FeatureName[] = [
  // Not the length: questions of the public sets are long, and short ones are no harder.
  ...WITH_SCORE.filter((name) => name !== "length"),
  "negated",
  "opposed",
  "elsewhere",
  "gap",
  "strangeNames",
  "strangeNumbers",
  "pairs",
  "scattered",
  "extreme",
  "missingRarity",
  "margin",
  "ample",
];
/** How strongly weights are held back, by what is fitted. */
export const L2 = { rank: 0.6, confidence: 0.02 } as const;

/** Below this a question is declined. */
const LEAST_CONFIDENCE = 0.4;

function round3(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** How much each origin counts beside the questions that can be answered: about six in ten can. */
const SHARES: Readonly<Record<Origin, number>> = {
  gold: 1,
  removed: 0.25,
  foreign: 0.45,
  unanswerable: 0.1,
};

/**
 * The same for texts without headings: half of the questions can be answered, and most of the others are on topic, so that the
 * confidence is not too high where people ask for what articles nearly say.
 */
const PLAIN_SHARES: Readonly<Record<Origin, number>> = {
  gold: 1,
  removed: 0.1,
  foreign: 0.05,
  unanswerable: 0.85,
};
/** Where a set has no unanswerable questions of its own. */
const PLAIN_SHARES_WITHOUT: Readonly<Record<Origin, number>> = {
  gold: 1,
  removed: 0.8,
  foreign: 0.2,
  unanswerable: 0,
};

/** How much an example counts by its origin. */
export type SharesOf = (example: ConfidenceExample) => number;

const usualShares: SharesOf = (example) =>
  SHARES[example.origin] * (isOwn(example) ? OWN_SHARE : 1);

/**
 * Shares for texts without headings: each question counts the same, whatever the size of its set. Whether a set has unanswerable
 * questions is told by the examples.
 */
export function plainSharesOf(examples: readonly ConfidenceExample[]): SharesOf {
  const hard = new Set(
    examples.filter(({ origin }) => origin === "unanswerable").map(({ set }) => set),
  );
  const answered = new Map<string, number>();
  for (const { set, origin } of examples) {
    if (origin === "gold") answered.set(set, (answered.get(set) ?? 0) + 1);
  }
  return ({ set, origin }) =>
    (answered.get(set) ?? 0) * (hard.has(set) ? PLAIN_SHARES : PLAIN_SHARES_WITHOUT)[origin];
}

/** Questions about a handbook and a product count more than those about encyclopedia articles. */
const OWN_SHARE = 1.5;

function isOwn({ set }: ConfidenceExample): boolean {
  return set.startsWith("own/");
}

/** Signs that weights keep: more that is missing and more that competes never make an answer likelier. */
const SIGNS: Partial<Record<FeatureName, 1 | -1 | 0>> = {
  absent: -1,
  crowd: -1,
  length: 0,
  telling: 0,
  unseen: -1,
  unfit: -1,
  rarest: 0,
  sameDocument: 0,
  negated: -1,
  opposed: -1,
  elsewhere: -1,
  gap: -1,
  strangeNames: -1,
  strangeNumbers: -1,
  scattered: -1,
  extreme: -1,
  missingRarity: -1,
};

function weightsOf(examples: readonly ConfidenceExample[], sharesOf: SharesOf): readonly number[] {
  const sizes = new Map<string, number>();
  const keyOf = (example: ConfidenceExample): string => `${example.set}/${example.origin}`;
  for (const example of examples) sizes.set(keyOf(example), (sizes.get(keyOf(example)) ?? 0) + 1);
  return examples.map((example) => (100 * sharesOf(example)) / (sizes.get(keyOf(example)) ?? 1));
}

/**
 * Fits the confidence on these examples over these measurements. Within a set whose questions all have the same value a
 * measurement counts as not made: it could tell nothing but which set a question is from, such as one with a single passage
 * in each document.
 */
export function fitConfidence(
  name: string,
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
  l2: number,
  sharesOf: SharesOf = usualShares,
): Calibration {
  const weights = weightsOf(examples, sharesOf);
  const measured = variedOnly(examples, names);
  return fitCalibration(
    name,
    examples.map((example, at) => ({
      vector: measured[at] ?? example.vector,
      isPositive: example.origin === "gold",
      weight: weights[at] ?? 1,
    })),
    names,
    { l2, signs: SIGNS },
  );
}

/** How the project's own questions would be told apart by a fit that has not seen their set. */
export function crossJudge(
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
  l2: number,
) {
  const sets = [...new Set(examples.filter(isOwn).map(({ set }) => set))];
  const judged = sets.flatMap((set) => {
    const calibration = fitConfidence(
      "cross",
      examples.filter((each) => each.set !== set),
      names,
      l2,
    );
    return examples
      .filter((each) => each.set === set && each.origin !== "removed")
      .map(({ vector, origin }) => ({
        probability: probability(calibration, vector),
        isPositive: origin === "gold",
      }));
  });
  return {
    n: judged.length,
    ...atThreshold(judged, LEAST_CONFIDENCE),
    auroc: round3(areaUnderCurve(judged)),
  };
}

function atThreshold(judged: readonly Judged[], threshold: number) {
  const share = (isPositive: boolean): number => {
    const some = judged.filter((each) => each.isPositive === isPositive);
    const above = some.filter((each) => each.probability >= threshold).length;
    return round3((isPositive ? above : some.length - above) / Math.max(1, some.length));
  };
  return { answered: share(true), declined: share(false) };
}

/** Figures of a calibration on examples it has not seen. */
export function judgeConfidence(
  calibration: Calibration,
  examples: readonly ConfidenceExample[],
  sharesOf: SharesOf = usualShares,
) {
  const weights = new Map(
    weightsOf(examples, sharesOf).map((weight, at) => [examples[at], weight]),
  );
  const judged = (some: readonly ConfidenceExample[]): readonly Judged[] =>
    some.map((example) => ({
      probability: probability(calibration, example.vector),
      isPositive: example.origin === "gold",
      weight: weights.get(example) ?? 1,
    }));
  const against = (origin: Origin): number | null => {
    if (!examples.some((each) => each.origin === origin)) return null;
    const some = examples.filter((each) => each.origin === "gold" || each.origin === origin);
    return round3(areaUnderCurve(judged(some)));
  };
  return {
    n: examples.length,
    auroc: round3(areaUnderCurve(judged(examples))),
    aurocSourceRemoved: against("removed"),
    aurocForeign: against("foreign"),
    aurocUnanswerable: against("unanswerable"),
    ece: round3(calibrationError(judged(examples))),
  };
}
