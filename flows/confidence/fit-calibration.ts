import type { Calibration } from "./calibrator.ts";
import { fitLogistic } from "./fit.ts";

/** A labelled example of what was measured. */
interface Labelled<Name extends string> {
  readonly vector: Readonly<Record<Name, number | null>>;
  readonly isPositive: boolean;
  /** How much it counts. */
  readonly weight: number;
}

/** How a model is fitted. */
export interface FitOptions<Name extends string> {
  readonly l2: number;
  /** Signs that weights keep, 0 for free ones; 1 where nothing is said. */
  readonly signs: Partial<Record<Name, 1 | -1 | 0>>;
}

/** A smaller deviation is nothing but rounding. */
const LEAST_DEVIATION = 1e-4;

function spreadOf(values: readonly number[]): {
  readonly mean: number;
  readonly deviation: number;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance =
    values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  const deviation = Math.sqrt(variance);
  return { mean, deviation: deviation < LEAST_DEVIATION ? 1 : deviation };
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** Fits a logistic model over standardised measurements; what was not measured counts as average. */
export function fitCalibration<Name extends string>(
  name: string,
  examples: readonly Labelled<Name>[],
  names: readonly Name[],
  options: FitOptions<Name>,
): Calibration<Name> {
  const scales = names.map((feature) =>
    spreadOf(examples.flatMap(({ vector }) => vector[feature] ?? [])),
  );
  const fitted = fitLogistic(
    examples.map(({ vector, isPositive, weight }) => ({
      values: names.map((feature, index) => {
        const scale = scales[index] ?? { mean: 0, deviation: 1 };
        return ((vector[feature] ?? scale.mean) - scale.mean) / scale.deviation;
      }),
      isPositive,
      weight,
    })),
    options.l2,
    names.map((feature) => options.signs[feature] ?? 1),
  );
  return {
    name,
    status: "fitted",
    provenance: {},
    bias: round4(fitted.bias),
    features: names.map((feature, index) => ({
      name: feature,
      mean: round4(scales[index]?.mean ?? 0),
      deviation: round4(scales[index]?.deviation ?? 1),
      weight: round4(fitted.weights[index] ?? 0),
    })),
  };
}
