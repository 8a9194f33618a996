import { DateTime } from "luxon";
import type { Language } from "../../src/core/index.ts";

/** When a desk is open. */
export interface Calendar {
  /** IANA name, like `Europe/Berlin`. */
  readonly timeZone: string;
  /**
   * Shifts of each weekday, Monday first, as `09:00-12:30` by the clock on the wall there. One that ends before it begins
   * goes on into the next day.
   */
  readonly week: readonly (readonly string[])[];
  /** Days on which no shift begins: `2026-12-25`, or `12-25` for every year. */
  readonly holidays: readonly string[];
}

interface Span {
  readonly from: number;
  readonly to: number;
}

const DAY_MINUTES = 24 * 60;
/** A desk that does not open within this time counts as one that never does. */
const MAX_DAYS = 400;

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** By the wall clock: counting from midnight would be an hour off on the days on which the clocks change. */
function timeOn(day: DateTime, minutes: number): number {
  const date = minutes < DAY_MINUTES ? day : day.plus({ days: 1 });
  const rest = minutes % DAY_MINUTES;
  return date.set({ hour: Math.floor(rest / 60), minute: rest % 60 }).toMillis();
}

function spansOn(day: DateTime, { week, holidays }: Calendar): readonly Span[] {
  const date = day.toFormat("yyyy-MM-dd");
  if (holidays.includes(date) || holidays.includes(date.slice(5))) return [];
  return (week[day.weekday - 1] ?? [])
    .map((shift) => {
      const [from = 0, to = 0] = shift.split("-").map(minutesOf);
      return { from: timeOn(day, from), to: timeOn(day, to <= from ? to + DAY_MINUTES : to) };
    })
    .toSorted((a, b) => a.from - b.from);
}

/** Times at which the desk is open, from `at` on, in their order; those that overlap are counted once. */
function* openSpans(calendar: Calendar, at: number): Generator<Span> {
  // A shift of yesterday's may still be under way.
  const first = DateTime.fromMillis(at, { zone: calendar.timeZone }).startOf("day");
  let reached = at;
  for (let day = -1; day <= MAX_DAYS; day += 1) {
    for (const { from, to } of spansOn(first.plus({ days: day }), calendar)) {
      if (to <= reached) continue;
      yield { from: Math.max(from, reached), to };
      reached = to;
    }
  }
}

/** When the desk is open next: `at` itself while it is; null when it never is. */
export function nextOpening(calendar: Calendar, at: number): number | null {
  for (const { from } of openSpans(calendar, at)) return from;
  return null;
}

/** When `ms` of office time will have passed since `at`; null when that is never. */
export function afterOfficeTime(calendar: Calendar, at: number, ms: number): number | null {
  let left = ms;
  for (const { from, to } of openSpans(calendar, at)) {
    if (left <= to - from) return from + left;
    left -= to - from;
  }
  return null;
}

/** "Monday, 30 November, 09:00 (Europe/Berlin)". */
export function wordsForTime(at: number, timeZone: string, language: Language): string {
  const time = DateTime.fromMillis(at, { zone: timeZone });
  return language === "zh"
    ? `${time.setLocale("zh-CN").toFormat("M月d日cccc HH:mm")}（${timeZone}）`
    : `${time.setLocale("en-GB").toFormat("cccc, d LLLL, HH:mm")} (${timeZone})`;
}
