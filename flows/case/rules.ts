import type { CasePriority, HandoffPacket, Turn } from "../../src/core/index.ts";
import { afterOfficeTime, type Calendar, nextOpening } from "../hours/index.ts";
import { matchable } from "../language/index.ts";

/** A team of the desk and what it looks after. */
interface TeamRule {
  readonly name: string;
  /** Words or phrases in what the customer said; the first team with one of them gets the case. */
  readonly topics: readonly string[];
  /** Its own hours; absent or null for those of the desk. */
  readonly hours?: Calendar | null;
  /** The team that gets what this one has not taken in time. */
  readonly escalateTo?: string | null;
}

/** How cases are run. Times are milliseconds; targets are counted in office hours. */
export interface CaseRules {
  /** When the desk is open; null for always. */
  readonly hours: Calendar | null;
  /** In the order in which they are asked. None: one queue for all. */
  readonly teams: readonly TeamRule[];
  /** A case whose customer has no answer after this time is reminded of, whether or not somebody has it. */
  readonly firstReplyMs: number;
  /** A customer who has waited so long for the next answer is reminded of. */
  readonly nextReplyMs: number;
  /** A case that is not resolved after this time is reminded of; null for never. */
  readonly resolutionMs: number | null;
  /** The team that gets what nobody of the one queue of all has taken in time. */
  readonly escalateTo: string | null;
  /** With so many cases before his a customer is told that it takes long; null for never. */
  readonly longQueueAt: number | null;
  /** Reminders before the case is made more urgent, or given back to the queue by whoever leaves the customer waiting. */
  readonly reminders: number;
  /** A customer who says nothing for so long is taken to be served. */
  readonly idleMs: number;
  /** A resolved case can be reopened for so long; then it is closed. */
  readonly closeMs: number;
  /** Under which name agents are seen by customers: their own, its first word, or `teamName`. */
  readonly shownName: "own" | "first" | "team";
  readonly teamName: string;
}

const MINUTE_MS = 60_000;

/** What is not said otherwise. */
export const DEFAULT_CASE_RULES: CaseRules = {
  hours: null,
  teams: [],
  firstReplyMs: 15 * MINUTE_MS,
  nextReplyMs: 30 * MINUTE_MS,
  resolutionMs: null,
  escalateTo: null,
  longQueueAt: null,
  reminders: 3,
  idleMs: 24 * 60 * MINUTE_MS,
  closeMs: 48 * 60 * MINUTE_MS,
  shownName: "own",
  teamName: "",
};

/** The team that a packet is for, by what the customer said; null for the one queue of all. */
export function teamFor(
  packet: Pick<HandoffPacket, "question" | "summary"> & {
    readonly transcript: readonly Pick<Turn, "role" | "text">[];
  },
  { teams }: CaseRules,
): string | null {
  const said = packet.transcript.filter(({ role }) => role === "user").map(({ text }) => text);
  const text = matchable([packet.question ?? "", packet.summary, ...said].join("\n"));
  const found = teams.find(({ topics }) => topics.some((topic) => text.includes(matchable(topic))));
  return found?.name ?? null;
}

/** How urgent a case is at first: upset customers and delicate matters come before others. */
export function priorityFor({ reason }: Pick<HandoffPacket, "reason">): CasePriority {
  return reason === "anger" || reason === "sensitive-topic" ? "high" : "normal";
}

/** The next more urgent one. */
export function moreUrgent(priority: CasePriority): CasePriority {
  return priority === "low" ? "normal" : priority === "normal" ? "high" : "urgent";
}

/** An agent's name as customers see it. */
export function shownName(agent: string, { shownName: how, teamName }: CaseRules): string {
  if (how === "team" && teamName !== "") return teamName;
  return how === "first" ? (agent.trim().split(/\s+/u)[0] ?? agent) : agent;
}

/** When a team works; null for always. */
function hoursOf(team: string | null, { teams, hours }: CaseRules): Calendar | null {
  return teams.find(({ name }) => name === team)?.hours ?? hours;
}

/** Longer than any calendar is looked at: the timer of a desk that is never open. */
const NEVER_MS = 365 * 24 * 60 * MINUTE_MS;

/** How long it is, at a time, until `ms` of a team's office time have passed since `from`. */
export function officeDelay(
  team: string | null,
  { from, at }: { readonly from: number; readonly at: number },
  ms: number,
  rules: CaseRules,
): number {
  const calendar = hoursOf(team, rules);
  // A case that was brought back without its state knows no time.
  if (at <= 0) return ms;
  if (calendar === null) return Math.max(0, from + ms - at);
  const due = afterOfficeTime(calendar, from, ms);
  return due === null ? NEVER_MS : Math.max(0, due - at);
}

/** When a team that is away is back, and by which clock; null while it is there. */
export interface ClosedUntil {
  readonly opensAt: number;
  readonly timeZone: string;
}

/** Whether somebody who asks for a team now has to wait for its next opening. */
export function closedUntil(team: string | null, at: number, rules: CaseRules): ClosedUntil | null {
  const calendar = hoursOf(team, rules);
  if (calendar === null) return null;
  const opensAt = nextOpening(calendar, at);
  return opensAt === null || opensAt === at ? null : { opensAt, timeZone: calendar.timeZone };
}

/** The team to which a case goes that this one has not taken in time; null for nowhere. */
export function nextLevel(team: string | null, { teams, escalateTo }: CaseRules): string | null {
  if (team === null) return escalateTo;
  return teams.find(({ name }) => name === team)?.escalateTo ?? null;
}
