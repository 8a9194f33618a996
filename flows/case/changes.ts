import type { CaseResolution, CaseTarget } from "../../src/core/index.ts";
import { timeOf } from "../dialogue/event-facts.ts";
import type { CaseContext, CaseStep } from "./context.ts";
import { revisedPacket } from "./packet.ts";
import {
  type CaseRules,
  moreUrgent,
  nextLevel,
  officeDelay,
  priorityFor,
  teamFor,
} from "./rules.ts";

type Change = Partial<CaseContext>;

/** Who acts, by what is the same everywhere. */
function actorOf(event: CaseStep): string | null {
  return "agent" in event ? (event.by ?? event.agent) : null;
}

/** Whether somebody else has the case. */
export function isHeldByOther(context: CaseContext, event: CaseStep): boolean {
  return context.by !== null && context.by !== actorOf(event);
}

/** The case is wanted, for the first time or again. */
export function open(context: CaseContext, event: CaseStep, rules: CaseRules): Change {
  if (event.type !== "case.requested") return {};
  const { conversationId, packet, at } = event;
  const isBack = context.packet !== null;
  return {
    conversationId,
    packet,
    openedAt: isBack ? context.openedAt : at,
    team: context.team ?? teamFor(packet, rules),
    priority: isBack ? context.priority : priorityFor(packet),
    waitsSince: at,
    ...(isBack ? { ...reopen(context, event), ...drop() } : {}),
  };
}

/** A resolved case goes on. */
export function reopen(context: CaseContext, event: CaseStep): Change {
  return {
    reopened: context.reopened + 1,
    resolvedAt: null,
    resolution: null,
    isClosed: false,
    waitsFor: context.by === null ? null : "agent",
    waitsSince: timeOf(event),
    reminders: 0,
  };
}

/** Whoever acts has it from now on. */
export function take(context: CaseContext, event: CaseStep): Change {
  if (!("agent" in event)) return {};
  const isAssigned = event.type === "agent.assigned";
  const agent = isAssigned ? event.to : event.agent;
  const by = (isAssigned ? event.toBy : event.by) ?? agent;
  return {
    agent,
    by,
    claimedAt: context.claimedAt ?? timeOf(event),
    waitsFor: "agent",
    reminders: 0,
    leftBy: null,
  };
}

/** Nobody has it any more. */
export function drop(): Change {
  return { agent: null, by: null, waitsFor: null, reminders: 0 };
}

/** Whoever had it has it no more, by his own will or because he left the customer waiting. */
export function leave({ by }: CaseContext): Change {
  return { ...drop(), leftBy: by };
}

/** Nobody has it any more, and another team looks after it. */
export function transfer(_context: CaseContext, event: CaseStep): Change {
  return event.type === "agent.transferred" ? { ...drop(), team: event.team } : {};
}

/** The customer was answered. */
export function noteReply(context: CaseContext, event: CaseStep): Change {
  return {
    firstReplyAt: context.firstReplyAt ?? timeOf(event),
    waitsFor: "customer",
    waitsSince: null,
    reminders: 0,
  };
}

/** The customer wants an answer: he has waited for it since he first said so. */
export function awaitAnswer({ waitsSince }: CaseContext, event: CaseStep): Change {
  return { waitsSince: waitsSince ?? timeOf(event) };
}

/** What comes next is counted from now on. */
export function countAnew(event: CaseStep): Change {
  return { waitsSince: timeOf(event) };
}

/** Where an agent wrote it. */
function originOf(event: CaseStep): string | undefined {
  return "origin" in event ? event.origin : undefined;
}

/** More than an agent goes back to; older words stay as they are. */
const MAX_SENT = 500;

/** Words went to the customer: they can be changed and taken back. */
export function noteSent({ sent }: CaseContext, event: CaseStep): Change {
  const origin = originOf(event);
  if (sent === undefined || origin === undefined) return {};
  return { sent: [...sent.filter((line) => line !== origin), origin].slice(-MAX_SENT) };
}

/** Words were taken back from the customer. */
export function forgetSent({ sent }: CaseContext, event: CaseStep): Change {
  const origin = originOf(event);
  return sent === undefined ? {} : { sent: sent.filter((line) => line !== origin) };
}

/** Whether words of that name went to the customer; of cases from before this was kept nobody knows, and they are believed. */
export function wasSent({ sent }: CaseContext, event: CaseStep): boolean {
  const origin = originOf(event);
  return sent === undefined || (origin !== undefined && sent.includes(origin));
}

/** The case ended. */
export function resolve(event: CaseStep, resolution: CaseResolution): Change {
  const given = event.type === "agent.resolved" ? event.resolution : undefined;
  return {
    resolvedAt: timeOf(event),
    resolution: given ?? resolution,
    waitsFor: null,
    reminders: 0,
  };
}

function miss({ missed = [] }: CaseContext, target: CaseTarget): readonly CaseTarget[] {
  return missed.includes(target) ? missed : [...missed, target];
}

/** Somebody was reminded of it, since a target was missed. After the last reminder it is more urgent. */
export function remind(context: CaseContext, event: CaseStep, rules: CaseRules): Change {
  const reminders = context.reminders + 1;
  const isLast = reminders >= rules.reminders;
  return {
    ...countAnew(event),
    reminders,
    priority: isLast ? moreUrgent(context.priority) : context.priority,
    missed: miss(context, context.firstReplyAt === null ? "first-reply" : "next-reply"),
  };
}

/** The next level has it now, and is reminded in its turn. */
export function escalate(context: CaseContext, event: CaseStep, rules: CaseRules): Change {
  const team = nextLevel(context.team, rules);
  return { ...countAnew(event), team, reminders: 0, leftBy: null };
}

/** It has been open for longer than it should be. */
export function noteOverdue(context: CaseContext): Change {
  return { missed: miss(context, "resolution"), priority: moreUrgent(context.priority) };
}

/** The customer has changed what he said, or taken it back. */
export function revise({ packet }: CaseContext, event: CaseStep): Change {
  if (event.type !== "customer.revised" && event.type !== "customer.withdrew") return {};
  const text = event.type === "customer.revised" ? event.text : null;
  const revised = revisedPacket(packet, event.line, text);
  return revised === null ? {} : { packet: revised };
}

/** How it was. */
export function rate(event: CaseStep): Change {
  if (event.type !== "customer.rated") return {};
  const stars = Math.min(5, Math.max(1, Math.round(event.stars)));
  return { rating: { stars, comment: event.comment } };
}

/** How long it is until the customer has waited for too long: for his first answer, whoever has the case, or for the next one. */
export function answerDelay(context: CaseContext, event: CaseStep, rules: CaseRules): number {
  const isFirst = context.by === null || context.firstReplyAt === null;
  const ms = isFirst ? rules.firstReplyMs : rules.nextReplyMs;
  const at = timeOf(event);
  return officeDelay(context.team, { from: context.waitsSince ?? at, at }, ms, rules);
}
