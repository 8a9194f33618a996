import {
  createReducer,
  type MachineKind,
  type Persisted,
  type StepEvent,
} from "../../src/runtime/index.ts";

/** What to try, and what to look at, in a walk through a machine. */
export interface WalkOptions {
  readonly kind: MachineKind;
  /** External events to try in a configuration; `at` is added when absent. */
  readonly events: (
    state: Persisted,
  ) => readonly { readonly type: string; readonly [field: string]: unknown }[];
  /** Outputs to try for each task, by its `src`. A task without outputs only fails. */
  readonly outputs: Readonly<
    Record<string, readonly unknown[] | ((input: unknown) => readonly unknown[])>
  >;
  /**
   * What tells configurations apart besides state, tasks and timers: the few facts of the context that guards look at
   * (counters, flags). Keep it small, or the walk does not end.
   */
  readonly facets?: (state: Persisted) => unknown;
  /** Where an instance may wait for the outside without a task or a timer (idle, closed). */
  readonly isResting: (state: Persisted) => boolean;
  /** Default 20,000. */
  readonly maxConfigurations?: number;
  /** Is shown every state that is reached, as it would be stored, by whichever way. */
  readonly onConfiguration?: (state: Persisted) => void;
}

/** A finding with the way that leads to it: event types from the beginning. */
interface WalkFinding {
  readonly state: string;
  readonly what: string;
  readonly trail: readonly string[];
}

interface WalkReport {
  /** State values reached, as JSON. */
  readonly states: ReadonlySet<string>;
  /** `src` names of all tasks that were ever pending. */
  readonly tasks: ReadonlySet<string>;
  /** Custom action types that were ever put into the outbox. */
  readonly effects: ReadonlySet<string>;
  readonly configurations: number;
  readonly edges: number;
  /** Configurations without task and timer that are not resting: nobody would ever go on. */
  readonly stuck: readonly WalkFinding[];
  /** Tasks whose failure changes nothing: their invoke has no `onError`. */
  readonly unhandledErrors: readonly WalkFinding[];
  /** Tasks whose success changes nothing. */
  readonly unhandledOutputs: readonly WalkFinding[];
  /** Events on which the machine threw. */
  readonly thrown: readonly WalkFinding[];
  /** False when the walk stopped at `maxConfigurations`. */
  readonly isComplete: boolean;
}

interface Node {
  readonly state: Persisted;
  readonly trail: readonly string[];
}

const STEP_MS = 1_000;

/**
 * Walks breadth-first through everything that can happen to a machine under the durable reducer: external events, each
 * pending task succeeding (once per sample output) or failing, each armed timer falling due.
 */
export function walkMachine(options: WalkOptions): WalkReport {
  const reducer = createReducer(options.kind);
  const limit = options.maxConfigurations ?? 20_000;
  const found = createFindings();
  const seen = new Set<string>();
  const queue: Node[] = [];
  let edges = 0;

  const visit = (node: Node): void => {
    options.onConfiguration?.(node.state);
    const key = keyOf(node.state, options);
    if (seen.has(key) || seen.size >= limit) return;
    seen.add(key);
    queue.push(node);
    found.look(node, options);
  };

  visit({ state: reducer.init("walk", STEP_MS), trail: [] });
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    for (const step of stepsOf(node.state, options)) {
      edges += 1;
      const label = labelOf(step);
      const now = timeOf(node.state, step);
      try {
        const state = reducer.step(node.state, step, now);
        found.compare(node, step, state);
        // What is sent is no part of a configuration; without this the outbox grows for ever.
        visit({ state: { ...state, outbox: [] }, trail: [...node.trail, label] });
      } catch (error) {
        // XState itself gives up on a failed actor that no state handles.
        if (step.type === "task.failed") found.unhandledErrors.push(finding(node, step.id));
        else found.thrown.push(finding(node, `${label}: ${String(error)}`));
      }
    }
  }
  return { ...found, configurations: seen.size, edges, isComplete: seen.size < limit };
}

function createFindings() {
  const states = new Set<string>();
  const tasks = new Set<string>();
  const effects = new Set<string>();
  const stuck: WalkFinding[] = [];
  const unhandledErrors: WalkFinding[] = [];
  const unhandledOutputs: WalkFinding[] = [];
  const thrown: WalkFinding[] = [];
  return {
    states,
    tasks,
    effects,
    stuck,
    unhandledErrors,
    unhandledOutputs,
    thrown,
    look: (node: Node, options: WalkOptions): void => {
      const { state } = node;
      states.add(JSON.stringify(state.value));
      for (const { src } of Object.values(state.tasks)) tasks.add(src);
      const waits = Object.keys(state.tasks).length + Object.keys(state.timers).length;
      if (waits === 0 && state.status === "active" && !options.isResting(state)) {
        stuck.push(finding(node, "no task and no timer"));
      }
    },
    compare: (node: Node, step: StepEvent, next: Persisted): void => {
      for (const { type } of next.outbox) effects.add(type);
      const isSame =
        JSON.stringify([node.state.value, node.state.context, node.state.timers]) ===
          JSON.stringify([next.value, next.context, next.timers]) &&
        next.outbox.length === 0 &&
        Object.keys(next.tasks).length < Object.keys(node.state.tasks).length;
      if (!isSame) return;
      if (step.type === "task.failed") unhandledErrors.push(finding(node, step.id));
      if (step.type === "task.done") unhandledOutputs.push(finding(node, step.id));
    },
  };
}

function finding(node: Node, what: string): WalkFinding {
  return { state: JSON.stringify(node.state.value), what, trail: node.trail };
}

function keyOf(state: Persisted, options: WalkOptions): string {
  const facets = options.facets?.(state) ?? null;
  const { value, tasks, timers } = state;
  return JSON.stringify([
    value,
    Object.keys(tasks).toSorted(),
    Object.keys(timers).toSorted(),
    facets,
  ]);
}

function stepsOf(state: Persisted, options: WalkOptions): readonly StepEvent[] {
  const external = options.events(state).map((event): StepEvent => ({ type: "event", event }));
  const timers = Object.entries(state.timers).map(
    ([id, { token }]): StepEvent => ({ type: "timer.due", id, token }),
  );
  const tasks = Object.entries(state.tasks).flatMap(([id, { src, input, token }]) => {
    const samples = options.outputs[src] ?? [];
    const outputs = typeof samples === "function" ? samples(input) : samples;
    const error = {
      code: "task_failed",
      message: "it failed in the walk",
      retryable: false,
    } as const;
    return [
      ...outputs.map(
        (output): StepEvent => ({ type: "task.done", id, token, output, durationMs: 1 }),
      ),
      { type: "task.failed", id, token, error, durationMs: 1 } satisfies StepEvent,
    ];
  });
  return [...external, ...timers, ...tasks];
}

function timeOf(state: Persisted, step: StepEvent): number {
  const now = (state.rev + 2) * STEP_MS;
  if (step.type !== "timer.due") return now;
  return Math.max(now, state.timers[step.id]?.dueAt ?? now);
}

function labelOf(step: StepEvent): string {
  return step.type === "event" ? step.event.type : `${step.type}:${step.id}`;
}
