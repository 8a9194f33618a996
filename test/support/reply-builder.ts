import {
  type CaseRecord,
  type Citation,
  caseId,
  conversationId,
  type HandoffPacket,
  messageId,
  NEW_CASE_FACTS,
  passageId,
  type Reply,
  type ReplyAddress,
  userId,
} from "../../src/core/index.ts";
import type { ReviewedTurn } from "../../src/ports/review-log.ts";

/** An answer of the bot; say only what matters. */
export function aReply(parts: Partial<Reply> = {}): Reply {
  return {
    decision: "answer",
    text: "You have 25 days of leave a year [1].",
    language: "en",
    confidence: 0.82,
    question: "How many days of leave do I have?",
    citations: [aCitation()],
    options: [],
    case: null,
    marks: ["extractive"],
    timings: { understandMs: 1, retrieveMs: 4 },
    speaker: { kind: "bot" },
    ...parts,
  };
}

/** A question as it is kept for review: declined, unless said otherwise. */
export function aReviewedTurn(parts: Partial<ReviewedTurn> = {}): ReviewedTurn {
  return {
    at: 1,
    platform: "slack",
    conversationId: conversationId("slack:T1:C1:1.2"),
    messageId: messageId("C1/1.3"),
    userId: userId("U1"),
    language: "en",
    decision: "decline",
    marks: [],
    complaint: null,
    reason: null,
    asked: "Can I bring my dog?",
    question: "Can I bring my dog?",
    answer: "I could not find this in the documents.",
    confidence: 0.2,
    ambiguous: 0.1,
    readings: 0,
    round: 0,
    passages: [{ id: passageId("p1"), title: "Office", section: "Desks", source: "office.md" }],
    ...parts,
  };
}

/** A source of an answer. */
export function aCitation(parts: Partial<Citation> = {}): Citation {
  return {
    n: 1,
    passageId: passageId("p1"),
    title: "Leave",
    section: "Annual leave",
    source: "docs/leave.md",
    quote: "Every employee has 25 days of leave a year.",
    origin: "local",
    ...parts,
  };
}

/** An address of a console conversation. */
export function anAddress(conversation = "console:ann"): ReplyAddress {
  return {
    platform: "console",
    conversationId: conversationId(conversation),
    channelId: conversation,
    threadId: null,
    replyTo: null,
    ephemeral: false,
  };
}

/** What the desk gets about a conversation. */
export function aPacket(parts: Partial<HandoffPacket> = {}): HandoffPacket {
  return {
    conversationId: conversationId("console:ann"),
    customer: "Ann",
    platform: "console",
    language: "en",
    reason: "asked-for-person",
    question: "How do I get my parking permit back?",
    summary: "Ann lost her parking permit and wants a new one.",
    transcript: [
      {
        role: "user",
        text: "I lost my parking permit",
        at: 1_000,
        language: "en",
        decision: null,
        name: "Ann",
      },
      {
        role: "bot",
        text: "That is not in the documents.",
        at: 2_000,
        language: "en",
        decision: "decline",
        name: "Frontdesk",
      },
    ],
    confidence: 0.21,
    tried: [],
    suggestedAnswer: null,
    ...parts,
  };
}

/** A case as the desk shows it. */
export function aCase(parts: Partial<CaseRecord> = {}): CaseRecord {
  return {
    id: caseId("case-1"),
    state: "waiting",
    openedAt: 3_000,
    agent: null,
    facts: NEW_CASE_FACTS,
    packet: aPacket(),
    entries: [],
    ...parts,
  };
}
