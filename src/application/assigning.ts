import { byUrgency, type CaseEvent, type CaseRecord, isHeldBy, turnOfCase } from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, AgentRoster, DeskView, HumanDesk } from "../ports/desk.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { CaseLoad } from "./case-load.ts";

export interface AssigningParts {
  readonly roster: Pick<AgentRoster, "present">;
  readonly view: Pick<DeskView, "list">;
  readonly inbox: Pick<Inbox, "tell">;
  readonly clock: Clock;
  /** How many cases agents have. */
  readonly load: Pick<CaseLoad, "give" | "underWay">;
  /** Cases that one agent may have at a time; null for no limit. */
  readonly capacity: number | null;
  /** Who belongs to a team, by id or name; a team that is not listed, or lists nobody, is everybody. */
  readonly members: ReadonlyMap<string, readonly string[]>;
}

/** Gives waiting cases to those who are at the desk. */
export interface Assigner {
  /** @param key names the occasion: the same one assigns the same case once */
  assign(key: string): Promise<void>;
}

/** Whether somebody works on the cases of a team; one that is not listed, or lists nobody, is everybody. */
export function worksFor(
  agent: Agent,
  team: string | null,
  members: AssigningParts["members"],
): boolean {
  const listed = members.get(team ?? "") ?? [];
  return listed.length === 0 || listed.includes(agent.id) || listed.includes(agent.name);
}

interface Gift {
  readonly record: CaseRecord;
  readonly agent: Agent;
}

/** Who gets which waiting case: whoever of its team has the fewest, and room. Not who gave it back himself. */
function distribute(
  open: readonly CaseRecord[],
  underWay: readonly { readonly caseId: string; readonly agentId: string }[],
  present: readonly Agent[],
  { capacity, members }: AssigningParts,
): readonly Gift[] {
  const heldBy = (agent: Agent): number => {
    const shown = open.filter((one) => isHeldBy(one, agent)).map(({ id }): string => id);
    const told = underWay.filter(({ agentId }) => agentId === agent.id);
    return new Set([...shown, ...told.map(({ caseId }) => caseId)]).size;
  };
  const load = new Map(present.map((agent) => [agent.id, heldBy(agent)]));
  const given = new Set(underWay.map(({ caseId }) => caseId));
  const loadOf = ({ id }: Agent): number => load.get(id) ?? 0;
  const mayHave = ({ facts }: CaseRecord, agent: Agent): boolean => {
    const isMember = worksFor(agent, facts.team, members);
    return isMember && agent.id !== facts.leftBy && (capacity === null || loadOf(agent) < capacity);
  };
  return open
    .filter(({ state, id }) => state === "waiting" && !given.has(id))
    .toSorted((a, b) => byUrgency(turnOfCase(a), turnOfCase(b)))
    .flatMap((record): readonly Gift[] => {
      const [agent] = present
        .filter((one) => mayHave(record, one))
        .toSorted((a, b) => loadOf(a) - loadOf(b));
      if (agent === undefined) return [];
      load.set(agent.id, loadOf(agent) + 1);
      return [{ record, agent }];
    });
}

/** Makes what assigns cases. The case itself decides: one that somebody has taken meanwhile stays with him. */
export function createAssigner(parts: AssigningParts): Assigner {
  const { roster, view, inbox, clock, capacity, load } = parts;

  const give = async ({ record, agent }: Gift, key: string): Promise<void> => {
    const undo = await load.give(record, agent, capacity);
    // Another process, or he himself, was faster.
    if (undo === null) return;
    const event: CaseEvent = {
      type: "agent.claimed",
      agent: agent.name,
      by: agent.id,
      isAssigned: true,
      at: clock.now(),
    };
    try {
      const to = { kind: "case", id: record.id };
      if (!(await inbox.tell(to, { ...event }, [`assign:${record.id}:${key}`]))) await undo();
    } catch (error) {
      await undo();
      throw error;
    }
  };

  return {
    async assign(key) {
      const present = await roster.present();
      if (present.length === 0) return;
      const open = await view.list({ includeResolved: false });
      const underWay = await load.underWay(open);
      for (const gift of distribute(open, underWay, present, parts)) await give(gift, key);
    },
  };
}

/** A desk at which every change is an occasion to assign: somebody waits, or somebody has room again. */
export function createAssigningDesk(desk: HumanDesk, assigner: Assigner): HumanDesk {
  return {
    async publish(update, call) {
      await desk.publish(update, call);
      if (update.type !== "entry") await assigner.assign(call.key);
    },
  };
}
