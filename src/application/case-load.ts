import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type CaseId, type CaseRecord, isHeldBy } from "../core/index.ts";
import type { Agent, DeskView } from "../ports/desk.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";

/** The desk shows what was told to a case well before this; then what it shows counts alone. */
const UNDER_WAY_MS = 5000;
/** Whoever dies while he looks keeps others waiting for so long. */
const TURN_MS = 2000;
const LOOK_AGAIN_MS = 20;
const MAX_MARKS = 1000;
const PREFIX = "desk:mark:";
const GIFT = "desk:gift:";

const markSchema = z.object({
  caseId: z.string(),
  agentId: z.string(),
  /** The case as the desk showed it: once it shows another one, it has caught up. */
  before: z.string(),
});
type Mark = z.infer<typeof markSchema>;

interface Taken {
  readonly full: number | null;
  readonly undo: () => Promise<void>;
}

/** How many open cases agents have, with those that were told to be theirs and are not shown so yet. */
export interface CaseLoad {
  /**
   * Counts the case as the agent's from now on if he has room for it. Looks and marks in one step, of however many processes:
   * of two at the same moment the second is counted with the first.
   * @param capacity null for no limit
   * @returns how many others he has when there is no room, or null and the way to take it back when the case is never told
   */
  take(record: CaseRecord, agent: Agent, capacity: number | null): Promise<Taken>;
  /** The same for a case that nobody asked for; null when it has just been given to somebody, or he has no room. */
  give(record: CaseRecord, agent: Agent, capacity: number | null): Promise<Taken["undo"] | null>;
  /** Cases that were told to be somebody's, and are not shown so yet. */
  underWay(
    open: readonly CaseRecord[],
  ): Promise<readonly { readonly caseId: string; readonly agentId: string }[]>;
  /** Whoever was to have the case has it no more. */
  forget(id: CaseId): Promise<void>;
}

function lookOf({ state, agent, facts }: CaseRecord): string {
  return JSON.stringify([state, agent, facts.by ?? null]);
}

function nameOf({ caseId, agentId }: Pick<Mark, "caseId" | "agentId">): string {
  return `${PREFIX}${caseId}:${agentId}`;
}

/** Makes what counts cases. Its marks lie in the installation's memory: every process sees them. */
export function createCaseLoad(parts: {
  readonly view: Pick<DeskView, "list">;
  readonly memory: Pick<KeyedMemory, "claim" | "set" | "delete" | "list">;
}): CaseLoad {
  const { view, memory } = parts;

  const marksOf = async (prefix: string): Promise<readonly Mark[]> => {
    const found = await memory.list(prefix, MAX_MARKS);
    return found.flatMap(({ value }) => markSchema.safeParse(value).data ?? []);
  };

  const underWay = async (open: readonly CaseRecord[]): Promise<readonly Mark[]> => {
    const looks = new Map<string, string>(open.map((one) => [one.id, lookOf(one)]));
    const marks = await marksOf(PREFIX);
    // One that is opened again is not among the open ones until it is shown so.
    const isShown = ({ caseId, before }: Mark): boolean => (looks.get(caseId) ?? before) !== before;
    for (const mark of marks.filter(isShown)) await memory.delete(nameOf(mark));
    return marks.filter((mark) => !isShown(mark));
  };

  /** One after the other, of however many processes. */
  const inTurn = async <Value>(agent: Agent, work: () => Promise<Value>): Promise<Value> => {
    const turn = `desk:load:${agent.id}`;
    while (!(await memory.claim(turn, true, TURN_MS))) await sleep(LOOK_AGAIN_MS);
    try {
      return await work();
    } finally {
      await memory.delete(turn);
    }
  };

  const heldBy = async (agent: Agent, but: CaseId): Promise<number> => {
    const open = await view.list({ includeResolved: false });
    const told = (await underWay(open)).filter(({ agentId }) => agentId === agent.id);
    const shown = open.filter((one) => isHeldBy(one, agent)).map(({ id }): string => id);
    const held = new Set([...shown, ...told.map(({ caseId }) => caseId)]);
    held.delete(but);
    return held.size;
  };

  const take: CaseLoad["take"] = (record, agent, capacity) =>
    inTurn(agent, async () => {
      const held = capacity === null ? 0 : await heldBy(agent, record.id);
      if (capacity !== null && held >= capacity) return { full: held, undo: async () => {} };
      const mark: Mark = { caseId: record.id, agentId: agent.id, before: lookOf(record) };
      await memory.set(nameOf(mark), mark, UNDER_WAY_MS);
      return { full: null, undo: () => memory.delete(nameOf(mark)) };
    });

  return {
    underWay,
    take,
    async give(record, agent, capacity) {
      const gift = `${GIFT}${record.id}`;
      if (!(await memory.claim(gift, agent.id, UNDER_WAY_MS))) return null;
      const { full, undo } = await take(record, agent, capacity);
      const withdraw = async (): Promise<void> => {
        await undo();
        await memory.delete(gift);
      };
      if (full === null) return withdraw;
      await withdraw();
      return null;
    },
    async forget(id) {
      await memory.delete(`${GIFT}${id}`);
      for (const mark of await marksOf(`${PREFIX}${id}:`)) await memory.delete(nameOf(mark));
    },
  };
}
