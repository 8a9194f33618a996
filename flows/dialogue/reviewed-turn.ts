import { conversationId } from "../../src/core/index.ts";
import type { ReviewedTurn } from "../../src/ports/review-log.ts";
import { shorten } from "../language/index.ts";
import type { DialogueContext } from "./context.ts";

const MAX_CHARACTERS = 1_200;
const MAX_PASSAGES = 5;
const OF_INTEREST: ReadonlySet<string> = new Set([
  "question",
  "option",
  "every-option",
  "none-of-these",
  "person",
  "dissatisfied",
]);

/** What is kept of the turn that has just been answered, for whoever reviews; null when nothing was asked. */
export function reviewedTurn(context: DialogueContext): ReviewedTurn | null {
  const { active } = context;
  const reply = active?.reply ?? null;
  const act = active?.act ?? null;
  if (active === null || reply === null || act === null || active.isTakenBack === true) return null;
  const complaint = act.type === "none-of-these" || act.type === "dissatisfied" ? act.type : null;
  const question = active.question ?? context.focus?.question ?? null;
  if (question === null || !OF_INTEREST.has(act.type)) return null;
  const { incoming, assessment, passages } = active;
  return {
    at: incoming.at,
    platform: incoming.address.platform,
    conversationId: conversationId(context.id),
    messageId: incoming.id,
    userId: incoming.principal.userId,
    language: active.language,
    decision: reply.decision,
    marks: reply.marks,
    complaint,
    reason: reply.decision === "escalate" ? active.escalation : null,
    asked: shorten(active.texts.join("\n"), MAX_CHARACTERS),
    question: shorten(question, MAX_CHARACTERS),
    answer: shorten(reply.text, MAX_CHARACTERS),
    confidence: assessment?.answerable ?? null,
    ambiguous: assessment?.ambiguous ?? null,
    readings: assessment?.readings.length ?? 0,
    round: Math.min(active.round, 9),
    passages: passages
      .slice(0, MAX_PASSAGES)
      .map(({ id, title, section, source }) => ({ id, title, section, source })),
  };
}
