import { z } from "zod";
import { toJson } from "./json.ts";
import type { OutboxEntry, Persisted, PersistedTask } from "./snapshot.ts";

/** An action as XState's `transition()` returns it: nothing has been done yet. */
export interface Action {
  readonly type: string;
  readonly params: unknown;
}

/** The parts of a snapshot that actions change. */
export type Commitments = Pick<Persisted, "tasks" | "timers" | "outbox">;

const spawnParams = z.object({ id: z.string(), src: z.string(), input: z.unknown() });
const stopParams = z.object({ id: z.string() });
const cancelParams = z.object({ sendId: z.string() });
const raiseParams = z.object({
  id: z.string().optional(),
  delay: z.number().optional(),
  event: z.looseObject({ type: z.string() }),
});

/**
 * Turns actions into tasks (`invoke`), timers (`after`) and outbox entries (custom actions), in order. A custom
 * action whose params come out as null has nothing to do.
 * @throws TypeError for built-in actions that a durable machine cannot use, and for what JSON cannot hold
 */
export function applyActions(
  base: Persisted,
  actions: readonly Action[],
  now: number,
): Commitments {
  const tasks: Record<string, PersistedTask> = { ...base.tasks };
  const timers: Record<string, Persisted["timers"][string]> = { ...base.timers };
  const outbox: OutboxEntry[] = [...base.outbox];
  for (const [index, { type, params }] of actions.entries()) {
    const token = `${base.rev}.${index}`;
    if (type === "xstate.spawnChild") {
      const { id, src, input } = spawnParams.parse(params);
      tasks[id] = { src, input: toJson(input ?? null, `input of ${id}`), token, attempt: 0 };
    } else if (type === "xstate.stopChild") {
      delete tasks[stopParams.parse(params).id];
    } else if (type === "xstate.cancel") {
      delete timers[cancelParams.parse(params).sendId];
    } else if (type === "xstate.raise") {
      const { id, delay, event } = raiseParams.parse(params);
      // Raised without a delay: already handled within the same macrostep.
      if (delay !== undefined) timers[id ?? event.type] = { token, dueAt: now + delay, event };
    } else if (type.startsWith("xstate.")) {
      throw new TypeError(`machines of the runtime cannot use the action ${type}`);
    } else if (params !== null) {
      outbox.push(entryOf(token, type, params));
    }
  }
  return { tasks, timers, outbox };
}

function entryOf(token: string, type: string, params: unknown): OutboxEntry {
  const kept = toJson(params ?? null, `params of ${type}`);
  return { token, type, params: kept, attempts: 0, attemptedAt: null, notBefore: null };
}
