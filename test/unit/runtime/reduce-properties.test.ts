import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createReducer, type Persisted, type StepEvent } from "../../../src/runtime/index.ts";
import { persistedSchema } from "../../../src/runtime/snapshot.ts";
import { messageIn, smallKind } from "../../support/runtime-machines.ts";
import { external } from "../../support/runtime-steps.ts";

/** One act of the world, resolved against whatever is pending when its turn comes; some are late on purpose. */
const act = fc.oneof(
  fc.record({ kind: fc.constant("say" as const), text: fc.string({ maxLength: 20 }) }),
  fc.record({ kind: fc.constant("finish" as const), output: fc.jsonValue(), stale: fc.boolean() }),
  fc.record({ kind: fc.constant("fail" as const), stale: fc.boolean() }),
  fc.record({ kind: fc.constant("ring" as const), stale: fc.boolean() }),
  fc.record({ kind: fc.constant("noise" as const), type: fc.string({ maxLength: 30 }) }),
  fc.record({ kind: fc.constant("note" as const), note: fc.jsonValue() }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

const message = messageIn("c", "");

function eventFor(state: Persisted, done: Act): StepEvent {
  const [task = ["none", { token: "0.0" }]] = Object.entries(state.tasks);
  const [timer = ["none", { token: "0.0" }]] = Object.entries(state.timers);
  const stale = { say: false, noise: false, note: false, finish: 0, fail: 0, ring: 0 };
  const isStale = done.kind in stale && "stale" in done && done.stale;
  const taskToken = isStale ? `${task[1].token}x` : task[1].token;
  switch (done.kind) {
    case "say":
      return external({ type: "message.received", message: { ...message, text: done.text } });
    case "noise":
      return external({ type: done.type });
    case "note":
      return external({ type: "note.made", note: done.note });
    case "finish":
      return {
        type: "task.done",
        id: task[0],
        token: taskToken,
        output: done.output,
        durationMs: 1,
      };
    case "fail": {
      const error = { code: "task_failed", message: "", retryable: true } as const;
      return { type: "task.failed", id: task[0], token: taskToken, error, durationMs: 1 };
    }
    case "ring":
      return { type: "timer.due", id: timer[0], token: isStale ? "9.9x" : timer[1].token };
  }
}

function play(acts: readonly Act[], reload: boolean): readonly Persisted[] {
  const reducer = createReducer(smallKind({ gatherMs: 200, followUpMs: 500 }));
  const states: Persisted[] = [reducer.init("c", 1)];
  for (const [index, next] of acts.entries()) {
    const last = states.at(-1);
    if (last === undefined) break;
    const from = reload ? persistedSchema.parse(JSON.parse(JSON.stringify(last))) : last;
    states.push(reducer.step(from, eventFor(from, next), index * 100));
  }
  return states;
}

describe("durable reducer, whatever happens", () => {
  test("the same events give the same states, also when each is written down and read back", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        expect(play(acts, true)).toEqual(play(acts, false));
      }),
      {
        examples: [
          [
            [
              { kind: "note", note: { "": -0 } },
              { kind: "say", text: "" },
            ],
          ],
        ],
      },
    );
  });

  test("at most one task is pending, tokens are never used twice, and every state can be stored", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const owners = new Map<string, string>();
        for (const state of play(acts, false)) {
          expect(Object.keys(state.tasks).length).toBeLessThanOrEqual(1);
          expect(persistedSchema.safeParse(JSON.parse(JSON.stringify(state))).success).toBe(true);
          const named = [
            ...Object.entries(state.tasks).map(([id, { token }]) => [token, `task ${id}`] as const),
            ...Object.entries(state.timers).map(
              ([id, { token }]) => [token, `timer ${id}`] as const,
            ),
            ...state.outbox.map(({ token, type }) => [token, `effect ${type}`] as const),
          ];
          for (const [token, owner] of named) {
            expect(owners.get(token) ?? owner).toBe(owner);
            owners.set(token, owner);
          }
        }
      }),
    );
  });

  test("a step never changes the state that it started from", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const reducer = createReducer(smallKind({ gatherMs: 200 }));
        let state = reducer.init("c", 1);
        for (const [index, next] of acts.entries()) {
          const before = JSON.stringify(state);
          const after = reducer.step(state, eventFor(state, next), index * 100);
          expect(JSON.stringify(state)).toBe(before);
          state = after;
        }
      }),
    );
  });

  test("a stale completion or timer leaves the very same object", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), (acts) => {
        const reducer = createReducer(smallKind({ gatherMs: 200, followUpMs: 500 }));
        const state = play(acts, false).at(-1);
        if (state === undefined) return;
        for (const id of [...Object.keys(state.tasks), "understand", "answer"]) {
          const late = { type: "task.done", id, token: "0.99", output: 1, durationMs: 1 } as const;
          expect(reducer.step(state, late, 1)).toBe(state);
        }
        for (const id of [...Object.keys(state.timers), "xstate.after.GATHER.small.gathering"]) {
          expect(reducer.step(state, { type: "timer.due", id, token: "0.99" }, 1)).toBe(state);
        }
      }),
    );
  });
});
