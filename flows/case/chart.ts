import type { CaseEvent } from "../../src/core/index.ts";
import {
  type CaseActions,
  SAID_STATE,
  SAY_STATE,
  SHOW_CUSTOMER,
  SHOW_REPLY,
  SHOW_STATE,
  showRevision,
} from "./chart-actions.ts";
import type { CaseContext } from "./context.ts";
import type { CaseSetup } from "./setup.ts";
import { blockOf, published } from "./updates.ts";

interface Requested {
  readonly context: CaseContext;
  readonly event: Extract<CaseEvent, { type: "case.requested" }>;
}

const OPEN = {
  target: "#queued",
  actions: [
    "open",
    "armTarget",
    {
      type: "desk.publish",
      params: ({ context, event }: Requested) => published(context, event),
    },
  ],
} as const;

/** What agents do to their own words afterwards, at any time: whoever has the case by now, and whether it is over. */
export function revisions({ line, tell }: CaseActions) {
  const refused = [
    { guard: "isClosed", actions: line((_, t) => t.deskIsClosed) },
    {
      guard: "isHeldByOther",
      actions: line(({ context }, t) => t.deskHeldBy(context.agent ?? "")),
    },
  ] as const;
  /** The customer hears nothing of words that he never had. */
  const neverSent = { guard: "isOpened", actions: line((_, t) => t.deskNeverSent) } as const;
  return {
    "agent.revised": [
      { guard: "isOfNote", actions: showRevision("note", "edited") },
      {
        guard: "wasSent",
        actions: [...tell({ type: "case.revised" }), showRevision("reply", "edited")],
      },
      ...refused,
      neverSent,
    ],
    "agent.withdrew": [
      { guard: "isOfNote", actions: showRevision("note", "deleted") },
      {
        guard: "wasSent",
        actions: [
          "forgetSent",
          ...tell({ type: "case.withdrawn" }),
          showRevision("reply", "deleted"),
        ],
      },
      ...refused,
      neverSent,
    ],
  } as const;
}

/** Nobody has asked for it yet. */
export function opening(machine: CaseSetup) {
  return machine.createStateConfig({ on: { "case.requested": OPEN } });
}

/** What an agent may do with a case that is open, whether somebody has it or not. */
function whileOpen({ line, tell }: CaseActions) {
  const heldBy = { actions: line(({ context }, t) => t.deskHeldBy(context.agent ?? "")) } as const;
  return {
    "customer.cancelled": {
      target: "#resolved",
      actions: [
        "drop",
        { type: "resolve", params: { resolution: "cancelled" } },
        line((_, t) => t.deskCancelled),
        SAID_STATE,
      ],
    },
    "agent.assigned": {
      target: "#claimed",
      reenter: true,
      actions: [
        "take",
        ...tell({ type: "case.claimed" }),
        line(({ to }, t) => t.deskAssigned(to), "holder"),
        SAID_STATE,
      ],
    },
    "agent.resolved": [
      {
        guard: "isHeldByOther",
        ...heldBy,
      },
      {
        target: "#resolved",
        actions: [
          "take",
          { type: "resolve", params: { resolution: "solved" } },
          ...tell({ type: "case.resolved" }),
          SAY_STATE,
        ],
      },
    ],
    "agent.returned": [
      { guard: "isHeldByOther", ...heldBy },
      {
        target: "#resolved",
        actions: [
          "take",
          { type: "resolve", params: { resolution: "returned" } },
          ...tell({ type: "case.returned" }),
          line((_, t) => t.deskReturned),
          SAID_STATE,
        ],
      },
    ],
    "agent.blocked": [
      {
        guard: "mayBlock",
        target: "#resolved",
        actions: [
          "take",
          { type: "resolve", params: { resolution: "blocked" } },
          {
            type: "customer.block",
            params: ({ context }: { readonly context: CaseContext }) => blockOf(context, true),
          },
          ...tell({ type: "case.resolved", isSilent: true }),
          line((_, t) => t.deskBlocked),
          SAID_STATE,
        ],
      },
      { actions: line((_, t) => t.deskNotBlocked) },
    ],
  } as const;
}

/** Waits for somebody to take it. */
export function queued(machine: CaseSetup, actions: CaseActions) {
  const { line, tell } = actions;
  return machine.createStateConfig({
    id: "queued",
    on: {
      ...whileOpen(actions),
      "agent.claimed": [
        {
          guard: "isAssigned",
          target: "claimed",
          actions: [
            "take",
            ...tell({ type: "case.claimed" }),
            line((_, t) => t.deskGiven, "holder"),
            SAY_STATE,
          ],
        },
        { target: "claimed", actions: ["take", ...tell({ type: "case.claimed" }), SAY_STATE] },
      ],
      "agent.replied": {
        target: "claimed.forCustomer",
        actions: [
          "take",
          "noteReply",
          "noteSent",
          ...tell({ type: "case.replied" }),
          SHOW_REPLY,
          SAY_STATE,
        ],
      },
      "agent.transferred": {
        target: "queued",
        reenter: true,
        actions: ["transfer", line(({ team }, t) => t.deskTransferred(team), "team"), SHOW_STATE],
      },
    },
    after: {
      firstReply: [
        {
          guard: "mayRemind",
          target: "queued",
          reenter: true,
          actions: ["remind", line((_, t) => t.deskStillWaiting, "team"), SHOW_STATE],
        },
        {
          guard: "hasNextLevel",
          target: "queued",
          reenter: true,
          actions: [
            "escalate",
            line(({ context }, t) => t.deskEscalated(context.team ?? ""), "team"),
            SHOW_STATE,
          ],
        },
      ],
    },
  });
}

/** The agent has it, and the customer waits. Whoever leaves him waiting too long loses it. */
function forAgent(machine: CaseSetup, { line, tell }: CaseActions) {
  return machine.createStateConfig({
    after: {
      nextReply: [
        {
          guard: "mayRemind",
          target: "forAgent",
          reenter: true,
          actions: [
            "remind",
            line(({ context }, t) => t.deskWaitsForReply(context.agent ?? ""), "holder"),
          ],
        },
        {
          target: "#queued",
          actions: [
            ...tell({ type: "case.released" }),
            line(({ context }, t) => t.deskTakenBack(context.agent ?? ""), "team"),
            "leave",
            "countAnew",
            SAID_STATE,
          ],
        },
      ],
    },
  });
}

/** The customer was answered. One who says nothing more is taken to be served. */
function forCustomer(machine: CaseSetup, { line, tell }: CaseActions) {
  return machine.createStateConfig({
    on: {
      "customer.wrote": {
        target: "forAgent",
        actions: ["awaitAgent", "awaitAnswer", SHOW_CUSTOMER, SHOW_STATE],
      },
    },
    after: {
      idle: {
        target: "#resolved",
        actions: [
          { type: "resolve", params: { resolution: "no-answer" } },
          ...tell({ type: "case.resolved", isIdle: true }),
          line((_, t) => t.deskNoAnswer),
          SAID_STATE,
        ],
      },
    },
  });
}

/** A person is in charge. */
export function claimed(machine: CaseSetup, actions: CaseActions) {
  const { line, tell } = actions;
  const heldBy = { actions: line(({ context }, t) => t.deskHeldBy(context.agent ?? "")) } as const;
  return machine.createStateConfig({
    id: "claimed",
    initial: "forAgent",
    states: { forAgent: forAgent(machine, actions), forCustomer: forCustomer(machine, actions) },
    on: {
      ...whileOpen(actions),
      "agent.claimed": [
        // Given to somebody at the moment in which another one took it.
        { guard: "isAssignedToOther", actions: [] },
        { guard: "isHeldByOther", ...heldBy },
      ],
      "agent.released": [
        {
          guard: "isHolder",
          target: "#queued",
          actions: [...tell({ type: "case.released" }), "leave", SAY_STATE],
        },
        heldBy,
      ],
      "agent.transferred": {
        target: "#queued",
        actions: [
          ...tell({ type: "case.released" }),
          "transfer",
          line(({ team }, t) => t.deskTransferred(team), "team"),
          SAID_STATE,
        ],
      },
      "agent.replied": [
        { guard: "isHeldByOther", ...heldBy },
        {
          target: ".forCustomer",
          reenter: true,
          actions: [
            "noteReply",
            "noteSent",
            ...tell({ type: "case.replied" }),
            SHOW_REPLY,
            SHOW_STATE,
          ],
        },
      ],
    },
  });
}

/** It is over, for now or for good. Whoever still needs help has it opened again. */
export function ended(machine: CaseSetup, { line, tell }: CaseActions) {
  const reopened = [
    "take",
    "reopen",
    "armTarget",
    ...tell({ type: "case.reopened", isClaimed: true }),
    line((_, t) => t.deskReopenedByAgent),
    SAID_STATE,
  ] as const;
  const unblock = {
    type: "customer.block",
    params: ({ context }: { readonly context: CaseContext }) => blockOf(context, false),
  } as const;
  const reopenByAgent = [
    { guard: "isBlocked", target: "claimed", actions: [unblock, ...reopened] },
    { target: "claimed", actions: reopened },
  ] as const;
  const backToAgent = {
    guard: "isHeld",
    target: "claimed",
    actions: [
      "reopen",
      "armTarget",
      ...tell({ type: "case.reopened", isClaimed: true }),
      SHOW_CUSTOMER,
      line(({ context }, t) => t.deskReopened(context.agent)),
      SAID_STATE,
    ],
  } as const;
  const backToQueue = {
    target: "#queued",
    actions: [
      "reopen",
      "armTarget",
      ...tell({ type: "case.reopened", isClaimed: false }),
      SHOW_CUSTOMER,
      line(({ context }, t) => t.deskReopened(context.agent)),
      SAID_STATE,
    ],
  } as const;
  /** Nobody opens it again by what somebody says whom an agent has blocked meanwhile, or by a farewell. */
  const restingWords = [
    { guard: "isBlocked", actions: SHOW_CUSTOMER },
    { guard: "isFarewell", actions: SHOW_CUSTOMER },
  ] as const;
  return {
    resolved: machine.createStateConfig({
      id: "resolved",
      entry: "disarmTarget",
      on: {
        "case.requested": OPEN,
        // Words that were under way when it ended: nobody else has heard them.
        "customer.wrote": [...restingWords, backToAgent, backToQueue],
        "agent.reopened": reopenByAgent,
        "agent.replied": { actions: ["noteSent", ...tell({ type: "case.replied" }), SHOW_REPLY] },
      },
      after: { close: { target: "closed", actions: ["close", SAY_STATE] } },
    }),
    closed: machine.createStateConfig({
      on: {
        "case.requested": OPEN,
        "customer.wrote": [...restingWords, backToAgent, backToQueue],
        "agent.reopened": reopenByAgent,
        "agent.replied": { actions: line((_, t) => t.deskIsClosed) },
      },
    }),
  };
}
