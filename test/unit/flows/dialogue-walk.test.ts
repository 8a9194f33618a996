import { describe, expect, it } from "vitest";
import { dialogueWalk } from "../../support/flows-walk.ts";
import { walkMachine } from "../../support/runtime-walk.ts";

describe("everything that can happen to a dialogue", () => {
  const report = walkMachine(dialogueWalk);

  it("is walked to the end, and every state is reached", () => {
    expect(report.isComplete).toBe(true);
    expect([...report.states].toSorted()).toEqual(
      [
        '"answering"',
        '"clarifying"',
        '"closed"',
        '{"condensing":"pausing"}',
        '{"condensing":"writing"}',
        '"escalating"',
        '"followUp"',
        '"followingFlow"',
        '"gathering"',
        '"idle"',
        '"searchingWeb"',
        '"understanding"',
        '"verifying"',
        '"waitingForAgent"',
        '"withAgent"',
        '{"retrieving":"pausing"}',
        '{"retrieving":"searching"}',
      ].toSorted(),
    );
    expect([...report.tasks].toSorted()).toEqual(
      [
        "answer",
        "condense",
        "flow",
        "retrieve",
        "searchWeb",
        "summarize",
        "understand",
        "verify",
      ].toSorted(),
    );
  });

  it("never leaves it stuck, throwing, or deaf to the failure or success of a task", () => {
    expect(report.stuck).toEqual([]);
    expect(report.thrown).toEqual([]);
    expect(report.unhandledErrors).toEqual([]);
    expect(report.unhandledOutputs).toEqual([]);
  });

  it("only ever posts, changes and removes replies, tells cases, settles messages that went to one and keeps turns for review", () => {
    expect([...report.effects].toSorted()).toEqual([
      "reply.edit",
      "reply.post",
      "reply.remove",
      "tell",
      "turn.reviewed",
      "turn.settled",
    ]);
  });
});
