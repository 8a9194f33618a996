import type { CaseRecord, HandoffReason } from "../core/index.ts";

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

function figuresOf(day: string, team: string, records: readonly CaseRecord[]): DeskFigures {
  const stars = records.flatMap(({ facts }) => (facts.rating === null ? [] : [facts.rating.stars]));
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
    reopened: records.filter(({ facts }) => facts.reopened > 0).length,
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
    const day = new Date(record.openedAt).toISOString().slice(0, 10);
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

/** How many conversations got along without a person. */
export interface Containment {
  /** Conversations in which something happened. */
  readonly conversations: number;
  /** Of these, handed over at least once. */
  readonly handedOver: number;
  /** Share without a person, 0 to 1; null without conversations. */
  readonly containment: number | null;
}

/** Counts the conversations that needed a person among all of a time. */
export function containmentOf(
  records: readonly CaseRecord[],
  conversations: readonly {
    readonly instance: { readonly id: string };
    readonly updatedAt: number;
  }[],
  range: { readonly from: number; readonly to: number },
): Containment {
  const isIn = (at: number): boolean => at >= range.from && at <= range.to;
  const talked = new Set(
    conversations.filter(({ updatedAt }) => isIn(updatedAt)).map(({ instance }) => instance.id),
  );
  const needed = new Set(
    records
      .filter(({ openedAt }) => isIn(openedAt))
      .map(({ packet }): string => packet.conversationId),
  );
  const all = new Set([...talked, ...needed]).size;
  return {
    conversations: all,
    handedOver: needed.size,
    containment: all === 0 ? null : 1 - needed.size / all,
  };
}
