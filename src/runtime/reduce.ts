import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createMachine,
  initialTransition,
  transition,
} from "xstate";
import { z } from "zod";
import { type ErrorCode, FrontdeskError, type ReplyAddress } from "../core/index.ts";
import { toJson } from "./json.ts";
import { type Persisted, salvage, stateValueSchema } from "./snapshot.ts";

/** A state machine that the runtime can keep: its drawing, its versions, and where it goes when nothing else helps. */
export interface MachineKind {
  /** Name in the registry, e.g. `dialogue`. Letters, digits and `-`. */
  readonly kind: string;
  /** Version of its snapshots, 1 or more; workers leave newer ones alone. */
  readonly version: number;
  readonly machine: AnyStateMachine;
  /** Steps from version `v` to `v + 1` of the whole snapshot, by `v`. A snapshot without `v` does not exist. */
  readonly migrations: Readonly<Record<number, (snapshot: unknown) => unknown>>;
  /** State in which an instance goes on whose snapshot cannot be read: with a person. Entered like any other state. */
  readonly fallback: (id: string, raw: unknown) => { value: unknown; context: unknown };
  readonly input: (id: string) => unknown;
  /** Where to show what its running task is doing; null when nowhere. */
  readonly addressOf: (context: unknown) => ReplyAddress | null;
  /** An instance with nothing left to do is forgotten after this time of silence; null keeps it. */
  readonly idleTtlMs: number | null;
}

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
      readonly error: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly retryable: boolean;
      };
      readonly durationMs: number;
    };

/** A machine kind as a pure function: no clock, no I/O, the same result for the same arguments. */
export interface Reducer {
  readonly kind: MachineKind;
  /** A new instance. */
  init(id: string, now: number): Persisted;
  /**
   * The instance after an event. The very same object when the event means nothing: unknown to the state, or from a timer
   * or task that is no longer the current one.
   * @throws whatever the machine throws, and TypeError when it leaves something that JSON cannot hold
   */
  step(state: Persisted, event: StepEvent, now: number): Persisted;
  /** Goes on in the kind's fallback state when the stored text cannot be read; the text is kept in `quarantine`. */
  fallBack(id: string, raw: string, reason: string, now: number): Persisted;
  /**
   * Goes on in the kind's fallback state after {@link Reducer.step} threw; state and event are kept in `quarantine`,
   * and so is what the instance still has to send.
   */
  recover(id: string, state: Persisted, event: StepEvent, reason: string, now: number): Persisted;
  /** Ids of the tasks that may run in the state of this snapshot. @throws Error when the state does not exist */
  invokesOf(state: Pick<Persisted, "value" | "context">): ReadonlySet<string>;
}

interface Action {
  readonly type: string;
  readonly params: unknown;
}

interface MachineEvent {
  readonly type: string;
  readonly at: number;
  readonly [name: string]: unknown;
}

/** The first failure tells most; of the later ones the newest are kept. */
const MAX_QUARANTINED = 4;

const spawnParams = z.object({ id: z.string(), src: z.string(), input: z.unknown() });
const stopParams = z.object({ id: z.string() });
const cancelParams = z.object({ sendId: z.string() });
const raiseParams = z.object({
  id: z.string().optional(),
  delay: z.number().optional(),
  event: z.looseObject({ type: z.string() }),
});

/**
 * Makes a durable reducer of a machine: XState's `transition()` gives the next state and its actions as data; `invoke`
 * becomes a task, `after` a timer, custom actions become outbox entries. Tasks and timers carry a token (revision and
 * number), so that a late completion of an earlier one is told from the current one's.
 * @throws FrontdeskError `internal` when the machine uses what cannot be kept: inline actors or history states
 */
export function createReducer(kind: MachineKind): Reducer {
  const { machine } = kind;
  assertDurable(machine.root, kind.kind);

  return {
    kind,
    init: (id, now) => {
      const [next, actions] = initialTransition(machine, kind.input(id));
      return apply(blank(kind.version, now), next, actions, now);
    },
    step: (state, event, now) => {
      const taken = take(state, event, now);
      if (taken === null) return state;
      const current = restore(machine, state);
      const [next, actions] = transition(machine, current, taken.event);
      const isIgnored = next === current && actions.length === 0;
      if (isIgnored && taken.rest === state) return state;
      return apply({ ...taken.rest, rev: state.rev + 1 }, next, actions, now);
    },
    fallBack: (id, raw, reason, now) => {
      const found = parseLeniently(raw);
      const base = { ...blank(kind.version, now), ...salvage(found) };
      return enterFallback(kind, id, found, base, { reason, raw, event: null, at: now });
    },
    recover: (id, state, event, reason, now) => {
      const raw = JSON.stringify({ ...state, quarantine: [] });
      const base = { ...state, tasks: {}, timers: {} };
      return enterFallback(kind, id, state, base, { reason, raw, event, at: now });
    },
    invokesOf: (state) => new Set(invokeIds(restore(machine, state))),
  };
}

function enterFallback(
  kind: MachineKind,
  id: string,
  found: unknown,
  base: Persisted,
  entry: Persisted["quarantine"][number],
): Persisted {
  const { value, context } = kind.fallback(id, found);
  const [next, actions] = initialTransition(startingAt(kind.machine, value, context));
  const [first, ...later] = [...base.quarantine, entry];
  const kept = [...(first === undefined ? [] : [first]), ...later.slice(1 - MAX_QUARANTINED)];
  return apply({ ...base, rev: base.rev + 1, quarantine: kept }, next, actions, entry.at);
}

function blank(version: number, now: number): Persisted {
  return {
    v: version,
    birth: now,
    rev: 0,
    status: "active",
    value: "",
    context: null,
    tasks: {},
    timers: {},
    outbox: [],
    deadLetters: [],
    draft: null,
    turn: null,
    quarantine: [],
  };
}

/** Turns a step into XState's event, and takes the timer or task out of the state; null when it is not the current one. */
function take(
  state: Persisted,
  step: StepEvent,
  at: number,
): { readonly rest: Persisted; readonly event: MachineEvent } | null {
  if (step.type === "event") {
    // XState's own names (and its wildcard, at which it throws) are none of the outside's.
    const isForged = step.event.type.startsWith("xstate.") || step.event.type === "*";
    return isForged ? null : { rest: state, event: { at, ...step.event } };
  }
  const { id, token } = step;
  if (step.type === "timer.due") {
    const { [id]: timer, ...timers } = state.timers;
    if (timer?.token !== token) return null;
    return { rest: { ...state, timers }, event: { ...timer.event, at } };
  }
  const { [id]: task, ...tasks } = state.tasks;
  if (task?.token !== token) return null;
  const common = { actorId: id, at, durationMs: step.durationMs };
  const event =
    step.type === "task.done"
      ? { type: `xstate.done.actor.${id}`, output: step.output, ...common }
      : { type: `xstate.error.actor.${id}`, error: step.error, ...common };
  return { rest: { ...state, tasks }, event };
}

/**
 * A live snapshot of XState for a persisted one. A resolved state knows no children, and `stopChild` then comes back
 * without the id of what it stops (5.33.3): hence a stub for every invoke.
 */
function restore(
  machine: AnyStateMachine,
  state: Pick<Persisted, "value" | "context">,
): AnyMachineSnapshot {
  const snapshot = machine.resolveState({ value: state.value, context: state.context });
  const stubs = new Map(invokeIds(snapshot).map((id) => [id, { id }]));
  const children: Readonly<Record<string, { readonly id: string }>> = Object.fromEntries(stubs);
  return Object.assign(snapshot, { children });
}

function invokeIds(snapshot: AnyMachineSnapshot): readonly string[] {
  return snapshot._nodes.flatMap((node) => node.invoke.map(({ id }) => id));
}

/** Writes XState's next snapshot and the actions that lead to it into the persisted form. */
function apply(
  base: Persisted,
  next: AnyMachineSnapshot,
  actions: readonly Action[],
  now: number,
): Persisted {
  if (next.status === "error") {
    throw new Error("an error that no state of the machine handles", { cause: next.error });
  }
  const tasks = { ...base.tasks };
  const timers = { ...base.timers };
  const outbox = [...base.outbox];
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
    } else {
      const entry = { token, type, params: toJson(params ?? null, `params of ${type}`) };
      outbox.push({ ...entry, attempts: 0, attemptedAt: null, notBefore: null });
    }
  }
  const value: unknown = next.value;
  return {
    ...base,
    status: next.status === "done" ? "done" : "active",
    value: stateValueSchema.parse(value),
    context: toJson(next.context, "context"),
    tasks,
    timers,
    outbox,
  };
}

/**
 * The same machine with another first state, so that entering it runs its entry actions, invokes and timers:
 * `resolveState` would only sit down in it.
 */
function startingAt(machine: AnyStateMachine, value: unknown, context: unknown): AnyStateMachine {
  const altered: AnyStateMachine = createMachine(beginAt({ ...machine.config, context }, value));
  return altered.provide(machine.implementations);
}

function beginAt(node: object, value: unknown): object {
  const states: unknown = "states" in node ? node.states : undefined;
  if (typeof states !== "object" || states === null) return node;
  if (typeof value === "string") return { ...node, initial: value };
  if (typeof value !== "object" || value === null) return node;
  const names = Object.keys(value);
  const changed = Object.entries(states).map(([name, child]): [string, unknown] => {
    const inner: unknown = Object.entries(value).find(([key]) => key === name)?.[1];
    return [name, inner === undefined ? child : beginAt(Object(child), inner)];
  });
  const isParallel = "type" in node && node.type === "parallel";
  return {
    ...node,
    states: Object.fromEntries(changed),
    ...(isParallel ? {} : { initial: names[0] }),
  };
}

function assertDurable(node: AnyStateNode, kind: string): void {
  const fail = (what: string): never => {
    throw new FrontdeskError("internal", `machine ${kind}, state ${node.id}: ${what}`);
  };
  if (node.type === "history") fail("history states cannot be kept; name the target");
  for (const { src, id } of node.invoke) {
    if (typeof src !== "string" || src.startsWith("xstate.invoke.")) {
      fail(`invoke ${id} must name its actor by a string src`);
    }
  }
  for (const child of Object.values(node.states)) assertDurable(child, kind);
}

function parseLeniently(raw: string): unknown {
  try {
    const value: unknown = JSON.parse(raw);
    return value;
  } catch {
    return null;
  }
}
