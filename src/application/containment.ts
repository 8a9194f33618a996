import { type CaseRecord, dayOf } from "../core/index.ts";
import { shareOf } from "./desk-figures.ts";

/** How many conversations got along without a person. */
export interface Containment {
  /** Conversations in which something happened. */
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

type Talks = readonly {
  readonly instance: { readonly id: string };
  readonly updatedAt: number;
}[];

function isIn(at: number, { from, to }: Range): boolean {
  return at >= from && at <= to;
}

function containment(needed: ReadonlySet<string>, alone: ReadonlySet<string>): Containment {
  const conversations = needed.size + alone.size;
  return {
    conversations,
    handedOver: needed.size,
    containment: shareOf(alone.size, conversations),
    handoverRate: shareOf(needed.size, conversations),
  };
}

function grouped<Value>(
  values: readonly Value[],
  nameOf: (value: Value) => string,
): ReadonlyMap<string, readonly Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const name = nameOf(value);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [value]);
    else group.push(value);
  }
  return groups;
}

function conversationsOf(records: readonly CaseRecord[]): ReadonlySet<string> {
  return new Set(records.map(({ packet }): string => packet.conversationId));
}

/** Counts the conversations that needed a person among all of a time. */
export function containmentOf(
  records: readonly CaseRecord[],
  conversations: Talks,
  range: Range,
): Containment {
  const needed = conversationsOf(records.filter(({ openedAt }) => isIn(openedAt, range)));
  const talked = conversations.filter(({ updatedAt }) => isIn(updatedAt, range));
  const alone = talked.map(({ instance }) => instance.id).filter((id) => !needed.has(id));
  return containment(needed, new Set(alone));
}

/**
 * The same by day, the newest first. A conversation counts on each day on which it was handed over; one that was not, on the
 * day on which something was said in it last.
 */
export function containmentByDay(
  records: readonly CaseRecord[],
  conversations: Talks,
  range: Range,
): readonly DayContainment[] {
  const opened = grouped(
    records.filter(({ openedAt }) => isIn(openedAt, range)),
    ({ openedAt }) => dayOf(openedAt),
  );
  const needed = conversationsOf([...opened.values()].flat());
  const alone = grouped(
    conversations.filter(
      ({ updatedAt, instance }) => isIn(updatedAt, range) && !needed.has(instance.id),
    ),
    ({ updatedAt }) => dayOf(updatedAt),
  );
  return [...new Set([...opened.keys(), ...alone.keys()])]
    .toSorted((a, b) => b.localeCompare(a))
    .map((day) => {
      const cases = opened.get(day) ?? [];
      const talks = new Set((alone.get(day) ?? []).map(({ instance }) => instance.id));
      const sum = containment(conversationsOf(cases), talks);
      const byTeam = grouped(cases, ({ facts }) => facts.team ?? "");
      const teams = [...byTeam].map(
        ([team, own]) => [team, conversationsOf(own).size / sum.conversations] as const,
      );
      return { day, ...sum, teams: Object.fromEntries(teams) };
    });
}
