import { z } from "zod";
import type { FeatureName } from "./features.ts";

/** A fitted logistic model as it is stored, over measurements of these names. */
export function calibrationSchema<Name extends string>(names: readonly Name[]) {
  return z.object({
    name: z.string(),
    /** `fitted` on labelled questions, or `hand-set` until somebody does. */
    status: z.enum(["fitted", "hand-set"]),
    provenance: z.record(z.string(), z.unknown()),
    bias: z.number(),
    features: z
      .array(
        z.object({
          name: z.enum(names),
          mean: z.number(),
          deviation: z.number().positive(),
          weight: z.number(),
        }),
      )
      .min(1),
  });
}

/** A fitted logistic model. */
export interface Calibration<Name extends string = FeatureName> {
  readonly name: string;
  readonly status: "fitted" | "hand-set";
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly bias: number;
  readonly features: readonly {
    readonly name: Name;
    readonly mean: number;
    readonly deviation: number;
    readonly weight: number;
  }[];
}

/** The logistic function. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/**
 * Probability by a fitted model, such as that a question is answerable: p = σ(b + Σ wᵢ (xᵢ − meanᵢ) / deviationᵢ). What was
 * not measured counts as average.
 */
export function probability<Name extends string>(
  calibration: Calibration<Name>,
  vector: Readonly<Record<Name, number | null>>,
): number {
  const sum = calibration.features.reduce((total, { name, mean, deviation, weight }) => {
    const value = vector[name];
    return value === null ? total : total + (weight * (value - mean)) / deviation;
  }, calibration.bias);
  return sigmoid(sum);
}

/** What remains of the doubt when everything that is named exactly stands in the first passage. */
const DOUBT_WHEN_FOUND = 0.4;
/** What remains of the confidence when it does not. */
const CONFIDENCE_WHEN_MISSING = 0.5;

/**
 * An error code or a setting decides more than the words around it: found in the first passage it takes away most of the
 * doubt, missing there half of the confidence.
 */
export function adjustForIdentifiers(
  probable: number,
  identifiers: "found" | "missing" | "none",
): number {
  if (identifiers === "found") return 1 - (1 - probable) * DOUBT_WHEN_FOUND;
  return identifiers === "missing" ? probable * CONFIDENCE_WHEN_MISSING : probable;
}
