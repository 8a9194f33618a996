import { assign, setup } from "xstate";
import type { CaseEvent, CaseId, CaseResolution } from "../../src/core/index.ts";
import { matchable } from "../language/index.ts";
import { readSmallTalk } from "../understand/small-talk.ts";
import * as changes from "./changes.ts";
import type { CaseContext } from "./context.ts";
import type { CaseRules } from "./rules.ts";
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
      events: {} as CaseEvent,
      input: {} as { readonly id: CaseId },
    },
    actions: {
      // effects: entries of the outbox
      "desk.publish": (_, _params: DeskPublish) => {},
      tell: (_, _params: TellDialogue) => {},
      "customer.block": (_, _params: CustomerBlock) => {},
      // changes
      open: assign(({ context, event }) => changes.open(context, event, rules)),
      reopen: assign(({ context }) => changes.reopen(context)),
      take: assign(({ context, event }) => changes.take(context, event)),
      drop: assign(() => changes.drop()),
      transfer: assign(({ context, event }) => changes.transfer(context, event)),
      prioritise: assign(({ event }) =>
        event.type === "agent.prioritised" ? { priority: event.priority } : {},
      ),
      noteReply: assign(({ context, event }) => changes.noteReply(context, event)),
      awaitAgent: assign(() => ({ waitsFor: "agent" as const })),
      resolve: assign(({ event }, params: { resolution: CaseResolution }) =>
        changes.resolve(event, params.resolution),
      ),
      rate: assign(({ event }) => changes.rate(event)),
      remind: assign(({ context }) => changes.remind(context, rules)),
      close: assign(() => ({ isClosed: true })),
      countTold: assign(({ context }) => ({ told: context.told + 1 })),
    },
    guards: {
      isOpened: ({ context }) => context.packet !== null,
      isHeld: ({ context }) => context.by !== null,
      isHeldByOther: ({ context, event }) => changes.isHeldByOther(context, event),
      isHolder: ({ context, event }) =>
        context.by !== null && !changes.isHeldByOther(context, event),
      isFarewell: ({ event }) => event.type === "customer.wrote" && isFarewell(event.text),
      isBlocked: ({ context }) => context.resolution === "blocked",
      mayRemind: ({ context }) => context.reminders < rules.reminders,
      mayBlock: ({ context, event }) =>
        context.packet?.customerId !== undefined && !changes.isHeldByOther(context, event),
    },
    delays: {
      firstReply: rules.firstReplyMs,
      nextReply: rules.nextReplyMs,
      idle: rules.idleMs,
      close: rules.closeMs,
    },
  });
}

/** What the parts of the chart are written with. */
export type CaseSetup = ReturnType<typeof caseSetup>;
