import { seededRandom } from "../../src/core/index.ts";

/** From and to. */
type Interval = readonly [low: number, high: number];

/** A value with the range in which it lies with 95 % probability. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

const RESAMPLES = 2_000;
const SEED = 7;
const NORMAL_95 = 1.96;
/** Of n cases none went wrong: at most about 3/n do, with 95 % probability (Hanley and Lippman-Hand, JAMA 1983). */
const RULE_OF_THREE = 3;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The mean with a 95 % bootstrap interval (Efron's percentile method). Whole groups are drawn, since ten paraphrases of one
 * question are not ten independent questions.
 *
 * @param values one for each question
 * @param groups of the same length; questions with an equal name belong together
 */
export function meanWithInterval(values: readonly number[], groups: readonly string[]): Estimate {
  const value = sumOf(values) / Math.max(1, values.length);
  const byGroup = new Map<string, number[]>();
  for (const [index, name] of groups.entries()) {
    const group = byGroup.get(name) ?? [];
    group.push(values[index] ?? 0);
    byGroup.set(name, group);
  }
  const drawn = [...byGroup.values()].map((group) => ({ sum: sumOf(group), count: group.length }));
  if (drawn.length < 2) return { value, interval: [Number.NEGATIVE_INFINITY, Infinity] };
  const next = seededRandom(SEED);
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    let count = 0;
    for (let left = drawn.length; left > 0; left -= 1) {
      const group = drawn[Math.floor(next() * drawn.length)];
      sum += group?.sum ?? 0;
      count += group?.count ?? 0;
    }
    return sum / count;
  }).sort((left, right) => left - right);
  return { value, interval: [quantile(means, 0.025), quantile(means, 0.975)] };
}

/** The share of questions for which something holds: {@link meanWithInterval} between 0 and 1, also where all agree. */
export function shareWithInterval(values: readonly number[], groups: readonly string[]): Estimate {
  const { value, interval } = meanWithInterval(values, groups);
  const slack = Math.min(1, RULE_OF_THREE / Math.max(1, new Set(groups).size));
  const [low, high] = value === 1 ? [1 - slack, 1] : value === 0 ? [0, slack] : interval;
  return { value, interval: [Math.max(0, low), Math.min(1, high)] };
}

/** A quantile with its 95 % interval by order statistics (Conover, Practical Nonparametric Statistics, 3.2). */
export function quantileWithInterval(values: readonly number[], share: number): Estimate {
  const sorted = values.toSorted((left, right) => left - right);
  const count = sorted.length;
  const spread = NORMAL_95 * Math.sqrt(count * share * (1 - share));
  const at = (rank: number): number => sorted[Math.max(0, Math.min(count - 1, rank))] ?? Number.NaN;
  return {
    value: quantile(sorted, share),
    interval: [at(Math.floor(count * share - spread) - 1), at(Math.ceil(count * share + spread))],
  };
}

/** Linear interpolation between the nearest ranks. */
function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
