import { type CaseRecord, dayOf, fingerprint } from "../core/index.ts";
import type { Talk } from "../ports/talk-log.ts";
import { shareOf } from "./desk-figures.ts";

/** How many conversations got along without a person. */
export interface Containment {
  /** Conversations in which something was asked. */
  readonly conversations: number;
  /** Of these, handed over at least once. */
  readonly handedOver: number;
  /** Share without a person, 0 to 1; null without conversations. */
  readonly containment: number | null;
  /** Share with one. */
  readonly handoverRate: number | null;
}

/** The same of one day, with what each team got. */
export interface DayContainment extends Containment {
  /** `2026-11-27`, by UTC. */
  readonly day: string;
  /** Share of the day's conversations that came to a team; the one queue of all is the empty name. */
  readonly teams: Readonly<Record<string, number>>;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What is known of conversations. */
export interface KnownTalks {
  readonly records: readonly CaseRecord[];
  /** As they were kept day by day. */
  readonly talks: readonly Talk[];
  /** Those that still exist: of days from before anything was kept they are all that is known. */
  readonly conversations: readonly {
    readonly instance: { readonly id: string };
    readonly updatedAt: number;
  }[];
}

/** Teams to which conversations were handed over on a day, by conversation. */
type Day = Map<string, Set<string>>;

function isIn(at: number, { from, to }: Range): boolean {
  return at >= from && at <= to;
}

function containment(conversations: number, handedOver: number): Containment {
  return {
    conversations,
    handedOver,
    containment: shareOf(conversations - handedOver, conversations),
    handoverRate: shareOf(handedOver, conversations),
  };
}

function daysOf({ records, talks, conversations }: KnownTalks, range: Range): Map<string, Day> {
  const days = new Map<string, Day>();
  const note = (day: string, id: string, teams: readonly string[]): void => {
    const known = days.get(day) ?? new Map<string, Set<string>>();
    known.set(id, new Set([...(known.get(id) ?? []), ...teams]));
    days.set(day, known);
  };
  const opened = records.filter(({ openedAt }) => isIn(openedAt, range));
  for (const { openedAt, packet, facts } of opened) {
    note(dayOf(openedAt), fingerprint(packet.conversationId), [facts.team ?? ""]);
  }
  const [first, last] = [dayOf(range.from), dayOf(range.to)];
  for (const { day, id, teams } of talks.filter((one) => one.day >= first && one.day <= last)) {
    const isTeamKnown = (days.get(day)?.get(id)?.size ?? 0) > 0;
    // The case itself knows best to which team it went in the end.
    note(day, id, isTeamKnown ? [] : teams);
  }
  const needed = new Set(opened.map(({ packet }): string => packet.conversationId));
  const keptSince = talks.map(({ day }) => day).toSorted()[0];
  for (const { instance, updatedAt } of conversations) {
    const day = dayOf(updatedAt);
    const isKept = keptSince !== undefined && day >= keptSince;
    if (isKept || !isIn(updatedAt, range) || needed.has(instance.id)) continue;
    note(day, fingerprint(instance.id), []);
  }
  return days;
}

function handedOverIn(day: Day): readonly string[] {
  return [...day].filter(([, teams]) => teams.size > 0).map(([id]) => id);
}

/** Counts the conversations that needed a person among all of a time. */
export function containmentOf(known: KnownTalks, range: Range): Containment {
  const days = [...daysOf(known, range).values()];
  const all = new Set(days.flatMap((day) => [...day.keys()]));
  return containment(all.size, new Set(days.flatMap(handedOverIn)).size);
}

/**
 * The same by day, the newest first. A conversation counts on each day on which something was asked in it, as handed over on
 * each day on which a case was opened: what comes later changes nothing of a day that is over.
 */
export function containmentByDay(known: KnownTalks, range: Range): readonly DayContainment[] {
  return [...daysOf(known, range)]
    .toSorted(([a], [b]) => b.localeCompare(a))
    .map(([day, talks]) => {
      const sum = containment(talks.size, handedOverIn(talks).length);
      const counts = new Map<string, number>();
      for (const team of [...talks.values()].flatMap((teams) => [...teams])) {
        counts.set(team, (counts.get(team) ?? 0) + 1);
      }
      const teams = [...counts].map(([team, count]) => [team, count / talks.size] as const);
      return { day, ...sum, teams: Object.fromEntries(teams) };
    });
}
