import { describe, expect, test } from "vitest";
import { assign, createMachine, fromPromise, setup } from "xstate";
import { createReducer } from "../../../src/runtime/index.ts";
import { messageIn, smallKind } from "../../support/runtime-machines.ts";
import { done, due, external, failed, stepAll } from "../../support/runtime-steps.ts";

const GATHER = "xstate.after.GATHER.small.gathering";
const LIMIT = "xstate.after.LIMIT.small.answering";
const said = (text: string) =>
  external({ type: "message.received", message: messageIn("c", text) });

describe("durable reducer", () => {
  test("an invoke becomes a pending task with its input and a token", () => {
    const reducer = createReducer(smallKind());

    const state = stepAll(reducer, reducer.init("c", 0), said("hello"));

    expect(state.value).toBe("understanding");
    expect(state.tasks).toMatchObject({
      understand: { src: "understand", input: { text: "hello" }, attempt: 0 },
    });
    expect(state.tasks["understand"]?.token).toMatch(/^1\.\d+$/);
  });

  test("a finished task steps the machine and its custom actions wait in the outbox in order", () => {
    const reducer = createReducer(smallKind());
    let state = stepAll(reducer, reducer.init("c", 0), said("hello"));

    state = stepAll(reducer, state, done(state, "understand", { intent: "greet" }));
    state = stepAll(reducer, state, external({ type: "note.made", note: 1 }));
    state = stepAll(reducer, state, done(state, "answer", "hi"));

    expect(state.value).toBe("idle");
    expect(state.tasks).toEqual({});
    expect(state.outbox.map(({ type }) => type)).toEqual(["note.keep", "reply.post"]);
    expect(new Set(state.outbox.map(({ token }) => token)).size).toBe(2);
  });

  test("a delayed transition becomes a timer by the time of the step", () => {
    const reducer = createReducer(smallKind({ gatherMs: 300 }));

    const state = reducer.step(reducer.init("c", 0), said("hello"), 5_000);

    expect(state.timers).toMatchObject({ [GATHER]: { dueAt: 5_300 } });
    const after = stepAll(reducer, state, due(state, GATHER));
    expect(after.value).toBe("understanding");
    expect(after.timers).toEqual({});
  });

  test("re-entering a state arms its timer anew, and the old one means nothing any more", () => {
    const reducer = createReducer(smallKind({ gatherMs: 300 }));
    const first = stepAll(reducer, reducer.init("c", 0), said("one"));
    const late = due(first, GATHER);

    const second = stepAll(reducer, first, said("two"));

    expect(stepAll(reducer, second, late)).toBe(second);
    expect(stepAll(reducer, second, due(second, GATHER)).value).toBe("understanding");
  });

  test("leaving a state cancels its timer and takes its task away", () => {
    const reducer = createReducer(smallKind());
    let state = stepAll(reducer, reducer.init("c", 0), said("one"));
    state = stepAll(reducer, state, done(state, "understand", { intent: "ask" }));
    expect(Object.keys(state.timers)).toEqual([LIMIT]);

    const interrupted = stepAll(reducer, state, said("two"));

    expect(interrupted.timers).toEqual({});
    expect(interrupted.tasks).toMatchObject({ understand: { input: { text: "one | two" } } });
    expect(Object.keys(interrupted.tasks)).toEqual(["understand"]);
  });

  test("the completion of an interrupted task is dropped", () => {
    const reducer = createReducer(smallKind());
    const first = stepAll(reducer, reducer.init("c", 0), said("one"));
    const late = done(first, "understand", { intent: "ask" });

    const second = stepAll(reducer, first, said("two"));

    expect(stepAll(reducer, second, late)).toBe(second);
  });

  test("a failed task goes the machine's way for errors and tells the code", () => {
    const reducer = createReducer(smallKind());
    const state = stepAll(reducer, reducer.init("c", 0), said("one"));

    const after = stepAll(reducer, state, failed(state, "understand"));

    expect(after.value).toBe("idle");
    expect(after.outbox[0]?.params).toMatchObject({ reply: { text: "sorry: task_failed" } });
  });

  test("an unknown event leaves the very same object", () => {
    const reducer = createReducer(smallKind());
    const state = reducer.init("c", 0);

    expect(stepAll(reducer, state, external({ type: "weather.changed" }))).toBe(state);
  });

  test("an event from outside cannot pose as the completion of a task", () => {
    const reducer = createReducer(smallKind());
    const state = stepAll(reducer, reducer.init("c", 0), said("one"));
    const forged = { type: "xstate.done.actor.understand", output: { intent: "harm" } };

    expect(stepAll(reducer, state, external(forged))).toBe(state);
  });

  test("events are given the time of the step unless they bring their own", () => {
    const seen: unknown[] = [];
    const machine = setup({
      types: { context: {} as { at: unknown }, events: {} as { type: "seen"; at?: number } },
    }).createMachine({
      id: "timed",
      context: { at: null },
      on: { seen: { actions: assign({ at: ({ event }) => seen.push(event.at) && event.at }) } },
    });
    const reducer = createReducer({ ...smallKind(), machine });

    const at = reducer.step(reducer.init("c", 0), external({ type: "seen" }), 42);
    const own = reducer.step(at, external(Object.assign({ type: "seen" }, { at: 7 })), 43);

    expect(at.context).toEqual({ at: 42 });
    expect(own.context).toEqual({ at: 7 });
  });

  test("a delay of zero is a timer that is due at once", () => {
    const machine = setup({ delays: { NONE: 0 } }).createMachine({
      id: "zero",
      initial: "a",
      context: {},
      states: { a: { after: { NONE: "b" } }, b: {} },
    });
    const reducer = createReducer({ ...smallKind(), machine });

    const state = reducer.init("c", 100);

    expect(state.timers).toMatchObject({ "xstate.after.NONE.zero.a": { dueAt: 100 } });
    expect(stepAll(reducer, state, due(state, "xstate.after.NONE.zero.a")).value).toBe("b");
  });

  test("a context that JSON cannot hold is refused, naming the place", () => {
    const reducer = createReducer(smallKind());

    expect(() => stepAll(reducer, reducer.init("c", 0), external({ type: "date.kept" }))).toThrow(
      "context.note is an instance of a class",
    );
  });

  test("recovering from a defect keeps what is to be sent and what it failed on, and enters the fallback", () => {
    const reducer = createReducer(smallKind());
    let state = stepAll(reducer, reducer.init("c", 0), said("one"));
    state = stepAll(reducer, state, external({ type: "note.made", note: 1 }));
    const event = external({ type: "defect.met" });
    expect(() => stepAll(reducer, state, event)).toThrow("a defect of the machine");

    const after = reducer.recover("c", state, event, "a defect of the machine", 9_000);

    expect(after.value).toBe("withPerson");
    expect(after.tasks).toEqual({});
    expect(after.outbox.map(({ type }) => type)).toEqual(["note.keep", "reply.post"]);
    expect(after.quarantine).toMatchObject([
      { reason: "a defect of the machine", event, at: 9_000 },
    ]);
    expect(JSON.parse(after.quarantine[0]?.raw ?? "")).toMatchObject({ value: "understanding" });
    expect(after.birth).toBe(state.birth);
  });

  test("many recoveries keep the first failure and the newest, not all", () => {
    const reducer = createReducer(smallKind());
    let state = reducer.init("c", 0);
    const event = external({ type: "defect.met" });
    for (let at = 1; at <= 9; at += 1) state = reducer.recover("c", state, event, `no. ${at}`, at);

    expect(state.quarantine.map(({ reason }) => reason)).toEqual([
      "no. 1",
      "no. 7",
      "no. 8",
      "no. 9",
    ]);
  });

  test("nested and parallel fallback states are entered with their tasks and timers", () => {
    const machine = setup({
      actors: { call: fromPromise(async () => null) },
      delays: { PATIENCE: 60 },
    }).createMachine({
      id: "nested",
      initial: "a",
      context: {},
      states: {
        a: {},
        help: {
          type: "parallel",
          states: {
            left: { initial: "x", states: { x: {}, y: { invoke: { id: "call", src: "call" } } } },
            right: { initial: "u", states: { u: {}, w: { after: { PATIENCE: "u" } } } },
          },
        },
      },
    });
    const value = { help: { left: "y", right: "w" } };
    const reducer = createReducer({
      ...smallKind(),
      machine,
      fallback: () => ({ value, context: { kept: true } }),
    });

    const state = reducer.fallBack("c", "not json", "unreadable", 10);

    expect(state.value).toEqual(value);
    expect(state.context).toEqual({ kept: true });
    expect(Object.keys(state.tasks)).toEqual(["call"]);
    expect(state.timers).toMatchObject({
      "xstate.after.PATIENCE.nested.help.right.w": { dueAt: 70 },
    });
  });

  test("machines that cannot be kept are refused when the reducer is made", () => {
    const inline = createMachine({
      id: "inline",
      invoke: { src: fromPromise(async () => null) },
    });
    const history = setup({}).createMachine({
      id: "history",
      initial: "a",
      states: { a: { initial: "b", states: { b: {}, h: { type: "history" } } } },
    });

    expect(() => createReducer({ ...smallKind(), machine: inline })).toThrow("string src");
    expect(() => createReducer({ ...smallKind(), machine: history })).toThrow("history");
  });
});
