import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_DIALOGUE_SETTINGS, draftKind } from "../../../flows/index.ts";
import { createDraftTask } from "../../../src/application/index.ts";
import { caseId, type EffectKey, effectKey } from "../../../src/core/index.ts";
import { createReducer } from "../../../src/runtime/index.ts";
import { aTaskContext } from "../../support/flows-builders.ts";
import { aCase } from "../../support/reply-builder.ts";

const ID = "C-AAAAA-BBBBB";
const ASKED = { type: "event", event: { type: "draft.asked", at: 5 } } as const;

/** The mailbox of a case's drafts, in which somebody has just asked for one. */
function asked() {
  const reducer = createReducer(draftKind(DEFAULT_DIALOGUE_SETTINGS));
  const state = reducer.step(reducer.init(ID, 1), ASKED, 5);
  const [id = "", task] = Object.entries(state.tasks)[0] ?? [];
  return { reducer, state, id, task, token: task?.token ?? "" };
}

describe("a draft", () => {
  it("is a task of its own, which goes on wherever its process stopped, and comes as a note", () => {
    const { reducer, state, id, task, token } = asked();
    const kept = z.custom<typeof state>().parse(JSON.parse(JSON.stringify(state)));

    expect(task).toMatchObject({ src: "draft", input: { caseId: ID } });
    const output = { text: "28 days [1]" };
    const done = { type: "task.done", id, token, output, durationMs: 2 } as const;
    const after = reducer.step(kept, done, 9);

    expect(after.outbox).toMatchObject([
      {
        type: "tell",
        params: { to: { kind: "case", id: ID }, event: { type: "agent.noted", text: output.text } },
      },
    ]);
  });

  it("says so when it cannot be written, and can be asked for again", () => {
    const { reducer, state, id, token } = asked();
    const error = { code: "task_failed", message: "it failed", retryable: false } as const;

    const after = reducer.step(state, { type: "task.failed", id, token, error, durationMs: 2 }, 9);

    expect(JSON.stringify(after.outbox)).toContain("No draft this time");
    expect(Object.keys(reducer.step({ ...after, outbox: [] }, ASKED, 10).tasks)).toHaveLength(1);
  });

  it("is not written for a case that is gone", async () => {
    const { reducer, state, id, token } = asked();
    const task = createDraftTask({
      tasks: {},
      view: { get: () => Promise.resolve(null) },
      nothingFound: "Nothing found.",
    });

    const output = await task({ caseId: ID }, aTaskContext());
    const done = { type: "task.done", id, token, output, durationMs: 2 } as const;

    expect(reducer.step(state, done, 9).outbox).toEqual([]);
  });

  it("answers the customer's last words with what he may read, under the key of its task", async () => {
    const seen: { name: string; input: unknown; key: EffectKey }[] = [];
    const record = aCase({
      id: caseId(ID),
      entries: [{ kind: "customer", name: "Ann", text: "and in June?", at: 3 }],
    });
    const noting =
      (name: string, output: unknown) => (input: unknown, context: { key: EffectKey }) => {
        seen.push({ name, input, key: context.key });
        return Promise.resolve(output);
      };
    const citations = [{ n: 1, title: "Handbook", section: "Leave" }];
    const task = createDraftTask({
      tasks: {
        retrieve: noting("retrieve", { passages: [{}] }),
        answer: noting("answer", { text: "28 days [1]", citations }),
      },
      view: { get: () => Promise.resolve(record) },
      nothingFound: "Nothing found.",
    });

    const context = { ...aTaskContext(), key: effectKey("draft-task") };
    const output = await task({ caseId: ID }, context);

    expect(output).toEqual({ text: "28 days [1]\n[1] Leave" });
    expect(seen).toMatchObject([
      { name: "retrieve", input: { question: "and in June?" }, key: "draft-task" },
      { name: "answer", input: { question: "and in June?" }, key: "draft-task" },
    ]);
  });

  it("repeats none of the customer's words when nothing is found, since he may take them back", async () => {
    const said = { kind: "customer", name: "Ann", text: "my PIN is 4711", at: 3 } as const;
    const record = aCase({ id: caseId(ID), entries: [said] });
    const task = createDraftTask({
      tasks: { retrieve: () => Promise.resolve({ passages: [] }) },
      view: { get: () => Promise.resolve(record) },
      nothingFound: "Nothing found.",
    });

    expect(await task({ caseId: ID }, aTaskContext())).toEqual({ text: "Nothing found." });
  });
});
