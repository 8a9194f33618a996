import { describe, expect, test } from "vitest";
import { caseId } from "../../src/core/index.ts";
import {
  createReducer,
  type MachineKind,
  type Persisted,
  type StepEvent,
} from "../../src/runtime/index.ts";
import { loadSnapshot } from "../../src/runtime/load.ts";
import { persistedSchema } from "../../src/runtime/snapshot.ts";
import { aMessage } from "../support/flows-builders.ts";
import {
  type GoldenSnapshot,
  goldenSnapshots,
  stateName,
  WALKS,
} from "../support/golden-snapshots.ts";
import { type WalkOptions, walkMachine } from "../support/runtime-walk.ts";

const NOW = 2_000_000_000_000;
const ID = "console:test";

function walkOf(kind: string): WalkOptions {
  const walk = WALKS.find((one) => one.kind.kind === kind);
  if (walk === undefined) throw new Error(`there is no walk through ${kind}`);
  return walk;
}

function load({ kind, text }: GoldenSnapshot) {
  return loadSnapshot(createReducer(walkOf(kind).kind), ID, text, NOW);
}

/** The next thing that happens by itself: a task succeeds with its first sample output, or the next timer falls due. */
function nextStep(state: Persisted, { outputs }: WalkOptions): StepEvent | null {
  const [task] = Object.entries(state.tasks);
  if (task !== undefined) {
    const [id, { src, input, token }] = task;
    const samples = outputs[src] ?? [];
    const [output] = typeof samples === "function" ? samples(input) : samples;
    return { type: "task.done", id, token, output, durationMs: 1 };
  }
  const [timer] = Object.entries(state.timers).toSorted(([, a], [, b]) => a.dueAt - b.dueAt);
  return timer === undefined ? null : { type: "timer.due", id: timer[0], token: timer[1].token };
}

/** Effects of an event and of everything that follows from it by itself. */
function effectsOf(from: Persisted, event: StepEvent, walk: WalkOptions): readonly string[] {
  const reducer = createReducer(walk.kind);
  let state = reducer.step({ ...from, outbox: [] }, event, NOW + 1_000);
  for (let round = 0; round < 30; round += 1) {
    const step = nextStep(state, walk);
    if (step === null) break;
    state = reducer.step(state, step, NOW + 2_000 + round);
  }
  expect(persistedSchema.safeParse(JSON.parse(JSON.stringify(state))).success).toBe(true);
  return state.outbox.map(({ type }) => type);
}

const golden = goldenSnapshots();

describe("snapshots of every released version", () => {
  test.each(WALKS.map(({ kind }): [string, MachineKind] => [kind.kind, kind]))(
    "are kept for every version of %s, and for every state of the present one",
    (name, kind) => {
      const versions = new Set(golden.filter((one) => one.kind === name).map((one) => one.version));
      const states = golden
        .filter((one) => one.kind === name && one.version === kind.version)
        .map(({ state }) => state);

      expect([...versions]).toEqual(Array.from({ length: kind.version }, (_, index) => index + 1));
      const reached = [...walkMachine(walkOf(name)).states].map((state) =>
        stateName(JSON.parse(state)),
      );
      expect(states.toSorted()).toEqual(reached.toSorted());
    },
  );

  test.each(golden)("$kind v$version in $state is read as it is, by the present version", (one) => {
    const loaded = load(one);

    expect(loaded.fallbackReason).toBeNull();
    expect(loaded.state).toMatchObject({ v: walkOf(one.kind).kind.version, quarantine: [] });
    if (one.version === loaded.state.v) {
      expect(stateName(loaded.state.value)).toBe(one.state);
      expect(loaded.state).toEqual(JSON.parse(one.text));
    }
  });

  test.each(golden.filter(({ kind }) => kind === "dialogue"))(
    "a $kind v$version that was kept in $state goes on with the next message, and not in silence",
    (one) => {
      const { state } = load(one);
      const message = aMessage("And how many for contractors?", { by: "ana" });
      const received = { type: "message.received", message, at: NOW };

      const effects = effectsOf(state, { type: "event", event: received }, walkOf(one.kind));

      expect(effects.some((type) => type === "reply.post" || type === "tell")).toBe(true);
    },
  );

  test.each(golden.filter(({ kind }) => kind === "case"))(
    "a $kind v$version that was kept in $state goes on with what happens at the desk",
    (one) => {
      const { state } = load(one);
      const event =
        one.state === "opening"
          ? (walkOf("case").events(state)[0] ?? { type: "none" })
          : { type: "agent.replied", caseId: caseId("C-1"), agent: "Mia", text: "Hello", at: NOW };

      const effects = effectsOf(state, { type: "event", event }, walkOf("case"));

      expect(effects).toContain("desk.publish");
    },
  );
});
