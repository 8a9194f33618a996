import type { ErrorCode } from "../core/index.ts";
import type { Persisted } from "./snapshot.ts";

/** What makes an instance step. */
export type StepEvent =
  | { readonly type: "event"; readonly event: { readonly type: string } }
  | { readonly type: "timer.due"; readonly id: string; readonly token: string }
  | {
      readonly type: "task.done";
      readonly id: string;
      readonly token: string;
      readonly output: unknown;
      readonly durationMs: number;
    }
  | {
      readonly type: "task.failed";
      readonly id: string;
      readonly token: string;
      readonly error: TaskError;
      readonly durationMs: number;
    };

/** What a machine learns of a task that failed. */
export interface TaskError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

/** An event in the machine's form. */
interface MachineEvent {
  readonly type: string;
  readonly at: number;
  readonly [name: string]: unknown;
}

/** A step on its way into the machine: what it is given, and the state without the timer or task that brought it. */
export interface TakenStep {
  readonly rest: Persisted;
  readonly event: MachineEvent;
}

/** Puts a step into the machine's form; null when it is forged, or from a timer or task that is not the current one. */
export function takeStep(state: Persisted, step: StepEvent, at: number): TakenStep | null {
  switch (step.type) {
    case "event":
      // XState's own names (and its wildcard, at which it throws) are none of the outside's.
      if (step.event.type.startsWith("xstate.") || step.event.type === "*") return null;
      return { rest: state, event: { at, ...step.event } };
    case "timer.due": {
      const { [step.id]: timer, ...timers } = state.timers;
      if (timer?.token !== step.token) return null;
      return { rest: { ...state, timers }, event: { ...timer.event, at } };
    }
    case "task.done":
    case "task.failed": {
      const { [step.id]: task, ...tasks } = state.tasks;
      if (task?.token !== step.token) return null;
      return { rest: { ...state, tasks }, event: completionOf(step, at) };
    }
  }
}

function completionOf(
  step: Extract<StepEvent, { type: "task.done" | "task.failed" }>,
  at: number,
): MachineEvent {
  const common = { actorId: step.id, at, durationMs: step.durationMs };
  return step.type === "task.done"
    ? { type: `xstate.done.actor.${step.id}`, output: step.output, ...common }
    : { type: `xstate.error.actor.${step.id}`, error: step.error, ...common };
}
