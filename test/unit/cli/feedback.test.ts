import { describe, expect, it } from "vitest";
import { listFeedback } from "../../../src/cli/feedback-commands.ts";
import { conversationId, messageId, userId } from "../../../src/core/index.ts";
import type { Feedback } from "../../../src/ports/feedback.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCitation } from "../../support/reply-builder.ts";

const signal = new AbortController().signal;
const all = { value: null, limit: 10, json: false } as const;

const given: Feedback = {
  value: "bad",
  at: Date.UTC(2027, 0, 31, 9, 30),
  platform: "slack",
  conversationId: conversationId("slack:T1:C1:1.2"),
  messageId: messageId("C1/1.3"),
  userId: userId("U1"),
  asked: "and for parents?",
  question: "How long is\nparental leave?",
  answer: "14 weeks [1]",
  citations: [aCitation({ title: "Leave", section: "Parents", source: "leave.md" })],
  confidence: 0.812,
};

describe("feedback list", () => {
  it("says who thought what of which answer, and where it came from", async () => {
    const pipes = fakePipes();

    await listFeedback(createFakeApplication({ feedback: [given] }), all, pipes.io, signal);

    expect(pipes.lines()).toEqual([
      "👎 2027-01-31 09:30  U1  confidence 0.81",
      "  asked:    How long is parental leave?",
      "  answered: 14 weeks [1]",
      "  from:     Leave · Parents · leave.md",
    ]);
  });

  it("says so when there is none, and prints a list for scripts", async () => {
    const [plain, json] = [fakePipes(), fakePipes()];
    const app = createFakeApplication({ feedback: [given] });

    await listFeedback(app, { ...all, value: "good" }, plain.io, signal);
    await listFeedback(app, { ...all, json: true }, json.io, signal);

    expect(plain.lines()).toEqual(["Nobody has pressed a thumb yet."]);
    expect(JSON.parse(json.lines().join(""))).toEqual([given]);
  });
});
