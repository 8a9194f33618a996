import type { CasePriority, HandoffPacket } from "../../src/core/index.ts";
import { matchable } from "../language/index.ts";

/** A team of the desk and what it looks after. */
interface TeamRule {
  readonly name: string;
  /** Words or phrases in what the customer said; the first team with one of them gets the case. */
  readonly topics: readonly string[];
}

/** How cases are run. Times are milliseconds. */
export interface CaseRules {
  /** In the order in which they are asked. None: one queue for all. */
  readonly teams: readonly TeamRule[];
  /** A case that nobody has taken after this time is reminded of. */
  readonly firstReplyMs: number;
  /** A customer who has waited so long for the next answer is reminded of. */
  readonly nextReplyMs: number;
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
  teams: [],
  firstReplyMs: 15 * MINUTE_MS,
  nextReplyMs: 30 * MINUTE_MS,
  reminders: 3,
  idleMs: 24 * 60 * MINUTE_MS,
  closeMs: 48 * 60 * MINUTE_MS,
  shownName: "own",
  teamName: "",
};

/** The team that a packet is for, by what the customer said; null for the one queue of all. */
export function teamFor(packet: HandoffPacket, { teams }: CaseRules): string | null {
  const said = packet.transcript.filter(({ role }) => role === "user").map(({ text }) => text);
  const text = matchable([packet.question ?? "", packet.summary, ...said].join("\n"));
  const found = teams.find(({ topics }) => topics.some((topic) => text.includes(matchable(topic))));
  return found?.name ?? null;
}

/** How urgent a case is at first: upset customers and delicate matters come before others. */
export function priorityFor({ reason }: HandoffPacket): CasePriority {
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
