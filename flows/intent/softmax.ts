import type { SparseVector } from "./vocabulary.ts";

/** A linear model of classes. */
export interface Softmax {
  /** Probability of each class. */
  probabilitiesOf(vector: SparseVector): Float64Array;
}

const EPOCHS = 14;
const FIRST_STEP = 6;
const L2 = 1e-6;

/** A shuffle that is the same in every run (Knuth's linear congruential generator). */
function shuffled(count: number, seed: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, at) => at);
  let state = seed;
  for (let at = count - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    const held = order[at] ?? 0;
    order[at] = order[other] ?? 0;
    order[other] = held;
  }
  return order;
}

/**
 * Fits multinomial logistic regression by stochastic gradient descent with a falling step; the result is the same in every
 * run.
 */
export function fitSoftmax(
  examples: readonly { readonly vector: SparseVector; readonly label: number }[],
  shape: { readonly features: number; readonly classes: number },
): Softmax {
  const { features, classes } = shape;
  const weights = new Float32Array(features * classes);
  const bias = new Float64Array(classes);

  const probabilitiesOf = ({ ids, values }: SparseVector): Float64Array => {
    const scores = Float64Array.from(bias);
    for (let at = 0; at < ids.length; at += 1) {
      const row = (ids[at] ?? 0) * classes;
      const value = values[at] ?? 0;
      for (let label = 0; label < classes; label += 1) {
        scores[label] = (scores[label] ?? 0) + (weights[row + label] ?? 0) * value;
      }
    }
    const highest = Math.max(...scores);
    const exps = scores.map((score) => Math.exp(score - highest));
    const sum = exps.reduce((total, each) => total + each, 0);
    return exps.map((each) => each / sum);
  };

  const learn = ({ ids, values }: SparseVector, label: number, step: number): void => {
    const slopes = probabilitiesOf({ ids, values });
    slopes[label] = (slopes[label] ?? 0) - 1;
    for (let at = 0; at < ids.length; at += 1) {
      const row = (ids[at] ?? 0) * classes;
      const by = step * (values[at] ?? 0);
      for (let other = 0; other < classes; other += 1) {
        const weight = weights[row + other] ?? 0;
        weights[row + other] = weight - by * (slopes[other] ?? 0) - step * L2 * weight;
      }
    }
    for (let other = 0; other < classes; other += 1) {
      bias[other] = (bias[other] ?? 0) - 0.1 * step * (slopes[other] ?? 0);
    }
  };

  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    const step = FIRST_STEP / (1 + epoch);
    for (const at of shuffled(examples.length, epoch + 1)) {
      const example = examples[at];
      if (example !== undefined) learn(example.vector, example.label, step);
    }
  }
  return { probabilitiesOf };
}
