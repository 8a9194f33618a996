import { describe, expect, test } from "vitest";
import { fromPromise, setup } from "xstate";
import { messageIn, smallKind } from "../../support/runtime-machines.ts";
import { walkMachine } from "../../support/runtime-walk.ts";

const events = () => [{ type: "message.received", message: messageIn("c", "hello") }];
const outputs = { understand: [{ intent: "ask" }], answer: ["an answer"] };

describe("walking through a machine", () => {
  test("reaches every state of a sound machine and finds nothing wrong", () => {
    const report = walkMachine({
      kind: smallKind({ gatherMs: 100, followUpMs: 500 }),
      events,
      outputs,
      isResting: ({ value }) => value === "idle",
    });

    expect([...report.states].toSorted()).toEqual(
      ["answering", "followingUp", "gathering", "idle", "understanding"].map((s) => `"${s}"`),
    );
    expect(report).toMatchObject({
      stuck: [],
      unhandledErrors: [],
      unhandledOutputs: [],
      thrown: [],
      isComplete: true,
    });
    expect(report.tasks).toEqual(new Set(["understand", "answer"]));
    expect(report.effects).toEqual(new Set(["reply.post"]));
  });

  test("finds an invoke without onError, with the way there", () => {
    const machine = setup({ actors: { call: fromPromise(async () => null) } }).createMachine({
      id: "careless",
      initial: "idle",
      context: {},
      states: {
        idle: { on: { "help.wanted": "calling" } },
        calling: { invoke: { id: "call", src: "call", onDone: "idle" } },
      },
    });

    const report = walkMachine({
      kind: { ...smallKind(), machine },
      events: () => [{ type: "help.wanted" }],
      outputs: { call: [null] },
      isResting: ({ value }) => value === "idle",
    });

    expect(report.unhandledErrors).toEqual([
      { state: '"calling"', what: "call", trail: ["help.wanted"] },
    ]);
  });

  test("finds a state that nobody would ever leave, with the way there", () => {
    const machine = setup({}).createMachine({
      id: "forgetful",
      initial: "idle",
      context: {},
      states: { idle: { on: { "help.wanted": "waiting" } }, waiting: {} },
    });

    const report = walkMachine({
      kind: { ...smallKind(), machine },
      events: () => [{ type: "help.wanted" }],
      outputs: {},
      isResting: ({ value }) => value === "idle",
    });

    expect(report.stuck).toEqual([
      { state: '"waiting"', what: "no task and no timer", trail: ["help.wanted"] },
    ]);
  });

  test("finds events on which the machine throws", () => {
    const report = walkMachine({
      kind: smallKind(),
      events: () => [{ type: "defect.met" }],
      outputs,
      isResting: () => true,
    });

    expect(report.thrown[0]?.what).toContain("a defect of the machine");
  });
});
