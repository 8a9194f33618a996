import type { CaseId, Decision, Language, Reply, ReplyMark } from "../../src/core/index.ts";
import { cleanLine, isTelling, termsOf } from "../language/index.ts";
import type { DialogueSettings } from "../settings.ts";
import type { AnswerKind, SmallTalk } from "../tasks/contracts.ts";
import { type Texts, textsIn } from "../texts/index.ts";
import { type ActiveTurn, type DialogueContext, MAX_READ_FILES } from "./context.ts";
import { danglingOf } from "./decide.ts";
import { mayRepeat } from "./repeating.ts";
import { subjectsOf } from "./subjects.ts";
import { transcriptText } from "./transcript.ts";

/** A plain sentence of the bot. */
export function say(text: string, language: Language, decision: Decision): Reply {
  return {
    decision,
    text,
    language,
    confidence: null,
    question: null,
    citations: [],
    options: [],
    case: null,
    marks: [],
    timings: {},
    speaker: { kind: "bot" },
  };
}

/** Words of a person of the desk, as they wrote them. */
export function sayAsAgent(agent: string, text: string, language: Language, id: CaseId): Reply {
  return {
    ...say(text, language, "escalate"),
    case: id,
    speaker: { kind: "agent", displayName: agent },
  };
}

function smallTalkText(topic: SmallTalk, context: DialogueContext, name: string, t: Texts): string {
  const fixed: Readonly<Record<SmallTalk, string>> = {
    greeting: context.turns.length > 0 ? t.greetingAgain : t.greeting(name),
    "how-are-you": t.howAreYou,
    thanks: t.thanks,
    goodbye: t.goodbye,
    praise: t.praise,
    bot: t.amBot(name),
    capabilities: t.capabilities(name),
    help: t.help(name),
    acknowledged: t.acknowledged,
    more: t.noMore,
    certain: t.howCertain,
    "declined-offer": t.declinedOffer,
    empty: t.emptyMessage,
    attachment: t.attachmentOnly,
    unclear: t.unclear,
  };
  return fixed[topic];
}

function repeated(context: DialogueContext, active: ActiveTurn, t: Texts): Reply {
  const last = context.lastReply;
  if (last === null || !mayRepeat(last, active.incoming)) {
    return say(t.nothingToRepeat, active.language, "smalltalk");
  }
  return { ...last.reply, text: `${t.repeated}\n\n${withoutLead(last.reply)}`, timings: {} };
}

/** "Here is what I said" needs no second line that leads over. */
function withoutLead({ text, language }: Reply): string {
  const t = textsIn(language);
  return [t.repeated, t.quoted].reduce(
    (rest, lead) => (rest.startsWith(`${lead}\n\n`) ? rest.slice(lead.length + 2) : rest),
    text,
  );
}

function transcriptOptions({ botName, cases }: DialogueSettings) {
  return { botName, timeZone: cases.hours?.timeZone ?? "UTC" };
}

function isNothingOpen(context: DialogueContext, { incoming }: ActiveTurn): boolean {
  const author: string = incoming.principal.userId;
  const flows = context.flows ?? [];
  return context.clarification === null && !flows.some((flow) => flow.author === author);
}

/** What is said to anything that is no question: small talk, commands, stale options. */
export function composeTalk(context: DialogueContext, settings: DialogueSettings): Reply {
  const { active } = context;
  const t = textsIn(active?.language ?? context.language);
  const language = active?.language ?? context.language;
  if (active === null || active.act === null) return say(t.unclear, language, "smalltalk");
  const { act } = active;
  switch (act.type) {
    case "smalltalk":
      return say(smallTalkText(act.topic, context, settings.botName, t), language, "smalltalk");
    case "stale-option":
      return say(t.staleOption, language, "smalltalk");
    case "cancel":
      return say(
        isNothingOpen(context, active) && active.texts.length < 2 ? t.nothingToCancel : t.cancelled,
        language,
        "smalltalk",
      );
    case "repeat":
      return repeated(context, active, t);
    case "transcript":
      return say(transcriptText(context, transcriptOptions(settings)), language, "smalltalk");
    case "reset":
      return say(t.started, language, "smalltalk");
    case "dissatisfied":
      return say(t.dissatisfied, language, "decline");
    case "question":
    case "option":
    case "every-option":
    case "none-of-these":
    case "person":
    case "flow":
      return say(t.unclear, language, "smalltalk");
  }
}

/** A clarifying question with its options. */
export function composeClarification(active: ActiveTurn, question: string): Reply {
  const t = textsIn(active.language);
  const readings = active.assessment?.readings ?? [];
  const first = readings[0];
  const none = first === undefined ? [] : [{ id: noneId(first.id), label: t.noneOfThese }];
  const isQuoted = question.length <= 120 && active.isReturned !== true;
  const text = isQuoted ? t.clarify(question) : t.clarifyMore;
  return {
    ...say(text, active.language, "clarify"),
    question,
    confidence: active.assessment?.answerable ?? null,
    options: [...readings.map(({ id, label }) => ({ id, label })), ...none],
  };
}

/** Asks for the name of what the question points to. */
export function composeAskWhat(active: ActiveTurn): Reply {
  const t = textsIn(active.language);
  const words = danglingOf(active)?.words ?? "";
  return {
    ...say(t.askWhat(words), active.language, "clarify"),
    question: active.question,
  };
}

/** Id of "none of these" beside an option. */
function noneId(optionId: string): string {
  return optionId.replace(/\.[^.]*$/u, ".none");
}

/** What nothing was found about, as the person wrote it; empty when it cannot be named well, or an agent wrote it. */
function missingSubjects(active: ActiveTurn, most: number): readonly string[] {
  if (active.isReturned === true) return [];
  const missing = (active.assessment?.missing ?? []).slice(0, most);
  return subjectsOf(missing, [...active.texts, active.question ?? ""]) ?? [];
}

function missingTopic(active: ActiveTurn): string | null {
  const isFew = (active.assessment?.missing ?? []).length <= 2;
  const subjects = isFew ? missingSubjects(active, 2) : [];
  return subjects.length === 0 ? null : subjects.join(textsIn(active.language).listSeparator);
}

/** Which files could not be read, and why. */
function unreadLines({ unread = [], incoming }: ActiveTurn, t: Texts): readonly string[] {
  const lines = unread.map(({ name, code }) => {
    const file = cleanLine(name).slice(0, 100);
    if (code === "source_too_large") return t.fileTooLarge(file);
    return code === "document_encrypted" ? t.fileEncrypted(file) : t.fileUnreadable(file);
  });
  const { attachments = [], filesLeft = 0 } = incoming;
  const left = filesLeft + Math.max(0, attachments.length - MAX_READ_FILES);
  return left > 0 ? [...lines, t.filesLeft(MAX_READ_FILES, left)] : lines;
}

/** Nothing that the question is about stands in any document that may be read. */
function isOutOfScope({ question, assessment }: ActiveTurn): boolean {
  const missing = new Set(assessment?.missing ?? []);
  const telling = termsOf(question ?? "").filter((term) => isTelling(term) && !term.isVerb);
  return telling.length > 0 && telling.every(({ surface }) => missing.has(surface));
}

/** "Not in the documents", said plainly, with the offer of a person. */
export function composeDecline(active: ActiveTurn): Reply {
  const t = textsIn(active.language);
  const topic = missingTopic(active);
  const finding = active.isWebTried
    ? t.notOnWebEither
    : topic === null
      ? t.notInDocuments
      : t.notInDocumentsTopic(topic);
  const said = [finding, ...(isOutOfScope(active) ? [t.canDo] : []), t.offerPerson];
  const line = said.join(active.language === "zh" ? "" : " ");
  const text = [line, ...unreadLines(active, t)].join("\n\n");
  return {
    ...say(text, active.language, "decline"),
    question: active.question,
    confidence: active.assessment?.answerable ?? null,
  };
}

const QUOTED_MARKS = {
  extractive: "extractive",
  away: "model-away",
  rejected: "model-rejected",
} as const satisfies Readonly<Record<Exclude<AnswerKind, "model">, ReplyMark>>;

/** The checked answer, with whatever a reader should know about it in front and behind. */
export function composeAnswer(
  active: ActiveTurn,
  verdict: "answer" | "answer-unsure" | "best-reading",
): Reply {
  const t = textsIn(active.language);
  const { verified, assessment } = active;
  if (verified === null || verified.verdict !== "answer") return composeDecline(active);
  const isWeb = verified.citations.some((citation) => citation.origin === "web");
  const isUnsure = verdict === "answer-unsure";
  const marks: ReplyMark[] = [];
  const isQuoted = verified.kind !== "model";
  if (isQuoted) marks.push(QUOTED_MARKS[verified.kind]);
  if (isUnsure) marks.push("unsure");
  if (isWeb) marks.push("web");
  const missing = missingSubjects(active, 3);
  if ((assessment?.missing ?? []).length > 0) marks.push("partial");
  const best = assessment?.readings[0]?.label;
  const lead = [
    verdict === "best-reading" && best !== undefined ? t.bestReading(best) : null,
    isWeb ? t.fromWeb : null,
    isUnsure ? t.unsure : isQuoted && !isWeb ? t.quoted : null,
  ].filter((line) => line !== null);
  const gaps = missing.length > 0 ? [t.missing(missing.join(t.listSeparator))] : [];
  const tail = [...gaps, ...unreadLines(active, t)];
  return {
    ...say([...lead, verified.text, ...tail].join("\n\n"), active.language, "answer"),
    question: active.question,
    confidence: assessment?.answerable ?? null,
    citations: verified.citations,
    marks,
  };
}
