import type { CaseId, DialogueEvent, Reply, ReplyAddress } from "../../src/core/index.ts";
import { textsIn } from "../texts/index.ts";
import { isCancel } from "../understand/commands.ts";
import type { ReplyEdit, ReplyPost, ReplyRemove } from "./compose.ts";
import type { ActiveTurn, CaseLink, DialogueContext, Incoming } from "./context.ts";
import {
  type Tell,
  tellCancelled,
  tellFiles,
  tellFilesWithdrawn,
  tellWithdrawnLine,
  tellWords,
  withLines,
  wordsWith,
} from "./handover.ts";
import { addTurns, reviseTurn, takeBackLine, turnOf } from "./history.ts";
import { incomingChoice, incomingMessage, isAside, lineOf } from "./incoming.ts";
import { namesIn } from "./lines.ts";
import { withPerson } from "./people.ts";
import { ratingOptions } from "./ratings.ts";
import { say, sayAsAgent } from "./reply.ts";
import {
  messagesOf,
  ofMessages,
  queueWithMeanwhile,
  restartTurn,
  startTurn,
  updateTurn,
  withoutAsking,
} from "./turn.ts";

type CaseReplied = Extract<DialogueEvent, { type: "case.replied" }>;
type CaseRevised = Extract<DialogueEvent, { type: "case.revised" }>;
type CaseWithdrawn = Extract<DialogueEvent, { type: "case.withdrawn" }>;

/** What a message or a pressed option says, for the people of the desk. */
function wordsFor(context: DialogueContext, event: DialogueEvent): Incoming | null {
  if (event.type === "message.received") return incomingMessage(event);
  if (event.type !== "option.chosen") return null;
  const label = context.clarification?.readings.find(({ id }) => id === event.optionId)?.label;
  return { ...incomingChoice(event), text: label ?? event.optionId };
}

/** Whether words belong to the case: the customer's always, other people's when they address the bot. */
export function isForCase(context: DialogueContext, event: DialogueEvent): boolean {
  if (context.openCase === null) return false;
  if (event.type === "option.chosen") return true;
  if (event.type !== "message.received") return false;
  return event.message.isAddressed || event.message.principal.userId === context.openCase.customer;
}

/** Whether the customer no longer wants a person. */
export function isWithdrawal(context: DialogueContext, event: DialogueEvent): boolean {
  return (
    event.type === "message.received" &&
    context.openCase !== null &&
    event.message.principal.userId === context.openCase.customer &&
    isCancel(event.message.text)
  );
}

function linkOf(context: DialogueContext): CaseLink {
  if (context.openCase === null) throw new TypeError("there is no open case");
  return context.openCase;
}

/** The words of an event, or else of the message that has waited longest. */
export function forwarded(context: DialogueContext, event: DialogueEvent | null): Incoming {
  const incoming = event === null ? context.queue[0] : wordsFor(context, event);
  if (incoming === null || incoming === undefined) throw new TypeError("there are no words");
  return incoming;
}

/** Tells the case what was said. */
export function tellForwarded(context: DialogueContext, incoming: Incoming): Tell {
  return tellWords(linkOf(context), incoming);
}

/** A message that was dealt with without a reply of its own. */
export interface Settled {
  readonly address: ReplyAddress;
  readonly outcome: "forwarded" | "ignored";
}

/** What the platform may show for words that went to the case: a mark instead of a reply. */
export function settledForwarded(incoming: Incoming): Settled {
  return { address: incoming.address, outcome: "forwarded" };
}

/** Tells the case that the customer no longer waits. */
export function tellWithdrawn(context: DialogueContext, at: number): Tell {
  return tellCancelled(linkOf(context), at);
}

/** Writes down words that went to the case, if all who belong to the conversation could see them. */
export function noteForwarded(
  context: DialogueContext,
  incoming: Incoming,
): Partial<DialogueContext> {
  const { openCase } = context;
  const lines = withLines(openCase?.lines, [lineOf(incoming)]);
  const link = openCase === null ? {} : { openCase: { ...openCase, lines } };
  if (isAside(incoming)) return link;
  const { text, attachments = [], revisionOf } = incoming;
  if (revisionOf !== undefined && isKeptLine(context, revisionOf)) {
    return { ...link, ...reviseTurn(context, revisionOf, wordsWith(text, attachments)) };
  }
  const said = turnOf("user", incoming.principal.displayName, wordsWith(text, attachments), {
    at: incoming.at,
    language: openCase?.language ?? context.language,
    line: lineOf(incoming),
  });
  return { ...link, ...addTurns(context, [said]), ...withPerson(context, incoming.principal) };
}

function isKeptLine({ turns, surplus }: DialogueContext, line: string): boolean {
  const kept = [...turns, ...(surplus?.lines ?? [])];
  return kept.some((turn) => turn.role === "user" && namesIn(turn).includes(line));
}

/** The case that ended last, when a message is a later version of one that belongs to it and to no open one. */
function revisedCase(
  { openCase, closedCase }: DialogueContext,
  event: DialogueEvent,
): CaseLink | null {
  if (event.type !== "message.received" || event.message.revisionOf === undefined) return null;
  const line: string = event.message.revisionOf;
  if (closedCase === null || openCase?.lines?.includes(line) === true) return null;
  return closedCase.lines?.includes(line) === true ? closedCase : null;
}

/** Whether somebody mends what he had written in the case that has ended: that is no new question. */
export function isForClosedCase(context: DialogueContext, event: DialogueEvent): boolean {
  return revisedCase(context, event) !== null;
}

/** Tells that case. */
export function tellRevisedWords(context: DialogueContext, event: DialogueEvent): Tell | null {
  const link = revisedCase(context, event);
  const incoming = wordsFor(context, event);
  return link === null || incoming === null ? null : tellWords(link, incoming);
}

/** The same in what is kept of the talk. */
export function noteRevisedWords(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  if (event.type !== "message.received" || event.message.revisionOf === undefined) return {};
  const { text, attachments, revisionOf } = incomingMessage(event);
  return revisionOf === undefined
    ? {}
    : reviseTurn(context, revisionOf, wordsWith(text, attachments));
}

/** Tells a case that somebody takes a message back; whether it knows that one, the desk can tell. Null where there is no case. */
export function tellWithdrawnWords(
  { turns, openCase, closedCase }: DialogueContext,
  event: DialogueEvent,
  which: "open" | "closed",
): Tell | null {
  if (event.type !== "message.withdrawn") return null;
  const link = which === "open" ? openCase : closedCase;
  // Taken up again it is the open one: once is enough.
  if (link === null || (which === "closed" && openCase?.id === link.id)) return null;
  const line: string = event.message;
  const said = turns.find((turn) => turn.role === "user" && namesIn(turn).includes(line))?.name;
  const name = said ?? link.asker?.principal.displayName ?? "";
  return tellWithdrawnLine(link, { line, name, at: event.at });
}

/** Whether one of several messages that are answered together is taken back: the others are answered anew. */
export function isOfBurst({ active }: DialogueContext, event: DialogueEvent): boolean {
  if (event.type !== "message.withdrawn" || active?.burst === undefined) return false;
  return active.burst.some((one) => lineOf(one) === event.message);
}

/** The turn under way without a message that is taken back; the same turn when that is none of its own, or all of it. */
function burstWithout(active: ActiveTurn, line: string) {
  const [first, ...rest] = messagesOf(active).filter((one) => lineOf(one) !== line);
  const isLess = active.burst !== undefined && rest.length + 1 < active.burst.length;
  return first === undefined || !isLess ? null : ofMessages([first, ...rest]);
}

/** Begins the turn anew with the messages that are left of it. */
export function restartWithout(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  const { active } = context;
  if (active === null || event.type !== "message.withdrawn") return {};
  const said = burstWithout(active, event.message);
  return said === null ? {} : restartTurn(active, said);
}

/** A turn of which nothing is left; a case that comes of it is without words. */
function takenBack(active: ActiveTurn): ActiveTurn {
  const { attachments: _files, filesLeft: _left, ...incoming } = active.incoming;
  const { burst: _all, ...rest } = active;
  const nothing = { ...incoming, text: "", hasAttachments: false };
  return { ...rest, incoming: nothing, texts: [""], question: null, isTakenBack: true };
}

/** What is under way, without what is taken back: of a turn that becomes a case, only those words go. */
function activeWithout(active: ActiveTurn, line: string): ActiveTurn {
  const meanwhile = active.meanwhile?.filter((waiting) => lineOf(waiting) !== line);
  const kept = meanwhile === undefined ? active : { ...active, meanwhile };
  const said = burstWithout(active, line);
  if (said === null) return lineOf(active.incoming) === line ? takenBack(kept) : kept;
  const { burst: _all, ...rest } = kept;
  const question = kept.question === null ? null : said.texts.join("\n");
  return { ...rest, ...said, question };
}

/** Answers that say what the talk is about. */
const TELLING: ReadonlySet<string> = new Set(["answer", "clarify", "decline", "escalate"]);

/** What is remembered of the last answer goes with the question that is taken back. */
function memoryWithout({ turns, lastReply }: DialogueContext, line: string) {
  const answers = turns.filter(({ role }) => role === "bot");
  const about = answers.findLast(({ decision }) => decision !== null && TELLING.has(decision));
  const nothing = { focus: null, clarification: null, tried: [], lastConfidence: null };
  return {
    ...(about?.line === line ? nothing : {}),
    lastReply: answers.at(-1)?.line === line ? null : lastReply,
  };
}

/** What was taken back is gone from here, too; what still waits to be passed on is passed on no more. */
export function forgetWithdrawn(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  if (event.type !== "message.withdrawn") return {};
  const line: string = event.message;
  const isLeft = (waiting: Incoming): boolean => lineOf(waiting) !== line;
  const { active, openCase } = context;
  return {
    ...takeBackLine(context, line),
    ...memoryWithout(context, line),
    queue: context.queue.filter(isLeft),
    openCase: openCase === null ? null : withoutQuestion(openCase, isLeft),
    active: active === null ? null : activeWithout(active, line),
  };
}

/** What is tried for him later answers no message any more when he has taken that one back: platforms keep such answers from him. */
function withoutQuestion(link: CaseLink, isLeft: (asker: Incoming) => boolean): CaseLink {
  const { asker } = link;
  if (asker === undefined || isLeft(asker) || asker.address.ephemeral) return link;
  return { ...link, asker: { ...asker, address: { ...asker.address, replyTo: null } } };
}

/** What the bot says about the open case. */
type AboutCase =
  | "added"
  | "idle"
  | "cancelled"
  | "joined"
  | "left"
  | "released"
  | "returned"
  | "reopened";

/** A sentence of the bot about the open case, outside of any turn. */
export function postAboutCase(
  context: DialogueContext,
  kind: AboutCase,
  facts: { readonly address?: ReplyAddress; readonly agent?: string },
): ReplyPost {
  const link = kind === "reopened" ? (context.closedCase ?? linkOf(context)) : linkOf(context);
  const t = textsIn(link.language);
  const agent = facts.agent ?? "";
  const texts: Readonly<Record<AboutCase, string>> = {
    added: t.addedToCase(link.id),
    cancelled: t.caseCancelled,
    idle: t.caseIdle,
    joined: t.agentJoined(agent),
    left: `${t.agentLeft(agent)}\n\n${t.rateHelp}`,
    released: t.agentReleased(agent),
    returned: t.agentReturned(agent),
    reopened: t.caseReopened(link.id),
  };
  const decision: Reply["decision"] = kind === "added" ? "escalate" : "smalltalk";
  const options = kind === "left" ? ratingOptions(link.id, link.language) : [];
  return {
    address: facts.address ?? link.address,
    reply: { ...say(texts[kind], link.language, decision), case: link.id, options },
    // Said too late it would be talk over a person: checked once more when it is sent.
    ...(kind === "added" ? { unlessWithAgent: true } : {}),
  };
}

/** The case that an event speaks of, open or closed; null when it is none of ours. */
function knownCase(context: DialogueContext, id: CaseId): CaseLink | null {
  if (context.openCase?.id === id) return context.openCase;
  return context.closedCase?.id === id ? context.closedCase : null;
}

/** Words of a person of the desk on their way to the customer. */
export function postFromAgent(context: DialogueContext, event: CaseReplied): ReplyPost {
  const link = knownCase(context, event.caseId) ?? linkOf(context);
  const { agent, text, line, files } = event;
  return {
    address: link.address,
    reply: sayAsAgent(agent, wordsWith(text, files), link.language, link.id),
    ...(line === undefined ? {} : { name: `${link.id}:${line}` }),
  };
}

/** Hands on the files that came with words of a person of the desk; null when none did. */
export function tellAgentFiles(context: DialogueContext, event: CaseReplied): Tell | null {
  return tellFiles(knownCase(context, event.caseId) ?? linkOf(context), event);
}

/** Takes back the files that came with words that a person of the desk takes back. */
export function tellAgentFilesWithdrawn(context: DialogueContext, event: CaseWithdrawn): Tell {
  const link = knownCase(context, event.caseId) ?? linkOf(context);
  return tellFilesWithdrawn(link, event.line, event.at);
}

/** What a person of the desk said is now this. */
export function editFromAgent(context: DialogueContext, event: CaseRevised): ReplyEdit {
  const link = knownCase(context, event.caseId) ?? linkOf(context);
  const { agent, text, line } = event;
  const { corrected } = textsIn(link.language);
  return {
    address: link.address,
    reply: sayAsAgent(agent, text, link.language, link.id),
    otherwise: sayAsAgent(agent, corrected(text), link.language, link.id),
    name: `${link.id}:${line}`,
  };
}

/** What a person of the desk said is taken back. */
export function removeFromAgent(context: DialogueContext, event: CaseWithdrawn): ReplyRemove {
  const link = knownCase(context, event.caseId) ?? linkOf(context);
  return { address: link.address, name: `${link.id}:${event.line}` };
}

/** The same in what is kept of the talk. */
export function noteRevision(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  if (event.type === "case.revised") return reviseTurn(context, event.line, event.text);
  return event.type === "case.withdrawn" ? takeBackLine(context, event.line) : {};
}

/** Whether only its customer sees what is said about a case, in talk to which others belong. */
function isAsideCase({ asker, address }: CaseLink): boolean {
  return asker === undefined ? address.ephemeral : isAside(asker);
}

/** Writes down what a person of the desk said, if it was said to all who belong to the conversation. */
export function noteAgentWords(
  context: DialogueContext,
  { caseId, agent, text, at, line, files }: CaseReplied,
): Partial<DialogueContext> {
  const link = knownCase(context, caseId) ?? context.openCase;
  if (link !== null && isAsideCase(link)) return {};
  const language = context.openCase?.language ?? context.language;
  const words = wordsWith(text, files);
  return addTurns(context, [turnOf("agent", agent, words, { at, language, line })]);
}

/** The case is over; the bot is in charge again. */
export function endCase(context: DialogueContext): Partial<DialogueContext> {
  return { closedCase: context.openCase ?? context.closedCase, openCase: null, misses: 0 };
}

/** An agent has ended the case: it can be opened again for a while. */
export function noteResolved(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  const { openCase } = context;
  if (openCase === null) return {};
  const isAsked = event.type === "case.resolved" && event.isIdle !== true;
  const asked = isAsked ? { ratingAskedAt: event.at } : {};
  return { openCase: { ...openCase, resolvedAt: event.at, ...asked } };
}

/** Whether an event speaks of the case that ended last. */
export function isClosedCase(context: DialogueContext, event: DialogueEvent): boolean {
  return "caseId" in event && context.openCase === null && context.closedCase?.id === event.caseId;
}

/** The case that ended last goes on. */
export function resumeCase(context: DialogueContext): Partial<DialogueContext> {
  const { closedCase } = context;
  if (closedCase === null) return {};
  const { resolvedAt: _ended, ...link } = withoutAsking(closedCase);
  return { openCase: link, closedCase: null, clarification: null };
}

/** The turn that a reopened case interrupts is the person's now: what was asked waits to be passed on; an agent's hint does not. */
export function forwardTurn(context: DialogueContext): Partial<DialogueContext> {
  const { active } = context;
  if (active === null) return {};
  const asked = active.isReturned === true ? [] : messagesOf(active);
  const quiet = asked.map((one): Incoming => ({ ...one, isUnaddressed: true }));
  const queue = [...quiet, ...queueWithMeanwhile(context)].toSorted(
    (one, other) => one.at - other.at,
  );
  return { active: null, queue };
}

/** Whether whoever gave the case back said what to try, and it can be tried. */
export function hasHint(context: DialogueContext, event: DialogueEvent): boolean {
  if (event.type !== "case.returned" || !isOwnCase(context, event)) return false;
  return (event.hint ?? "").trim() !== "" && context.openCase?.asker !== undefined;
}

/** A turn about what the agent said should be tried, for the customer and with his rights. */
export function retryForAgent(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  const asker = context.openCase?.asker;
  if (event.type !== "case.returned" || asker === undefined) return {};
  const { attachments: _files, ...rest } = asker;
  const incoming: Incoming = {
    ...rest,
    text: event.hint ?? "",
    chosenOptionId: null,
    hasAttachments: false,
    gatherMs: 0,
    at: event.at,
  };
  const started = { ...context, ...startTurn(context, incoming) };
  const language = context.openCase?.language ?? context.language;
  return {
    language,
    ...endCase(context),
    ...updateTurn({ ...started, ...endCase(context) }, { isReturned: true, language }),
  };
}

/** Whether an event speaks of the open case. */
export function isOwnCase(context: DialogueContext, event: DialogueEvent): boolean {
  return "caseId" in event && context.openCase?.id === event.caseId;
}

/** Whether an event speaks of a case of this conversation, open or closed. */
export function isKnownCase(context: DialogueContext, event: DialogueEvent): boolean {
  return "caseId" in event && knownCase(context, event.caseId) !== null;
}
