import { describe, expect, test } from "vitest";
import { createReducer, type Persisted } from "../../../src/runtime/index.ts";
import { encodeSnapshot, loadSnapshot } from "../../../src/runtime/load.ts";
import { persistedSchema } from "../../../src/runtime/snapshot.ts";
import { messageIn, smallKind } from "../../support/runtime-machines.ts";
import { done, external, stepAll } from "../../support/runtime-steps.ts";

const said = (text: string) =>
  external({ type: "message.received", message: messageIn("c", text) });

function answering() {
  const reducer = createReducer(smallKind());
  const state = stepAll(reducer, reducer.init("c", 5), said("one"));
  return stepAll(reducer, state, done(state, "understand", { intent: "ask" }));
}

/** A migration over a snapshot that is known to be whole. */
function changed(change: (state: Persisted) => unknown): (snapshot: unknown) => unknown {
  return (snapshot) => change(persistedSchema.parse(snapshot));
}

describe("loading snapshots", () => {
  test("a snapshot of this version comes back as it was written", () => {
    const state = answering();

    const loaded = loadSnapshot(createReducer(smallKind()), "c", encodeSnapshot(state), 9);

    expect(loaded).toEqual({ state, fallbackReason: null, isChanged: false });
  });

  test("an older snapshot is lifted step by step", () => {
    const reducer = createReducer(
      smallKind({
        version: 3,
        migrations: {
          1: changed((state) => ({ ...state, value: "idle", tasks: {}, timers: {} })),
          2: changed((state) => ({ ...state, context: { was: state.context, answers: 7 } })),
        },
      }),
    );

    const { state, fallbackReason } = loadSnapshot(reducer, "c", encodeSnapshot(answering()), 9);

    expect(fallbackReason).toBeNull();
    expect(state).toMatchObject({ v: 3, value: "idle", tasks: {}, context: { answers: 7 } });
  });

  test("a migration that moves the instance away from a task loses the task", () => {
    const reducer = createReducer(
      smallKind({
        version: 2,
        migrations: { 1: changed((state) => ({ ...state, value: "idle" })) },
      }),
    );

    const { state } = loadSnapshot(reducer, "c", encodeSnapshot(answering()), 9);

    expect(state.tasks).toEqual({});
  });

  test("a newer snapshot is never touched", () => {
    const text = encodeSnapshot({ ...answering(), v: 2 });

    expect(() => loadSnapshot(createReducer(smallKind()), "c", text, 9)).toThrow(
      expect.objectContaining({ code: "snapshot_unreadable" }),
    );
  });

  test.each([
    ["text that is not JSON", "{broken", "JSON"],
    ["JSON of another shape", '{"v":1,"hello":"world"}', "expected"],
    ["no version", '{"value":"idle"}', "expected"],
    ["a state that does not exist", encodeSnapshot({ ...answering(), value: "gone" }), "gone"],
  ])("%s goes to a person and the text is kept", (_, text, reason) => {
    const { state, fallbackReason } = loadSnapshot(createReducer(smallKind()), "c", text, 9);

    expect(state.value).toBe("withPerson");
    expect(fallbackReason).toContain(reason);
    expect(state.quarantine).toMatchObject([{ raw: text, at: 9 }]);
    expect(state.outbox.at(-1)?.params).toMatchObject({
      reply: { text: "a person will take over" },
    });
  });

  test("a migration that throws or is missing goes to a person", () => {
    const throwing = smallKind({
      version: 2,
      migrations: {
        1: () => {
          throw new Error("cannot lift this");
        },
      },
    });

    const text = encodeSnapshot(answering());

    expect(loadSnapshot(createReducer(throwing), "c", text, 9)).toMatchObject({
      state: { value: "withPerson" },
      fallbackReason: "cannot lift this",
    });
    expect(loadSnapshot(createReducer(smallKind({ version: 2 })), "c", text, 9)).toMatchObject({
      state: { value: "withPerson" },
      fallbackReason: "no migration from version 1",
    });
  });

  test("replies that an unreadable snapshot had still to send are sent, under the same keys", () => {
    const reducer = createReducer(smallKind());
    let state = answering();
    state = stepAll(reducer, state, done(state, "answer", "the answer"));
    const text = encodeSnapshot({ ...state, value: "gone" });

    const loaded = loadSnapshot(reducer, "c", text, 9).state;

    expect(loaded.outbox.map(({ params }) => params)).toMatchObject([
      { reply: { text: "the answer" } },
      { reply: { text: "a person will take over" } },
    ]);
    expect(loaded.outbox[0]?.token).toBe(state.outbox[0]?.token);
    expect(loaded.birth).toBe(state.birth);
    expect(loaded.outbox[1]?.token).not.toBe(loaded.outbox[0]?.token);
  });

  test("the half-written answer of an unreadable snapshot is kept in mind, to become the word of the fallback", () => {
    const address = { ...messageIn("c", "hello").address };
    const draft = { token: "3.draft", address, messageId: "m-1", attemptedAt: 5 };
    const text = encodeSnapshot({ ...answering(), draft, value: "gone" });

    const loaded = loadSnapshot(createReducer(smallKind()), "c", text, 9).state;

    expect(loaded.draft).toEqual(draft);
  });
});
