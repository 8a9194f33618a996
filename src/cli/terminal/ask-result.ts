import { type CaseId, detectLanguage } from "../../core/index.ts";
import type { Application, AskResult, Call } from "../../ports/application.ts";
import type { FinishedTurn } from "./turns.ts";

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}

async function openCaseOf(
  app: Application,
  turn: FinishedTurn,
  call: Call,
): Promise<CaseId | null> {
  const cases = await app.cases({ includeResolved: false }, call);
  const own = cases.find(({ packet }) => packet.conversationId === turn.sent.conversationId);
  return own?.id ?? null;
}

/**
 * The one JSON object of a turn. A message that was passed on to a person is `escalate` with an empty text and the case
 * it belongs to; one that was not meant for the bot is `ignore`.
 */
export async function askResult(
  app: Application,
  turn: FinishedTurn,
  call: Call,
): Promise<AskResult> {
  const { sent, outcome } = turn;
  const { conversationId } = sent;
  if (outcome.type === "settled") {
    const isForwarded = outcome.outcome === "forwarded";
    return {
      decision: isForwarded ? "escalate" : "ignore",
      text: "",
      confidence: null,
      question: null,
      citations: [],
      options: [],
      case: isForwarded ? await openCaseOf(app, turn, call) : null,
      conversationId,
      language: detectLanguage(sent.text),
      timings: { totalMs: rounded(turn.elapsedMs) },
    };
  }
  const { reply } = outcome;
  const { degraded = [] } = reply;
  return {
    decision: reply.decision,
    text: reply.text,
    confidence: reply.confidence,
    question: reply.question,
    citations: reply.citations.map(({ n, title, section, source, quote }) => ({
      n,
      title,
      section,
      source,
      quote,
    })),
    options: reply.options.map(({ id, label }) => ({ id, label })),
    case: reply.case,
    ...(degraded.length === 0 ? {} : { degraded }),
    ...(reply.translation === undefined ? {} : { translation: reply.translation }),
    conversationId,
    language: reply.language,
    timings: { ...reply.timings, totalMs: reply.timings["totalMs"] ?? rounded(turn.elapsedMs) },
  };
}
