import type { Persisted, Reducer, StepEvent } from "../../src/runtime/index.ts";

/** Steps through events in order, one second apart. */
export function stepAll(
  reducer: Reducer,
  from: Persisted,
  ...events: readonly StepEvent[]
): Persisted {
  return events.reduce((state, event) => reducer.step(state, event, (state.rev + 1) * 1_000), from);
}

/** An event from the mailbox. */
export function external(
  event: { readonly type: string } & Readonly<Record<string, unknown>>,
): StepEvent {
  return { type: "event", event };
}

/** Completion of the pending task with this id, as its current holder would report it. */
export function done(state: Persisted, id: string, output: unknown): StepEvent {
  return { type: "task.done", id, token: tokenOf(state.tasks, id), output, durationMs: 5 };
}

/** Failure of the pending task with this id. */
export function failed(state: Persisted, id: string): StepEvent {
  const error = { code: "task_failed", message: "it failed", retryable: false } as const;
  return { type: "task.failed", id, token: tokenOf(state.tasks, id), error, durationMs: 5 };
}

/** The armed timer with this id falls due. */
export function due(state: Persisted, id: string): StepEvent {
  return { type: "timer.due", id, token: tokenOf(state.timers, id) };
}

function tokenOf(
  entries: Readonly<Record<string, { readonly token: string }>>,
  id: string,
): string {
  const entry = entries[id];
  if (entry === undefined)
    throw new Error(`there is no ${id}, only ${Object.keys(entries).join()}`);
  return entry.token;
}
