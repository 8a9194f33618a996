import { seededRandom } from "../../core/index.ts";

/** A share or score with the bounds within which it lies with a probability of 95 %. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5th percentile of the normal distribution. */
const Z = 1.959964;

/** Share of hits with its score interval (E. B. Wilson 1927); 0 to 1 when nothing was counted. */
export function shareOf(hits: number, all: number): Interval {
  if (all === 0) return { value: 0, low: 0, high: 1 };
  const p = hits / all;
  const base = 1 + Z ** 2 / all;
  const middle = (p + Z ** 2 / (2 * all)) / base;
  const reach = (Z / base) * Math.sqrt((p * (1 - p)) / all + Z ** 2 / (4 * all ** 2));
  return { value: p, low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}

const RESAMPLES = 500;
const SEED = 20260101;

/** A figure of all items with the bounds that resampling them gives (percentile bootstrap, 500 samples, fixed seed). */
export function resampled<Item>(
  items: readonly Item[],
  figure: (items: readonly Item[]) => number,
): Interval {
  const value = figure(items);
  if (items.length === 0) return { value, low: 0, high: 1 };
  const random = seededRandom(SEED);
  const figures = Array.from({ length: RESAMPLES }, () =>
    figure(items.flatMap(() => items[Math.floor(random() * items.length)] ?? [])),
  ).toSorted((left, right) => left - right);
  const at = (share: number): number => figures[Math.floor(share * (RESAMPLES - 1))] ?? value;
  return { value, low: at(0.025), high: at(0.975) };
}

/** Arithmetic mean; 0 of nothing. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

/** The value below which this share of all lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Harmonic mean of precision and recall over counted classes: mean of each class's F1. */
export function macroF1(
  pairs: readonly { readonly expected: string; readonly got: string }[],
  classes: readonly string[],
): number {
  return meanOf(
    classes.map((name) => {
      const hits = pairs.filter(({ expected, got }) => expected === name && got === name).length;
      const either =
        pairs.filter(({ expected }) => expected === name).length +
        pairs.filter(({ got }) => got === name).length;
      return either === 0 ? 0 : (2 * hits) / either;
    }),
  );
}
