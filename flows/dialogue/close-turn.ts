import type { Audience, Reply } from "../../src/core/index.ts";
import { shorten } from "../language/index.ts";
import type { Focus } from "../tasks/contracts.ts";
import { textsIn } from "../texts/index.ts";
import { type ActiveTurn, type DialogueContext, MAX_TURN_CHARACTERS } from "./context.ts";
import { danglingOf } from "./decide.ts";
import { withoutFlowOf } from "./flows.ts";
import { addTurns, takeBackLine, turnOf } from "./history.ts";
import { isAside, lineOf } from "./incoming.ts";
import { withPerson } from "./people.ts";
import { messagesOf } from "./turn.ts";

function missesAfter(context: DialogueContext, active: ActiveTurn, reply: Reply): number {
  if (reply.decision === "decline") return context.misses + 1;
  if (reply.decision === "answer" || reply.decision === "escalate") return 0;
  return active.act?.type === "reset" ? 0 : context.misses;
}

/** What is taken back, and what a person takes over, is no flow any more. */
function flowsAfter(
  context: DialogueContext,
  { act, incoming }: ActiveTurn,
  reply: Reply,
): Partial<DialogueContext> {
  if (act?.type !== "cancel" && reply.decision !== "escalate") return {};
  return { flows: withoutFlowOf(context, incoming.principal.userId) };
}

/** The answer without what stands around it; nothing of one that is for the asker alone. */
function answerOf(active: ActiveTurn): string {
  return isSecret(active) ? "" : shorten(active.verified?.text ?? "", MAX_TURN_CHARACTERS);
}

function focusAfter(context: DialogueContext, active: ActiveTurn, reply: Reply): Focus | null {
  if (active.question === null || isUnasked(active)) return context.focus;
  // "What about that one?" is completed from what was asked before it, once it is named.
  const isAskedBack = reply.decision === "clarify" && reply.options.length === 0;
  if (isAskedBack && danglingOf(active) !== null) return context.focus;
  return {
    question: active.question,
    answer: reply.decision === "answer" ? answerOf(active) : "",
    titles: [
      ...new Set(reply.citations.map((citation) => citation.section || citation.title)),
    ].slice(0, 4),
  };
}

function clarificationAfter(
  context: DialogueContext,
  active: ActiveTurn,
  reply: Reply,
): DialogueContext["clarification"] {
  const author: string = active.incoming.principal.userId;
  if (active.act?.type === "flow") return null;
  if (reply.decision === "clarify") {
    // An agent's hint is nobody's question.
    const question = active.isReturned === true ? "" : (active.question ?? "");
    const dangling = reply.options.length === 0 ? danglingOf(active) : null;
    if (dangling !== null) {
      return { author, question, readings: [], round: active.round + 1, pointsTo: dangling.words };
    }
    return {
      author,
      question,
      readings: active.act?.type === "none-of-these" ? [] : (active.assessment?.readings ?? []),
      round: active.round + 1,
    };
  }
  const asked = context.clarification;
  if (asked === null || asked.author !== author) return asked;
  const type = active.act?.type;
  const keeps = type === "smalltalk" || type === "repeat" || type === "transcript";
  return keeps ? asked : null;
}

/** The words of a reply with its numbered options, so that "2" can be understood later. */
function withOptions({ text, options }: Reply): string {
  if (options.length === 0) return text;
  return `${text}\n\n${options.map(({ label }, index) => `${index + 1}. ${label}`).join("\n")}`;
}

/** Nothing in it is for one person alone. */
const FOR_ALL: Audience = { kind: "shared", visible: [] };

/** Whether only the asker saw the reply, in a conversation to which others belong. */
function isSecret({ incoming, isMadePrivate = false }: ActiveTurn): boolean {
  return isMadePrivate || isAside(incoming);
}

/** Whether nobody but the asker saw what was asked either. */
function isAskedAside({ incoming, isMadePrivate = false }: ActiveTurn): boolean {
  return !isMadePrivate && isAside(incoming);
}

/** Whether the others of the conversation did not see that its customer asked this: he did so aside, or an agent did. */
function isUnasked(active: ActiveTurn): boolean {
  return active.isReturned === true || isAskedAside(active);
}

/** What the conversation may remember of such a reply: later answers are for everybody. */
function withoutSecrets(active: ActiveTurn, reply: Reply): Reply {
  const text = textsIn(reply.language).answeredPrivately;
  const question = isAskedAside(active) ? null : reply.question;
  return { ...reply, text, question, citations: [], options: [] };
}

/** A transcript would be in every later one. */
function remembered(active: ActiveTurn, reply: Reply): Reply {
  if (active.act?.type === "transcript") {
    return { ...reply, text: textsIn(reply.language).transcriptGiven };
  }
  return isSecret(active) ? withoutSecrets(active, reply) : reply;
}

/** Writes down what was said and ends the turn. Without a reply nothing changes. */
export function closeTurn(context: DialogueContext, at: number): Partial<DialogueContext> {
  const { active } = context;
  if (active === null || active.reply === null || active.isTakenBack === true) {
    return { active: null };
  }
  const { incoming, language } = active;
  const reply = remembered(active, active.reply);
  const text = isUnasked(active) ? "" : active.texts.filter((line) => line !== "").join("\n");
  const line = lineOf(incoming);
  const said = turnOf("user", incoming.principal.displayName, text, {
    ...{ at: incoming.at, language, line },
    parts: messagesOf(active).map((one) => ({ line: lineOf(one), text: one.text })),
  });
  const { decision } = reply;
  const replied = turnOf("bot", "", withOptions(reply), { at, language, decision, line });
  // What answers a mended question stands in the place of what answered it before.
  const before = incoming.revisionOf === undefined ? {} : takeBackLine(context, line);
  const isAboutDocuments = active.question !== null;
  return {
    ...before,
    ...addTurns({ ...context, ...before }, text === "" ? [replied] : [said, replied]),
    ...withPerson(context, incoming.principal),
    active: null,
    misses: missesAfter(context, active, reply),
    ...flowsAfter(context, active, reply),
    focus: focusAfter(context, active, reply),
    clarification: clarificationAfter(context, active, reply),
    clarificationsAsked: context.clarificationsAsked + (reply.decision === "clarify" ? 1 : 0),
    tried: isAboutDocuments ? reply.citations.slice(0, 5) : context.tried,
    lastConfidence: isAboutDocuments ? reply.confidence : context.lastConfidence,
    lastReply: {
      reply: { ...reply, timings: {} },
      author: incoming.principal.userId,
      madeFor: isSecret(active) ? FOR_ALL : incoming.audience,
    },
    hasOfferedPerson: reply.decision === "decline",
    isUnreadable: false,
  };
}

/** Forgets what was said; messages that still wait stay. */
export function forget(context: DialogueContext): Partial<DialogueContext> {
  return {
    turns: [],
    flows: [],
    summary: "",
    surplus: { from: 0, lines: [] },
    summarised: [],
    clarification: null,
    focus: null,
    tried: [],
    lastReply: null,
    lastConfidence: null,
    hasOfferedPerson: false,
    misses: 0,
    closedCase: context.openCase ?? context.closedCase,
    openCase: null,
  };
}
