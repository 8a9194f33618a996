import type { CaseId, DialogueEvent, Reply, ReplyAddress } from "../../src/core/index.ts";
import { textsIn } from "../texts/index.ts";
import { isCancel } from "../understand/commands.ts";
import type { ReplyEdit, ReplyPost, ReplyRemove } from "./compose.ts";
import type { CaseLink, DialogueContext, Incoming } from "./context.ts";
import {
  lineOf,
  namesOfFiles,
  type Tell,
  tellCancelled,
  tellFiles,
  tellFilesWithdrawn,
  tellWithdrawnLine,
  tellWords,
} from "./handover.ts";
import { addTurns, reviseTurn, turnOf } from "./history.ts";
import { incomingChoice, incomingMessage, isAside } from "./incoming.ts";
import { withPerson } from "./people.ts";
import { ratingOptions } from "./ratings.ts";
import { say, sayAsAgent } from "./reply.ts";
import { queueWithMeanwhile, startTurn, updateTurn, withoutAsking } from "./turn.ts";

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

/** What was said, with the names of the files that came with it. */
function wordsWith(text: string, files: readonly { readonly name: string }[] = []): string {
  return [text, ...namesOfFiles(files)].filter((one) => one !== "").join("\n");
}

/** Writes down words that went to the case, if all who belong to the conversation could see them. */
export function noteForwarded(
  context: DialogueContext,
  incoming: Incoming,
): Partial<DialogueContext> {
  if (isAside(incoming)) return {};
  const { text, attachments = [], revisionOf } = incoming;
  if (revisionOf !== undefined && context.turns.some(({ line }) => line === revisionOf)) {
    return reviseTurn(context, revisionOf, text);
  }
  const words = wordsWith(text, attachments);
  const said = turnOf("user", incoming.principal.displayName, words, {
    at: incoming.at,
    language: context.openCase?.language ?? context.language,
    line: lineOf(incoming),
  });
  return { ...addTurns(context, [said]), ...withPerson(context, incoming.principal) };
}

/** A line that its author takes back; whether the case knows it, the desk can tell. Null while there is no case. */
function withdrawnLine({ openCase, turns }: DialogueContext, event: DialogueEvent) {
  if (event.type !== "message.withdrawn" || openCase === null) return null;
  const line: string = event.message;
  const said = turns.find((turn) => turn.line === line)?.name;
  return { line, name: said ?? openCase.asker?.principal.displayName ?? "", at: event.at };
}

/** Whether somebody takes back what he had added to the open case. */
export function isWithdrawnLine(context: DialogueContext, event: DialogueEvent): boolean {
  return withdrawnLine(context, event) !== null;
}

/** Tells the case. */
export function tellWithdrawnWords(context: DialogueContext, event: DialogueEvent): Tell {
  const said = withdrawnLine(context, event);
  if (said === null) throw new TypeError("there is no such line");
  return tellWithdrawnLine(linkOf(context), said);
}

/** What was taken back is gone from here, too; what still waits to be passed on is passed on no more. */
export function forgetWithdrawn(
  context: DialogueContext,
  event: DialogueEvent,
): Partial<DialogueContext> {
  if (event.type !== "message.withdrawn") return {};
  const isLeft = (waiting: Incoming): boolean => lineOf(waiting) !== event.message;
  const { active, openCase } = context;
  const meanwhile = active?.meanwhile?.filter(isLeft);
  return {
    turns: context.turns.filter(({ line }) => line !== event.message),
    queue: context.queue.filter(isLeft),
    openCase: openCase === null ? null : withoutQuestion(openCase, isLeft),
    ...(active === null || meanwhile === undefined ? {} : { active: { ...active, meanwhile } }),
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
  if (event.type !== "case.withdrawn") return {};
  return { turns: context.turns.filter(({ line }) => line !== event.line) };
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

/** What was asked in the turn that a reopened case interrupts; null when nothing was, or by an agent. */
function askedMeanwhile({ active }: DialogueContext): Incoming | null {
  if (active === null || active.isReturned === true) return null;
  return { ...active.incoming, text: active.texts.filter((line) => line !== "").join("\n") };
}

/** Tells the case what was asked in the turn that it interrupts; null for what an agent had tried. */
export function tellMeanwhile(context: DialogueContext): Tell | null {
  const incoming = askedMeanwhile(context);
  const link = context.closedCase ?? context.openCase;
  if (link === null) throw new TypeError("there is no case to hand on to");
  if (incoming === null) return null;
  return tellWords(link, incoming);
}

/** The turn that a reopened case interrupts is the person's now. */
export function forwardTurn(context: DialogueContext): Partial<DialogueContext> {
  const incoming = askedMeanwhile(context);
  const noted = incoming === null ? {} : noteForwarded(context, incoming);
  return { ...noted, active: null, queue: queueWithMeanwhile(context) };
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
