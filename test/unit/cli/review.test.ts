import { describe, expect, it } from "vitest";
import { gapsOf, topicsOf } from "../../../src/cli/review/gaps.ts";
import { printTopics } from "../../../src/cli/review/print.ts";
import { redact } from "../../../src/cli/review/redact.ts";
import { asKept, replay } from "../../../src/cli/review/replay.ts";
import { trainingLines } from "../../../src/cli/review/training-lines.ts";
import { caseId, conversationId, messageId, userId } from "../../../src/core/index.ts";
import type { Feedback } from "../../../src/ports/feedback.ts";
import type { HandoverSample } from "../../../src/ports/handover-log.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aReviewedTurn } from "../../support/reply-builder.ts";

const { signal } = new AbortController();

function aThumb(parts: Partial<Feedback> = {}): Feedback {
  return {
    value: "bad",
    at: 5,
    platform: "slack",
    conversationId: conversationId("slack:T1:C9"),
    messageId: messageId("m"),
    userId: userId("U1"),
    asked: "leave?",
    question: "How long is parental leave?",
    answer: "14 weeks [1].",
    citations: [],
    confidence: 0.8,
    ...parts,
  };
}

function aHandover(parts: Partial<HandoverSample> = {}): HandoverSample {
  return {
    caseId: caseId("C-1"),
    conversationId: conversationId("slack:T1:C7"),
    platform: "slack",
    language: "en",
    reason: "repeated-failure",
    question: "Can I park my van?",
    confidence: 0.1,
    tried: [],
    suggestedAnswer: null,
    answers: ["Yes, in the yard.", "Ask ben@example.com for a key."],
    resolution: "solved",
    rating: null,
    team: null,
    openedAt: 7,
    resolvedAt: 8,
    ...parts,
  };
}

describe("knowledge gaps", () => {
  it("are what was declined, handed over, refused or found bad, and no answers", () => {
    const turns = [
      aReviewedTurn(),
      aReviewedTurn({ decision: "answer" }),
      aReviewedTurn({ decision: "clarify", complaint: "none-of-these" }),
      aReviewedTurn({ decision: "escalate", reason: "repeated-failure" }),
    ];

    const gaps = gapsOf({
      turns,
      feedback: [aThumb(), aThumb({ value: "good" })],
      handovers: [aHandover()],
    });

    expect(gaps.map(({ kind }) => kind).toSorted()).toEqual([
      "declined",
      "handed-over",
      "handed-over",
      "none-of-these",
      "thumb-down",
    ]);
  });

  it("count once where a handover that has ended and its turn are the same", () => {
    const same = { conversationId: conversationId("slack:T1:C7"), question: "Can I park my van?" };
    const turns = [aReviewedTurn({ ...same, decision: "escalate", reason: "repeated-failure" })];

    expect(gapsOf({ turns, feedback: [], handovers: [aHandover(same)] })).toHaveLength(1);
  });

  it("are put together by what they are about, in either language, the most frequent first", () => {
    const asked = [
      "Is there a gym?",
      "Can I bring my dog?",
      "Are dogs allowed?",
      "可以带狗来办公室吗",
      "办公室能带狗吗",
      "May my dog come along?",
    ];
    const turns = asked.map((question, at) => aReviewedTurn({ question, at }));

    const topics = topicsOf(gapsOf({ turns, feedback: [], handovers: [] }));

    expect(topics.map(({ count }) => count)).toEqual([3, 2, 1]);
    expect(topics[0]?.label).toContain("dog");
    expect(topics[1]?.gaps.map(({ question }) => question)).toContain("办公室能带狗吗");
    expect(topics[2]).toMatchObject({ label: "Is there a gym?", kinds: { declined: 1 } });
  });
});

describe("topics on a terminal", () => {
  it("say once what was asked once, with how it went", () => {
    const { io, lines } = fakePipes("");
    const turns = ["Is there a gym?", "May my dog come along?", "Are dogs allowed?"].map(
      (question, at) => aReviewedTurn({ question, at, passages: [] }),
    );
    const topics = topicsOf(gapsOf({ turns, feedback: [], handovers: [] }));

    printTopics(topics, { examples: 3, limit: 20 }, io);

    expect(lines()).toEqual([
      "2 × dog  (declined 2; last 1970-01-01)",
      "    Are dogs allowed?",
      "    May my dog come along?",
      "1 × Is there a gym?  (declined 1; last 1970-01-01)",
    ]);
  });
});

describe("what a model can learn from", () => {
  it("are good answers and solved cases in the chat format, without marks, addresses and doubles", () => {
    const good = aThumb({ value: "good" });

    const lines = trainingLines({
      feedback: [good, good, aThumb()],
      handovers: [aHandover(), aHandover({ resolution: "no-answer" })],
    });

    expect(lines.map(({ messages }) => messages.map(({ role }) => role))).toEqual(
      lines.map(() => ["system", "user", "assistant"]),
    );
    expect(lines.map(({ messages }) => messages.slice(1).map(({ content }) => content))).toEqual([
      ["How long is parental leave?", "14 weeks."],
      ["Can I park my van?", "Yes, in the yard.\n\nAsk [e-mail] for a key."],
    ]);
  });
});

describe("redaction", () => {
  it.each([
    ["write to Ana.Lopez+x@mail.example.co.uk now", "write to [e-mail] now"],
    ["call +49 (0)30 1234-5678 today", "call [phone] today"],
    ["我的手机是13812345678。", "我的手机是[phone]。"],
    ["card 4111 1111 1111 1111 expired", "card [card] expired"],
    ["to DE89 3704 0044 0532 0130 00 please", "to [account] please"],
    ["身份证11010519491231002X丢了", "身份证[id]丢了"],
    ["from 192.168.10.7 only", "from [ip] only"],
    ["the token xoxb-123456-abcdefgh leaked", "the token [token] leaked"],
    ["<@U012AB3CD> said so", "[person] said so"],
    ["https://ann:secret@host/x", "https://[login]@host/x"],
  ])("takes out of %j what names somebody or opens something", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it.each([
    "25 days of leave in 2026, 40 EUR a day",
    "from 2026-11-28 to 2026-12-01",
    "Version 1.2.3.4567 and error E1042",
    "报销上限是1200元，每天8小时",
  ])("leaves %j as it is", (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe("replay", () => {
  const turns = [
    aReviewedTurn({ question: "sure", decision: "answer", confidence: 0.9 }),
    aReviewedTurn({ question: "hardly", decision: "answer", confidence: 0.72 }),
    aReviewedTurn({ question: "no", decision: "decline", confidence: 0.3 }),
    aReviewedTurn({
      question: "both",
      decision: "clarify",
      confidence: 0.9,
      ambiguous: 0.9,
      readings: 2,
    }),
    aReviewedTurn({ question: "asked for", decision: "escalate", reason: "asked-for-person" }),
    aReviewedTurn({ question: "refused", decision: "clarify", complaint: "none-of-these" }),
  ];

  it("changes nothing under the same thresholds, and leaves out what others decided", async () => {
    const result = await replay(turns, {}, asKept, { signal });

    expect(result).toEqual({ n: 4, unchanged: 4, moves: {}, changed: [] });
  });

  it("tells what would have gone another way", async () => {
    const result = await replay(
      turns,
      { answerAt: 0.8, clarifyAt: 0.2, ambiguousAt: 0.95 },
      asKept,
      {
        signal,
      },
    );

    expect(result.moves).toEqual({
      "answer → unsure": 1,
      "decline → unsure": 1,
      "ask → answer": 1,
    });
    expect(result.changed[0]).toMatchObject({ question: "hardly", confidence: [0.72, 0.72] });
  });

  it("judges anew where that is wished for", async () => {
    const judge = async () => ({ answerable: 0.1, ambiguous: 0, readings: 0 });

    const { moves } = await replay(turns, {}, judge, { signal });

    expect(moves).toEqual({ "answer → decline": 2, "ask → decline": 1 });
  });
});
