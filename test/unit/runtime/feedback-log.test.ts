import { describe, expect, it } from "vitest";
import { conversationId, messageId, userId } from "../../../src/core/index.ts";
import type { Feedback } from "../../../src/ports/feedback.ts";
import { createFeedbackLog, createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aCitation } from "../../support/reply-builder.ts";

function aFeedback(parts: Partial<Feedback> = {}): Feedback {
  return {
    value: "good",
    at: 1,
    platform: "slack",
    conversationId: conversationId("slack:T1:C1:1.2"),
    messageId: messageId("C1/1.3"),
    userId: userId("U1"),
    asked: "and for parents?",
    question: "How long is parental leave?",
    answer: "14 weeks [1]",
    citations: [aCitation()],
    confidence: 0.8,
    ...parts,
  };
}

function open() {
  const clock = createFakeClock();
  const memory = createSqliteKeyedMemory({ file: ":memory:", clock });
  return { clock, memory, log: createFeedbackLog(memory) };
}

describe("what people thought of answers", () => {
  it("is listed with the answer as it was given, newest first", async () => {
    const { log, clock } = open();
    const [first, second] = [
      aFeedback(),
      aFeedback({ userId: userId("U2"), value: "bad", note: "out of date" }),
    ];

    await log.add(first);
    clock.advance(5);
    await log.add(second);

    expect(await log.list({ value: null, limit: 10 })).toEqual([second, first]);
    expect(await log.list({ value: "good", limit: 10 })).toEqual([first]);
    expect(await log.list({ value: null, limit: 1 })).toEqual([second]);
  });

  it("replaces what the same person said of the same answer before", async () => {
    const { log } = open();

    await log.add(aFeedback());
    await log.add(aFeedback({ value: "bad" }));

    expect(await log.list({ value: null, limit: 10 })).toEqual([aFeedback({ value: "bad" })]);
  });

  it("leaves out what cannot be read", async () => {
    const { log, memory } = open();

    await memory.set("feedback:slack:odd", { value: "maybe" }, 1_000);

    expect(await log.list({ value: null, limit: 10 })).toEqual([]);
  });
});
