import { sigmoid } from "./calibrator.ts";

/** A labelled example: standardised numbers and whether it was answerable. */
export interface Example {
  readonly values: readonly number[];
  readonly isPositive: boolean;
  /** How much it counts. */
  readonly weight: number;
}

/** What was fitted. */
export interface Fitted {
  readonly bias: number;
  readonly weights: readonly number[];
}

const ROUNDS = 400;
const STEP = 0.5;

/**
 * Fits a logistic regression by gradient descent with L2 on the weights. Targets after J. Platt (1999): (N₊+1)/(N₊+2) and
 * 1/(N₋+2), so that few examples do not make it sure of itself. A weight with a sign never takes the other
 * one; 0 leaves it free.
 */
export function fitLogistic(
  examples: readonly Example[],
  l2: number,
  signs: readonly (1 | -1 | 0)[] = [],
): Fitted {
  const size = examples[0]?.values.length ?? 0;
  const positives = examples.filter(({ isPositive }) => isPositive).length;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (examples.length - positives + 2);
  const mass = examples.reduce((sum, { weight }) => sum + weight, 0);
  const weights = new Array<number>(size).fill(0);
  let bias = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = weights.map((weight) => l2 * weight);
    let biasGradient = 0;
    for (const { values, isPositive, weight } of examples) {
      const sum = values.reduce((total, value, at) => total + value * (weights[at] ?? 0), bias);
      const error = ((sigmoid(sum) - (isPositive ? high : low)) * weight) / mass;
      biasGradient += error;
      for (const [at, value] of values.entries())
        gradient[at] = (gradient[at] ?? 0) + error * value;
    }
    bias -= STEP * biasGradient;
    for (const [at, change] of gradient.entries()) {
      const moved = (weights[at] ?? 0) - STEP * change;
      weights[at] = moved * (signs[at] ?? moved) < 0 ? 0 : moved;
    }
  }
  return { bias, weights };
}
