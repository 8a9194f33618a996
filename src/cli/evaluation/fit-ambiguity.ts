import {
  AMBIGUITY_FEATURES,
  type AmbiguityFeature,
  areaUnderCurve,
  type Calibration,
  fitCalibration,
  probability,
} from "../../../flows/index.ts";
import type { AmbiguityExample } from "./examples.ts";

/** One question in five is ambiguous here; asking back too often costs less than never asking. */
const AMBIGUOUS_WEIGHT = 2;
const L2 = 0.012;
/** A probability from which it is asked back. */
const AMBIGUOUS_FROM = 0.5;
const SIGNS = {
  length: -1,
  terms: -1,
  exact: -1,
  own: -1,
  sameDocument: 0,
  open: 0,
  expanded: 0,
} as const satisfies Partial<Record<AmbiguityFeature, -1 | 0>>;

/** Fits how ambiguous a question is. */
export function fitAmbiguity(examples: readonly AmbiguityExample[]): Calibration<AmbiguityFeature> {
  return fitCalibration(
    "ambiguity",
    examples.map(({ vector, isAmbiguous }) => ({
      vector,
      isPositive: isAmbiguous,
      weight: isAmbiguous ? AMBIGUOUS_WEIGHT : 1,
    })),
    AMBIGUITY_FEATURES,
    { l2: L2, signs: SIGNS },
  );
}

/** Figures for questions whose set was left out of the fit. */
export function crossJudgeAmbiguity(examples: readonly AmbiguityExample[]) {
  const judged = [...new Set(examples.map(({ set }) => set))].flatMap((left) => {
    const calibration = fitAmbiguity(examples.filter(({ set }) => set !== left));
    return examples
      .filter(({ set }) => set === left)
      .map(({ vector, isAmbiguous }) => ({
        probability: probability(calibration, vector),
        isPositive: isAmbiguous,
      }));
  });
  const share = (isPositive: boolean): number => {
    const some = judged.filter((each) => each.isPositive === isPositive);
    const above = some.filter((each) => each.probability >= AMBIGUOUS_FROM).length;
    return Math.round((1000 * above) / Math.max(1, some.length)) / 1000;
  };
  return {
    n: judged.length,
    auroc: Math.round(areaUnderCurve(judged) * 1000) / 1000,
    ambiguousFound: share(true),
    othersTakenForAmbiguous: share(false),
  };
}
