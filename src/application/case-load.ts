import { type CaseId, type CaseRecord, isHeldBy } from "../core/index.ts";
import type { Clock } from "../ports/clock.ts";
import type { Agent, DeskView } from "../ports/desk.ts";

/** The desk shows what was told to a case well before this; then what it shows counts alone. */
const UNDER_WAY_MS = 5000;

interface Mark {
  readonly caseId: CaseId;
  readonly agentId: string;
  /** The case as the desk showed it: once it shows another one, it has caught up. */
  readonly before: string;
  readonly until: number;
}

/** How many open cases agents have, with those that were told to be theirs and are not shown so yet. */
export interface CaseLoad {
  /**
   * Counts the case as the agent's from now on if he has room for it. Looks and marks in one step: of two at the same moment
   * the second is counted with the first.
   * @returns how many others he has when there is no room, or null and the way to take it back when the case is never told
   */
  take(
    record: CaseRecord,
    agent: Agent,
    capacity: number,
  ): Promise<{ readonly full: number | null; readonly undo: () => void }>;
  /** Whoever was to have the case has it no more. */
  forget(id: CaseId): void;
}

function lookOf({ state, agent, facts }: CaseRecord): string {
  return JSON.stringify([state, agent, facts.by ?? null]);
}

/** Makes what counts cases. Its marks are this process's own: another one sees what the desk shows. */
export function createCaseLoad(parts: {
  readonly view: Pick<DeskView, "list">;
  readonly clock: Clock;
}): CaseLoad {
  const { view, clock } = parts;
  const marks = new Set<Mark>();

  const dropShown = (open: readonly CaseRecord[]): void => {
    const looks = new Map(open.map((one) => [one.id, lookOf(one)]));
    const now = clock.now();
    for (const mark of marks) {
      // One that is opened again is not among the open ones until it is shown so.
      const look = looks.get(mark.caseId) ?? mark.before;
      if (mark.until <= now || look !== mark.before) marks.delete(mark);
    }
  };

  return {
    async take(record, agent, capacity) {
      const open = await view.list({ includeResolved: false });
      dropShown(open);
      const underWay = [...marks].filter(({ agentId }) => agentId === agent.id);
      const shown = open.filter((one) => isHeldBy(one, agent)).map(({ id }) => id);
      const held = new Set([...shown, ...underWay.map(({ caseId }) => caseId)]);
      held.delete(record.id);
      if (held.size >= capacity) return { full: held.size, undo: () => {} };
      const until = clock.now() + UNDER_WAY_MS;
      const mark = { caseId: record.id, agentId: agent.id, before: lookOf(record), until };
      marks.add(mark);
      return { full: null, undo: () => void marks.delete(mark) };
    },
    forget(id) {
      for (const mark of marks) if (mark.caseId === id) marks.delete(mark);
    },
  };
}
