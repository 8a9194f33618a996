import { CASE_PRIORITIES, type CasePriority, type CaseRecord } from "./case.ts";

/** Whether somebody has a case. Names need not be unique: where it is known who has it, that counts. */
export function isHeldBy(
  { agent, facts }: Pick<CaseRecord, "agent" | "facts">,
  who: { readonly id: string; readonly name: string },
): boolean {
  if (agent === null) return false;
  const { by } = facts;
  // Of cases of earlier versions only the name is known.
  return typeof by === "string" && by !== agent ? by === who.id : agent === who.name;
}

/** What decides whose turn it is in the queue of a team. */
export interface CaseTurn {
  readonly priority: CasePriority;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
}

/** The order in which cases wait: the most urgent first, then the oldest. */
export function byUrgency(a: CaseTurn, b: CaseTurn): number {
  const rank = ({ priority }: CaseTurn): number => CASE_PRIORITIES.indexOf(priority);
  return rank(b) - rank(a) || a.openedAt - b.openedAt;
}

/** What decides when this case has its turn. */
export function turnOfCase({ facts, openedAt }: Pick<CaseRecord, "facts" | "openedAt">): CaseTurn {
  return { priority: facts.priority, openedAt };
}
