import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  meanWithInterval,
  quantileWithInterval,
  shareWithInterval,
} from "../../../../knowledge/evaluate/intervals.ts";

const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => String(index));
const width = ([low, high]: readonly [number, number]): number => high - low;

describe("intervals", () => {
  it("are as wide as a share of so many questions is uncertain", () => {
    const values = names(400).map((_, index) => (index % 2 === 0 ? 1 : 0));

    const { value, interval } = shareWithInterval(values, names(400));

    // Normal approximation: 0.5 ± 1.96 · sqrt(0.25 / 400).
    expect(value).toBe(0.5);
    expect(interval[0]).toBeCloseTo(0.451, 1.5);
    expect(interval[1]).toBeCloseTo(0.549, 1.5);
  });

  it("are wider when questions ask for the same in other words", () => {
    const values = names(100).map((_, index) => (Math.floor(index / 10) % 2 === 0 ? 1 : 0));
    const groups = names(100).map((_, index) => String(Math.floor(index / 10)));

    const alone = meanWithInterval(values, names(100));
    const grouped = meanWithInterval(values, groups);

    expect(width(grouped.interval)).toBeGreaterThan(2 * width(alone.interval));
  });

  it("leave room where every question was answered, or none", () => {
    expect(shareWithInterval([1, 1, 1, 1, 1, 1], names(6)).interval).toEqual([0.5, 1]);
    expect(shareWithInterval([0, 0, 0, 0, 0, 0], names(6)).interval).toEqual([0, 0.5]);
  });

  it("say nothing about a single group", () => {
    expect(meanWithInterval([1, 0], ["a", "a"]).interval).toEqual([-Infinity, Infinity]);
  });

  it("hold the value, and stay between 0 and 1 for shares", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 2, maxLength: 60 }), (values) => {
        const { value, interval } = shareWithInterval(values, names(values.length));

        expect(interval[0]).toBeGreaterThanOrEqual(0);
        expect(interval[1]).toBeLessThanOrEqual(1);
        expect(interval[0]).toBeLessThanOrEqual(value);
        expect(interval[1]).toBeGreaterThanOrEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  it("of a quantile are measured values around it", () => {
    const times = names(101).map(Number);

    const { value, interval } = quantileWithInterval(times, 0.5);

    expect(value).toBe(50);
    expect(interval).toEqual([39, 61]);
  });
});
