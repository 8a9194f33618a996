import { assign, cancel, enqueueActions, setup } from "xstate";
import type { CaseId, CaseResolution } from "../../src/core/index.ts";
import { timeOf } from "../dialogue/event-facts.ts";
import { matchable } from "../language/index.ts";
import { readSmallTalk } from "../understand/small-talk.ts";
import * as changes from "./changes.ts";
import type { CaseContext, CaseStep } from "./context.ts";
import { type CaseRules, nextLevel, officeDelay } from "./rules.ts";
import type { CustomerBlock, DeskPublish, TellDialogue } from "./updates.ts";

function isFarewell(text: string): boolean {
  const topic = readSmallTalk(matchable(text));
  return topic === "thanks" || topic === "goodbye" || topic === "praise";
}

/** Names and their meaning: what the chart of a case is written in. */
export function caseSetup(rules: CaseRules) {
  return setup({
    types: {
      context: {} as CaseContext,
      events: {} as CaseStep,
      input: {} as { readonly id: CaseId },
    },
    actions: {
      // effects: entries of the outbox
      "desk.publish": (_, _params: DeskPublish) => {},
      tell: (_, _params: TellDialogue) => {},
      "customer.block": (_, _params: CustomerBlock) => {},
      // changes
      open: assign(({ context, event }) => changes.open(context, event, rules)),
      reopen: assign(({ context, event }) => changes.reopen(context, event)),
      take: assign(({ context, event }) => changes.take(context, event)),
      drop: assign(() => changes.drop()),
      leave: assign(({ context }) => changes.leave(context)),
      escalate: assign(({ context, event }) => changes.escalate(context, event, rules)),
      noteOverdue: assign(({ context }) => changes.noteOverdue(context)),
      armTarget: enqueueActions(({ context, event, enqueue }) => {
        if (rules.resolutionMs === null) return;
        const at = timeOf(event);
        const delay = officeDelay(context.team, { from: at, at }, rules.resolutionMs, rules);
        enqueue.raise({ type: "target.passed" }, { id: "resolution", delay });
      }),
      disarmTarget: cancel("resolution"),
      transfer: assign(({ context, event }) => changes.transfer(context, event)),
      prioritise: assign(({ event }) =>
        event.type === "agent.prioritised" ? { priority: event.priority } : {},
      ),
      noteReply: assign(({ context, event }) => changes.noteReply(context, event)),
      noteSent: assign(({ context, event }) => changes.noteSent(context, event)),
      forgetSent: assign(({ context, event }) => changes.forgetSent(context, event)),
      awaitAgent: assign(() => ({ waitsFor: "agent" as const })),
      awaitAnswer: assign(({ context, event }) => changes.awaitAnswer(context, event)),
      countAnew: assign(({ event }) => changes.countAnew(event)),
      resolve: assign(({ event }, params: { resolution: CaseResolution }) =>
        changes.resolve(event, params.resolution),
      ),
      revise: assign(({ context, event }) => changes.revise(context, event)),
      rate: assign(({ event }) => changes.rate(event)),
      remind: assign(({ context, event }) => changes.remind(context, event, rules)),
      close: assign(() => ({ isClosed: true })),
      countTold: assign(({ context }) => ({ told: context.told + 1 })),
    },
    guards: {
      isOpened: ({ context }) => context.packet !== null,
      isClosed: ({ context }) => context.isClosed,
      isOfNote: ({ context, event }) =>
        (event.type === "agent.revised" || event.type === "agent.withdrew") &&
        event.of === "note" &&
        context.packet !== null,
      wasSent: ({ context, event }) => context.packet !== null && changes.wasSent(context, event),
      isHeld: ({ context }) => context.by !== null,
      isHeldByOther: ({ context, event }) => changes.isHeldByOther(context, event),
      isAssignedToOther: ({ context, event }) =>
        event.type === "agent.claimed" &&
        event.isAssigned === true &&
        changes.isHeldByOther(context, event),
      isAssigned: ({ event }) => event.type === "agent.claimed" && event.isAssigned === true,
      isHolder: ({ context, event }) =>
        context.by !== null && !changes.isHeldByOther(context, event),
      isFarewell: ({ event }) => event.type === "customer.wrote" && isFarewell(event.text),
      isBlocked: ({ context }) => context.resolution === "blocked",
      isUnresolved: ({ context }) => context.packet !== null && context.resolvedAt === null,
      hasNextLevel: ({ context }) => nextLevel(context.team, rules) !== null,
      mayRemind: ({ context }) => context.reminders < rules.reminders,
      mayBlock: ({ context, event }) =>
        context.packet?.customerId !== undefined && !changes.isHeldByOther(context, event),
    },
    delays: {
      firstReply: ({ context, event }) => changes.answerDelay(context, event, rules),
      nextReply: ({ context, event }) => changes.answerDelay(context, event, rules),
      idle: rules.idleMs,
      close: rules.closeMs,
    },
  });
}

/** What the parts of the chart are written with. */
export type CaseSetup = ReturnType<typeof caseSetup>;
