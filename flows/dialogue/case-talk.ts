import type { CaseId, DialogueEvent, Reply, ReplyAddress } from "../../src/core/index.ts";
import { textsIn } from "../texts/index.ts";
import { isCancel } from "../understand/commands.ts";
import type { ReplyPost } from "./compose.ts";
import type { CaseLink, DialogueContext, Incoming } from "./context.ts";
import { type Tell, tellCancelled, tellWords } from "./handover.ts";
import { addTurns, turnOf } from "./history.ts";
import { incomingChoice, incomingMessage } from "./incoming.ts";
import { say, sayAsAgent } from "./reply.ts";

type CaseReplied = Extract<DialogueEvent, { type: "case.replied" }>;

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

/** Writes down words that went to the case. */
export function noteForwarded(
  context: DialogueContext,
  incoming: Incoming,
): Partial<DialogueContext> {
  const said = turnOf("user", incoming.principal.displayName, incoming.text, {
    at: incoming.at,
    language: context.openCase?.language ?? context.language,
  });
  return addTurns(context, [said]);
}

/** A sentence of the bot about the open case, outside of any turn. */
export function postAboutCase(
  context: DialogueContext,
  kind: "added" | "cancelled" | "joined" | "left",
  facts: { readonly address?: ReplyAddress; readonly agent?: string },
): ReplyPost {
  const link = linkOf(context);
  const t = textsIn(link.language);
  const agent = facts.agent ?? "";
  const texts = {
    added: t.addedToCase(link.id),
    cancelled: t.caseCancelled,
    joined: t.agentJoined(agent),
    left: t.agentLeft(agent),
  };
  const decision: Reply["decision"] = kind === "added" ? "escalate" : "smalltalk";
  return {
    address: facts.address ?? link.address,
    reply: { ...say(texts[kind], link.language, decision), case: link.id },
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
  return {
    address: link.address,
    reply: sayAsAgent(event.agent, event.text, link.language, link.id),
  };
}

/** Writes down what a person of the desk said. */
export function noteAgentWords(
  context: DialogueContext,
  agent: string,
  text: string,
  at: number,
): Partial<DialogueContext> {
  const language = context.openCase?.language ?? context.language;
  return addTurns(context, [turnOf("agent", agent, text, { at, language })]);
}

/** The case is over; the bot is in charge again. */
export function endCase(context: DialogueContext): Partial<DialogueContext> {
  return { closedCase: context.openCase ?? context.closedCase, openCase: null, misses: 0 };
}

/** Whether an event speaks of the open case. */
export function isOwnCase(context: DialogueContext, event: DialogueEvent): boolean {
  return "caseId" in event && context.openCase?.id === event.caseId;
}

/** Whether an event speaks of a case of this conversation, open or closed. */
export function isKnownCase(context: DialogueContext, event: DialogueEvent): boolean {
  return "caseId" in event && knownCase(context, event.caseId) !== null;
}
