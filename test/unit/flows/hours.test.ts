import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  afterOfficeTime,
  type Calendar,
  nextOpening,
  wordsForTime,
} from "../../../flows/hours/index.ts";

const HOUR_MS = 3_600_000;
const SPLIT = ["09:00-12:30", "13:30-17:00"];
const NONE: readonly string[] = [];
const berlin: Calendar = {
  timeZone: "Europe/Berlin",
  week: [SPLIT, SPLIT, SPLIT, SPLIT, SPLIT, NONE, NONE],
  holidays: ["2026-12-24", "12-25", "12-26"],
};
const nights: Calendar = {
  timeZone: "UTC",
  week: [["22:00-06:00"], NONE, NONE, NONE, NONE, NONE, NONE],
  holidays: [],
};

const at = (time: string): number => Date.parse(time);
const shown = (time: number | null): string | null =>
  time === null ? null : new Date(time).toISOString();

describe("office hours", () => {
  it("are open within a shift, and from its first minute to its last", () => {
    const monday = ["2026-11-30T08:00:00Z", "2026-11-30T11:29:59Z", "2026-11-30T12:30:00Z"];

    expect(monday.map((time) => nextOpening(berlin, at(time)))).toEqual(monday.map(at));
  });

  it.each([
    ["in the night", "2026-11-30T03:00:00Z", "2026-11-30T08:00:00.000Z"],
    ["at noon, between two shifts", "2026-11-30T11:30:00Z", "2026-11-30T12:30:00.000Z"],
    ["on a Friday evening", "2026-11-27T18:00:00Z", "2026-11-30T08:00:00.000Z"],
    [
      "before holidays, one of this year and two of every year",
      "2026-12-23T17:00:00Z",
      "2026-12-28T08:00:00.000Z",
    ],
    ["in summer time", "2026-07-01T02:00:00Z", "2026-07-01T07:00:00.000Z"],
  ])("are closed %s", (_, now, opens) => {
    expect(shown(nextOpening(berlin, at(now)))).toBe(opens);
  });

  it("reach into the next day where a shift ends before it begins", () => {
    const tuesday = at("2026-12-01T05:00:00Z");

    expect(nextOpening(nights, tuesday)).toBe(tuesday);
    expect(shown(nextOpening(nights, at("2026-12-01T06:00:00Z")))).toBe("2026-12-07T22:00:00.000Z");
  });

  it("count only while they are open: over noon, the night, the weekend and holidays", () => {
    const friday = at("2026-11-27T15:00:00Z");

    expect(shown(afterOfficeTime(berlin, friday, HOUR_MS))).toBe("2026-11-27T16:00:00.000Z");
    expect(shown(afterOfficeTime(berlin, friday, 2 * HOUR_MS))).toBe("2026-11-30T09:00:00.000Z");
    expect(shown(afterOfficeTime(berlin, at("2026-12-23T15:30:00Z"), HOUR_MS))).toBe(
      "2026-12-28T08:30:00.000Z",
    );
  });

  it.each([
    ["spring: the night has 7 hours", "2026-03-28T21:00:00Z", "2026-03-29T04:00:00.000Z", 7],
    ["autumn: the night has 9 hours", "2026-10-24T20:00:00Z", "2026-10-25T05:00:00.000Z", 9],
  ])("go by the clock on the wall when it is changed in %s", (_, from, to, hours) => {
    const night = ["22:00-06:00"];
    const calendar = { ...berlin, week: Array.from({ length: 7 }, () => night), holidays: [] };

    expect(shown(afterOfficeTime(calendar, at(from), hours * HOUR_MS))).toBe(to);
  });

  it("never come where no day has a shift", () => {
    const never = { ...berlin, week: Array.from({ length: 7 }, () => NONE) };

    expect(nextOpening(never, at("2026-11-27T15:00:00Z"))).toBeNull();
    expect(afterOfficeTime(never, at("2026-11-27T15:00:00Z"), 1)).toBeNull();
  });

  it("add up: a time in two parts ends when the whole does, and never before it could", () => {
    const anyTime = fc.integer({
      min: at("2026-01-01T00:00:00Z"),
      max: at("2027-01-01T00:00:00Z"),
    });
    const anySpan = fc.integer({ min: 1, max: 30 * HOUR_MS });

    fc.assert(
      fc.property(anyTime, anySpan, anySpan, (now, first, second) => {
        const whole = afterOfficeTime(berlin, now, first + second);
        const half = afterOfficeTime(berlin, now, first);

        expect(half).not.toBeNull();
        expect(afterOfficeTime(berlin, half ?? 0, second)).toBe(whole);
        expect(whole ?? 0).toBeGreaterThanOrEqual(now + first + second);
      }),
      { numRuns: 30 },
    );
  });

  it("are said in the reader's language", () => {
    const monday = at("2026-11-30T08:00:00Z");

    expect(wordsForTime(monday, "Europe/Berlin", "en")).toBe(
      "Monday, 30 November, 09:00 (Europe/Berlin)",
    );
    expect(wordsForTime(monday, "Asia/Shanghai", "zh")).toBe(
      "11月30日星期一 16:00（Asia/Shanghai）",
    );
  });
});
