import { loadSnapshot } from "./load.ts";
import type { Reducer } from "./reduce.ts";
import type { Persisted } from "./snapshot.ts";
import type { StepEvent } from "./step-event.ts";
import { toTaskError } from "./task-attempt.ts";

/** What one event to an inner machine came to. */
interface InnerStep {
  /** How far it is, as JSON; for the next event. */
  readonly kept: unknown;
  readonly isDone: boolean;
  /** Its custom actions, in order: nothing of them has been done. */
  readonly actions: readonly { readonly type: string; readonly params: unknown }[];
}

/**
 * A machine of the registry that lives inside the turn of another one: it has no mailbox and no timers of its own, and how far
 * it is lies with whoever asks it.
 */
export interface InnerMachine {
  /**
   * Gives it an event, and works until it waits for the next one.
   *
   * @param kept what the last step gave back; null begins it
   * @param run does the work behind an invoke
   * @throws whatever the machine throws; FrontdeskError `snapshot_unreadable` when a newer version kept it; the signal's reason
   *   after abort
   */
  take(
    kept: unknown,
    event: { readonly type: string },
    run: (src: string, input: unknown, id: string) => Promise<unknown>,
    call: { readonly signal: AbortSignal },
  ): Promise<InnerStep>;
}

/** A machine that goes round and round would never answer. */
const MOST_TASKS = 20;

async function work(
  state: Persisted,
  run: (src: string, input: unknown, id: string) => Promise<unknown>,
  signal: AbortSignal,
): Promise<StepEvent | null> {
  const [first] = Object.entries(state.tasks);
  if (first === undefined) return null;
  const [id, { src, input, token }] = first;
  const startedAt = performance.now();
  const common = () => ({ id, token, durationMs: Math.round(performance.now() - startedAt) });
  try {
    const output = await run(src, input, `${id}.${token}`);
    signal.throwIfAborted();
    return { type: "task.done", output, ...common() };
  } catch (error) {
    signal.throwIfAborted();
    return { type: "task.failed", error: toTaskError(error, src), ...common() };
  }
}

/** Makes an inner machine of a reducer. */
export function createInnerMachine(
  reducer: Reducer,
  clock: { readonly now: () => number },
): InnerMachine {
  const id = reducer.kind.kind;
  const open = (kept: unknown): Persisted => {
    const now = clock.now();
    if (kept === null) return reducer.init(id, now);
    return loadSnapshot(reducer, id, JSON.stringify(kept), now).state;
  };
  return {
    async take(kept, event, run, { signal }) {
      let state = reducer.step(open(kept), { type: "event", event }, clock.now());
      for (let tasks = 0; ; tasks += 1) {
        const next = await work(state, run, signal);
        if (next === null) break;
        if (tasks >= MOST_TASKS) throw new Error(`${id} goes on without coming to rest`);
        state = reducer.step(state, next, clock.now());
      }
      const { outbox, quarantine: _, status, ...rest } = state;
      if (Object.keys(rest.timers).length > 0) throw new Error(`${id} waits for a time`);
      return {
        kept: { ...rest, status, outbox: [], quarantine: [] },
        isDone: status === "done",
        actions: outbox.map(({ type, params }) => ({ type, params })),
      };
    },
  };
}
