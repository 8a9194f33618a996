import { type CaseRecord, dayOf, type HandoffReason } from "../core/index.ts";

/** How cases of one team on one day went. Medians in milliseconds; null where nothing was measured. */
export interface DeskFigures {
  /** `2026-11-27`, by UTC. */
  readonly day: string;
  /** Empty for the one queue of all. */
  readonly team: string;
  readonly opened: number;
  readonly reasons: Partial<Readonly<Record<HandoffReason, number>>>;
  readonly claimed: number;
  readonly resolved: number;
  readonly timeToClaimMs: number | null;
  readonly firstReplyMs: number | null;
  readonly resolutionMs: number | null;
  readonly ratings: number;
  /** Mean of 1 to 5. */
  readonly rating: number | null;
  /** Cases that came back after they were resolved. */
  readonly reopened: number;
  /** Their share of those that were ever resolved, 0 to 1; null when none was. */
  readonly reopenRate: number | null;
  /** Cases that were not answered or resolved within the team's targets. */
  readonly missed: number;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  if (high === undefined) return null;
  return sorted.length % 2 === 1 || low === undefined ? high : (low + high) / 2;
}

function since(
  records: readonly CaseRecord[],
  when: (record: CaseRecord) => number | null,
): number | null {
  return median(
    records.flatMap((record) => {
      const at = when(record);
      return at === null ? [] : [Math.max(0, at - record.openedAt)];
    }),
  );
}

function countReasons(records: readonly CaseRecord[]): DeskFigures["reasons"] {
  const counts: Partial<Record<HandoffReason, number>> = {};
  for (const { packet } of records) counts[packet.reason] = (counts[packet.reason] ?? 0) + 1;
  return counts;
}

/** Null instead of a share of nothing. */
export function shareOf(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}

function figuresOf(day: string, team: string, records: readonly CaseRecord[]): DeskFigures {
  const stars = records.flatMap(({ facts }) => (facts.rating === null ? [] : [facts.rating.stars]));
  const reopened = records.filter(({ facts }) => facts.reopened > 0).length;
  const ended = records.filter(
    ({ facts }) => facts.resolvedAt !== null || facts.reopened > 0,
  ).length;
  return {
    day,
    team,
    opened: records.length,
    reasons: countReasons(records),
    claimed: records.filter(({ facts }) => facts.claimedAt !== null).length,
    resolved: records.filter(({ facts }) => facts.resolvedAt !== null).length,
    timeToClaimMs: since(records, ({ facts }) => facts.claimedAt),
    firstReplyMs: since(records, ({ facts }) => facts.firstReplyAt),
    resolutionMs: since(records, ({ facts }) => facts.resolvedAt),
    ratings: stars.length,
    rating: stars.length === 0 ? null : stars.reduce((sum, one) => sum + one, 0) / stars.length,
    reopened,
    reopenRate: shareOf(reopened, ended),
    missed: records.filter(({ facts }) => (facts.missed ?? []).length > 0).length,
  };
}

/** How cases went, by the day on which they were opened and by team: the newest day first, teams by name. */
export function deskFigures(
  records: readonly CaseRecord[],
  range: { readonly from: number; readonly to: number },
): readonly DeskFigures[] {
  const groups = new Map<string, CaseRecord[]>();
  for (const record of records) {
    if (record.openedAt < range.from || record.openedAt > range.to) continue;
    const day = dayOf(record.openedAt);
    const name = `${day}\n${record.facts.team ?? ""}`;
    groups.set(name, [...(groups.get(name) ?? []), record]);
  }
  return [...groups]
    .map(([name, found]) => {
      const [day = "", team = ""] = name.split("\n");
      return figuresOf(day, team, found);
    })
    .toSorted((a, b) => b.day.localeCompare(a.day) || a.team.localeCompare(b.team));
}
