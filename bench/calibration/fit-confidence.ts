import {
  areaUnderCurve,
  type Calibration,
  calibrationError,
  type FeatureName,
  fitLogistic,
  type Judged,
  probability,
} from "../../flows/index.ts";
import type { ConfidenceExample, Origin } from "./examples.ts";

/** How much each origin counts beside the questions that can be answered: about six in ten can. */
const SHARES: Readonly<Record<Origin, number>> = {
  gold: 1,
  removed: 0.25,
  foreign: 0.3,
  unanswerable: 0.1,
};

/** Questions about a handbook and a product count more than those about encyclopedia articles. */
const OWN_SHARE = 3;

function weightsOf(examples: readonly ConfidenceExample[]): readonly number[] {
  const sizes = new Map<string, number>();
  const keyOf = (example: ConfidenceExample): string => `${example.set}/${example.origin}`;
  for (const example of examples) sizes.set(keyOf(example), (sizes.get(keyOf(example)) ?? 0) + 1);
  return examples.map((example) => {
    const share = SHARES[example.origin] * (example.set === "own" ? OWN_SHARE : 1);
    return (100 * share) / (sizes.get(keyOf(example)) ?? 1);
  });
}

function spreadOf(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** Fits the confidence on these examples over these measurements. */
export function fitConfidence(
  name: string,
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
  l2: number,
): Calibration {
  const scales = names.map((feature) =>
    spreadOf(examples.flatMap(({ vector }) => vector[feature] ?? [])),
  );
  const weights = weightsOf(examples);
  const fitted = fitLogistic(
    examples.map(({ vector, origin }, at) => ({
      values: names.map((feature, index) => {
        const scale = scales[index] ?? { mean: 0, deviation: 1 };
        return ((vector[feature] ?? scale.mean) - scale.mean) / scale.deviation;
      }),
      isPositive: origin === "gold",
      weight: weights[at] ?? 1,
    })),
    l2,
    names.map((feature) => (feature === "absent" ? -1 : 1)),
  );
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  return {
    name,
    status: "fitted",
    provenance: {},
    bias: round(fitted.bias),
    features: names.map((feature, index) => ({
      name: feature,
      mean: round(scales[index]?.mean ?? 0),
      deviation: round(scales[index]?.deviation ?? 1),
      weight: round(fitted.weights[index] ?? 0),
    })),
  };
}

/** Figures of a calibration on examples it has not seen. */
export function judgeConfidence(calibration: Calibration, examples: readonly ConfidenceExample[]) {
  const weights = new Map(weightsOf(examples).map((weight, at) => [examples[at], weight]));
  const judged = (some: readonly ConfidenceExample[]): readonly Judged[] =>
    some.map((example) => ({
      probability: probability(calibration, example.vector),
      isPositive: example.origin === "gold",
      weight: weights.get(example) ?? 1,
    }));
  const against = (origin: Origin): number =>
    areaUnderCurve(
      judged(examples.filter((each) => each.origin === "gold" || each.origin === origin)),
    );
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    n: examples.length,
    auroc: round(areaUnderCurve(judged(examples))),
    aurocSourceRemoved: round(against("removed")),
    aurocForeign: round(against("foreign")),
    aurocUnanswerable: examples.some(({ origin }) => origin === "unanswerable")
      ? round(against("unanswerable"))
      : null,
    ece: round(calibrationError(judged(examples))),
  };
}
