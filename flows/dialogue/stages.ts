import { detectLanguage, type HandoffReason } from "../../src/core/index.ts";
import { quoteAnswer } from "../answer/extract.ts";
import type {
  Act,
  AnswerDraft,
  AnswerInput,
  Retrieved,
  RetrieveInput,
  SearchWebInput,
  SummarizeInput,
  UnderstandInput,
  Understanding,
  Verified,
  VerifyInput,
} from "../tasks/contracts.ts";
import { type ActiveTurn, type DialogueContext, MAX_READ_FILES } from "./context.ts";
import { runningFlow } from "./flows.ts";
import { promptLines, wholeSummary } from "./history.ts";
import { mayRepeat } from "./repeating.ts";
import { addTimings, updateTurn } from "./turn.ts";

/** Lines of the conversation that tasks are given. */
const TURNS_FOR_TASKS = 6;

function activeOf(context: DialogueContext): ActiveTurn {
  if (context.active === null) throw new TypeError("a stage belongs to a turn");
  return context.active;
}

/** An emoji by its name, as platforms write the ones of their own: `:tada:`. */
const NAMED_EMOJI = /(?<=^|\s):[\p{L}\p{N}_+~-]{2,60}:(?=\s|$)/gu;

/** Names of emoji are no words: nothing is looked for under them. What is nothing else counts as an emoji. */
function withoutNamedEmoji(text: string): string {
  const words = text.replaceAll(NAMED_EMOJI, "").trim();
  return words === "" && text.trim() !== "" ? "🙂" : words;
}

/** Input of `understand`. */
export function understandInput(context: DialogueContext): UnderstandInput {
  const active = activeOf(context);
  const author: string = active.incoming.principal.userId;
  const asked = context.clarification;
  return {
    flow: runningFlow(context, author),
    texts: active.texts.map(withoutNamedEmoji),
    hasAttachments: active.incoming.hasAttachments,
    chosenOptionId: active.incoming.chosenOptionId,
    language: active.language,
    focus: context.focus,
    turns: context.turns.slice(-TURNS_FOR_TASKS),
    clarification: asked !== null && isOpenTo(asked.author, author, active) ? asked : null,
    hasOfferedPerson: context.hasOfferedPerson,
    conversationKey: context.id,
    userKey: author,
  };
}

/** A button may be pressed by anybody who sees it; words count only from whom was asked. */
function isOpenTo(asked: string, author: string, active: ActiveTurn): boolean {
  return asked === author || active.incoming.chosenOptionId !== null;
}

/** The question that was asked back; after an agent's hint, which nobody asked, what was offered. */
function standing(asked: DialogueContext["clarification"]): string | null {
  if (asked === null || asked.question !== "") return asked?.question ?? null;
  return asked.readings.map(({ label }) => label).join(", ");
}

/** Takes over what the person wants, and which question stands after a clarification. */
export function noteUnderstanding(
  context: DialogueContext,
  result: { readonly output: Understanding; readonly durationMs: number },
): Partial<DialogueContext> {
  const active = activeOf(context);
  const act = elseAnew(context, result.output.act);
  const language = active.incoming.manner?.language ?? result.output.language;
  const asked = context.clarification;
  const timings = addTimings(active.timings, { understandMs: result.durationMs });
  const base = { act, language, timings };
  if (act.type === "question") {
    return updateTurn(context, { ...base, question: act.question, round: roundOf(context) });
  }
  const question = standing(asked);
  if (act.type === "option") {
    const reading = asked?.readings.find(({ id }) => id === act.optionId) ?? null;
    const chosen = asked?.question === "" ? (reading?.label ?? question) : question;
    return updateTurn(context, { ...base, question: chosen, reading, round: asked?.round ?? 0 });
  }
  if (act.type === "every-option") {
    return updateTurn(context, { ...base, question, round: Number.MAX_SAFE_INTEGER });
  }
  if (act.type === "none-of-these") {
    return updateTurn(context, { ...base, question, round: asked?.round ?? 1 });
  }
  return updateTurn(context, base);
}

/** What may not be said again to whoever reads now is answered anew for them. */
function elseAnew({ active, focus, lastReply }: DialogueContext, act: Act): Act {
  if (act.type !== "repeat" || active === null || focus === null || lastReply === null) return act;
  if (active.incoming.audience.kind === "private") return act;
  if (mayRepeat(lastReply, active.incoming)) return act;
  return { type: "question", question: focus.question, isRewritten: true };
}

/** A question in own words after "none of these" goes on with the rounds that were asked. */
function roundOf(context: DialogueContext): number {
  const asked = context.clarification;
  const author: string | undefined = context.active?.incoming.principal.userId;
  return asked !== null && asked.author === author && asked.readings.length === 0 ? asked.round : 0;
}

/** When a message could not be analysed it is taken for a question as it stands. */
export function assumeQuestion(context: DialogueContext): Partial<DialogueContext> {
  const question = activeOf(context).texts.join("\n");
  return updateTurn(context, { act: { type: "question", question, isRewritten: false }, question });
}

/** Input of `retrieve`: with the rights of whoever asks and for whoever reads. */
export function retrieveInput(context: DialogueContext): RetrieveInput {
  const active = activeOf(context);
  const { principal, audience, manner, canAnswerPrivately = false } = active.incoming;
  const question = active.question ?? active.texts.join("\n");
  return {
    question,
    said: saidLast(context),
    // Where one language is set for all answers, questions may still come in another.
    language:
      (manner?.language ?? null) === null
        ? active.language
        : detectLanguage(question, active.language),
    principal,
    audience,
    collection: manner?.collection ?? null,
    attachments: (active.incoming.attachments ?? []).slice(-MAX_READ_FILES),
    platform: active.incoming.address.platform,
    mayAnswerPrivately: canAnswerPrivately,
    conversationKey: context.id,
    reading: active.reading,
    optionPrefix: `c${context.clarificationsAsked + 1}`,
  };
}

/** What the conversation has just spoken of. */
function saidLast({ focus }: DialogueContext): string {
  return focus === null || focus.answer !== "" ? (focus?.answer ?? "") : focus.question;
}

/** Input of `searchWeb`. */
export function searchWebInput(context: DialogueContext): SearchWebInput {
  const active = activeOf(context);
  return { question: active.question ?? active.texts.join("\n"), language: active.language };
}

/** Takes over passages and what they say about the question. */
export function noteRetrieved(
  context: DialogueContext,
  result: { readonly output: Retrieved; readonly durationMs: number; readonly isWeb: boolean },
): Partial<DialogueContext> {
  const active = activeOf(context);
  const { passages, assessment, timings } = result.output;
  const stage = result.isWeb
    ? { searchWebMs: result.durationMs }
    : { retrieveMs: result.durationMs, ...timings };
  const { incoming } = active;
  const address = { ...incoming.address, ephemeral: true };
  return updateTurn(context, {
    ...(result.output.isPrivate === true
      ? {
          isMadePrivate: true,
          incoming: { ...incoming, address, audience: { kind: "private" } },
        }
      : {}),
    ...(result.output.unread === undefined ? {} : { unread: result.output.unread }),
    ...(result.output.degraded === undefined ? {} : { degraded: result.output.degraded }),
    translation: result.output.translation,
    passages,
    assessment,
    view: result.output.view,
    isWebTried: active.isWebTried || result.isWeb,
    timings: addTimings(active.timings, stage),
  });
}

/** Input of `answer`; entering the stage counts one try. */
export function answerInput(context: DialogueContext): AnswerInput {
  const active = activeOf(context);
  return {
    question: active.question ?? "",
    language: active.language,
    passages: active.passages,
    missing: active.assessment?.missing ?? [],
    ...(active.translation === undefined ? {} : { translation: active.translation }),
    turns: promptLines(context),
    earlierTurns: context.turns.filter(({ role }) => role === "user").length,
    isRegeneration: active.generation > 1,
    tone: active.incoming.manner?.tone ?? null,
    thoughtTokens: active.incoming.manner?.thoughtTokens ?? null,
    collection: active.incoming.manner?.collection ?? null,
    confidence: active.assessment?.answerable ?? null,
    view: viewOf(active),
    conversationKey: context.id,
    userKey: active.incoming.principal.userId,
  };
}

/** The same question answered out of another reading is another question. */
function viewOf({ view, reading }: ActiveTurn): string | null {
  if (view === undefined) return null;
  return reading === null ? view : JSON.stringify([view, reading.documentId, reading.section]);
}

/** Takes over a draft. */
export function noteDraft(
  context: DialogueContext,
  result: { readonly output: AnswerDraft; readonly durationMs: number },
): Partial<DialogueContext> {
  const timings = addTimings(activeOf(context).timings, { answerMs: result.durationMs });
  return updateTurn(context, { draft: result.output, verified: null, timings });
}

/** Input of `verify`. */
export function verifyInput(context: DialogueContext): VerifyInput {
  const active = activeOf(context);
  const nothing: AnswerDraft = { kind: "model", text: "", citations: [], isRefusal: true };
  return {
    question: active.question ?? "",
    ...(active.translation === undefined ? {} : { translation: active.translation }),
    language: active.language,
    passages: active.passages,
    draft: active.draft ?? nothing,
    isRegeneration: active.generation > 1,
  };
}

/** Takes over the checked answer. */
export function noteVerified(
  context: DialogueContext,
  result: { readonly output: Verified; readonly durationMs: number },
): Partial<DialogueContext> {
  const timings = addTimings(activeOf(context).timings, { verifyMs: result.durationMs });
  return updateTurn(context, { verified: result.output, timings });
}

/** Without a writer or a checker: the sentences of the documents that answer. */
export function quoteInstead(context: DialogueContext): Partial<DialogueContext> {
  const active = activeOf(context);
  const quoted = quoteAnswer(active.question ?? "", active.passages);
  // Only a draft tells whether a model was asked at all; without one it is as good as away.
  const drafted = active.draft?.kind ?? "away";
  const kind = drafted === "model" ? "rejected" : drafted;
  return updateTurn(context, {
    verified:
      quoted === null
        ? { verdict: "nothing", kind, text: "", citations: [] }
        : { verdict: "answer", kind, ...quoted },
  });
}

/** Why this turn goes to a person. */
export function noteEscalation(
  context: DialogueContext,
  reason: HandoffReason,
): Partial<DialogueContext> {
  return updateTurn(context, { escalation: reason });
}

/** The case that is to come of this turn, as far as its place in the queue depends on it. */
function askedFor(
  { closedCase }: DialogueContext,
  active: ActiveTurn,
): Pick<SummarizeInput, "asked"> {
  const { incoming, texts, escalation } = active;
  const isOwn = closedCase?.customer === incoming.principal.userId;
  const { id, resolvedAt } = closedCase ?? {};
  return {
    asked: {
      reason: escalation ?? "asked-for-person",
      said: texts.join("\n"),
      before: isOwn && id !== undefined && resolvedAt !== undefined ? { id, resolvedAt } : null,
      at: incoming.at,
    },
  };
}

/** Input of `summarize`. */
export function summarizeInput(context: DialogueContext): SummarizeInput {
  const { active } = context;
  return {
    isSearched: (active?.assessment?.answerable ?? context.lastConfidence) !== null,
    turns: context.turns,
    summary: wholeSummary(context),
    question: active?.question ?? context.focus?.question ?? null,
    language: active?.language ?? context.language,
    passages: active?.passages ?? [],
    ...(active === null ? {} : askedFor(context, active)),
  };
}
