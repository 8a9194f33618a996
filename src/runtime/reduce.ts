import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  createMachine,
  initialTransition,
  transition,
} from "xstate";
import { FrontdeskError, type ReplyAddress } from "../core/index.ts";
import { beginAt } from "./begin-at.ts";
import { parseLeniently, toJson } from "./json.ts";
import { blankSnapshot, type Persisted, salvage, stateValueSchema } from "./snapshot.ts";
import { type Action, applyActions } from "./step-effects.ts";
import { type StepEvent, takeStep } from "./step-event.ts";

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
  /**
   * Whether something that waits to be sent must not be said any more, by the state as it is at that moment. It is then
   * left out as if it had been sent. Absent: everything is sent.
   */
  readonly isObsolete?: (value: unknown, effect: { type: string; params: unknown }) => boolean;
  /** Whether an instance is kept however long it is silent, by its context. Absent: none is. */
  readonly isKept?: (context: unknown) => boolean;
  /** An instance with nothing left to do is forgotten after this time of silence; null keeps it. */
  readonly idleTtlMs: number | null;
}

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
   * and so is what the instance still has to send. What came from outside is given to the fallback state, too: whoever said it
   * must not be met with silence.
   */
  recover(id: string, state: Persisted, event: StepEvent, reason: string, now: number): Persisted;
  /** Whether any state of the machine has a use for events of this type; if none has, a newer version may. */
  knows(type: string): boolean;
  /** Ids of the tasks that may run in the state of this snapshot. @throws Error when the state does not exist */
  invokesOf(state: Pick<Persisted, "value" | "context">): ReadonlySet<string>;
}

/** The first failure tells most; of the later ones the newest are kept. */
const MAX_QUARANTINED = 4;

/**
 * Makes a durable reducer of a machine: XState's `transition()` gives the next state and its actions as data; `invoke`
 * becomes a task, `after` a timer, custom actions become outbox entries. Tasks and timers carry a token (revision and
 * number), so that a late completion of an earlier one is told from the current one's.
 * @throws FrontdeskError `internal` when the machine uses what cannot be kept: inline actors or history states
 */
export function createReducer(kind: MachineKind): Reducer {
  const { machine } = kind;
  assertDurable(machine.root, kind.kind);
  const events: ReadonlySet<string> = new Set(machine.events);

  const step: Reducer["step"] = (state, event, now) => {
    const taken = takeStep(state, event, now);
    if (taken === null) return state;
    const current = restore(machine, state);
    const [next, actions] = transition(machine, current, taken.event);
    const isIgnored = next === current && actions.length === 0;
    if (isIgnored && taken.rest === state) return state;
    return apply({ ...taken.rest, rev: state.rev + 1 }, next, actions, now);
  };

  const stepOnce: Reducer["step"] = (state, event, now) => {
    try {
      return step(state, event, now);
    } catch {
      // It fails here as well: what is known of it lies in quarantine.
      return state;
    }
  };

  return {
    kind,
    init: (id, now) => {
      const [next, actions] = initialTransition(machine, kind.input(id));
      return apply(blankSnapshot(kind.version, now), next, actions, now);
    },
    step,
    fallBack: (id, raw, reason, now) => {
      const found = parseLeniently(raw);
      const base = { ...blankSnapshot(kind.version, now), ...salvage(found) };
      return enterFallback(kind, id, found, base, { reason, raw, event: null, at: now });
    },
    recover: (id, state, event, reason, now) => {
      const raw = JSON.stringify({ ...state, quarantine: [] });
      const base = { ...state, tasks: {}, timers: {} };
      const fallen = enterFallback(kind, id, state, base, { reason, raw, event, at: now });
      return event.type === "event" ? stepOnce(fallen, event, now) : fallen;
    },
    knows: (type) => events.has(type) || events.has("*"),
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
  const value: unknown = next.value;
  return {
    ...base,
    status: next.status === "done" ? "done" : "active",
    value: stateValueSchema.parse(value),
    context: toJson(next.context, "context"),
    ...applyActions(base, actions, now),
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
