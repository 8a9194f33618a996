import { byUrgency, type CaseId, type CasePriority, turnOfCase } from "../core/index.ts";
import type { AgentRoster, DeskView } from "../ports/desk.ts";
import { worksFor } from "./assigning.ts";

/** A case that is about to wait, as far as its turn depends on it. */
interface CaseToCome {
  /** The case that goes on instead of a new one. */
  readonly reopens: CaseId | null;
  readonly team: string | null;
  readonly priority: CasePriority;
}

/** What a customer may be told of the desk. */
interface QueuePlace {
  /** Cases of his team that have their turn before his. */
  readonly ahead: number;
  /** People of his team who are at the desk; null where nobody says so, since agents take cases themselves. */
  readonly online: number | null;
}

/** Looks where a case will stand in the queue of its team. One that comes back keeps its place by its age. */
export async function findQueuePlace(
  { reopens, ...asked }: CaseToCome,
  desk: {
    readonly view: Pick<DeskView, "list" | "get">;
    readonly roster: Pick<AgentRoster, "present">;
    /** Whether cases are given to those who are there. */
    readonly isAssigned: boolean;
    readonly members: ReadonlyMap<string, readonly string[]>;
  },
): Promise<QueuePlace> {
  const { view, roster, isAssigned, members } = desk;
  const before = reopens === null ? null : await view.get(reopens);
  const team = before === null ? asked.team : before.facts.team;
  const last = { priority: asked.priority, openedAt: Number.POSITIVE_INFINITY };
  const turn = before === null ? last : turnOfCase(before);
  const open = await view.list({ includeResolved: false });
  const ahead = open
    .filter(({ state, id }) => state === "waiting" && id !== reopens)
    .filter((one) => one.facts.team === team && byUrgency(turnOfCase(one), turn) < 0).length;
  if (!isAssigned) return { ahead, online: null };
  const present = await roster.present();
  return { ahead, online: present.filter((agent) => worksFor(agent, team, members)).length };
}
