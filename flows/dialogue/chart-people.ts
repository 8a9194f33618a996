import type { DialogueEvent } from "../../src/core/index.ts";
import {
  forwarded,
  postAboutCase,
  postFromAgent,
  settledForwarded,
  tellAgentFiles,
  tellForwarded,
  tellWithdrawn,
} from "./case-talk.ts";
import {
  ending,
  POST_TOO_BUSY,
  RATED_BY_BUTTON,
  REVISED_FOR_CASE,
  WITHDRAWN,
} from "./chart-endings.ts";
import type { DialogueContext } from "./context.ts";
import { timeOf } from "./event-facts.ts";
import { tellRequested } from "./handover.ts";
import type { DialogueSetup } from "./setup.ts";
import { summarizeInput } from "./stages.ts";

type Of<Type extends DialogueEvent["type"]> = Extract<DialogueEvent, { readonly type: Type }>;

interface When<Event> {
  readonly context: DialogueContext;
  readonly event: Event;
}

const TELL_WORDS = {
  type: "tell",
  params: ({ context, event }: When<DialogueEvent>) =>
    tellForwarded(context, forwarded(context, event)),
} as const;

const NOTE_WORDS = {
  type: "noteForwarded",
  params: ({ context, event }: When<DialogueEvent>) => ({ incoming: forwarded(context, event) }),
} as const;

const SETTLED = {
  type: "turn.settled",
  params: ({ context, event }: When<DialogueEvent>) => settledForwarded(forwarded(context, event)),
} as const;

interface Waiting {
  readonly context: DialogueContext;
}

const TELL_QUEUED = {
  type: "tell",
  params: ({ context }: Waiting) => tellForwarded(context, forwarded(context, null)),
} as const;

const NOTE_QUEUED = {
  type: "noteForwarded",
  params: ({ context }: Waiting) => ({ incoming: forwarded(context, null) }),
} as const;

const SETTLE_QUEUED = [
  TELL_QUEUED,
  NOTE_QUEUED,
  {
    type: "turn.settled",
    params: ({ context }: Waiting) => settledForwarded(forwarded(context, null)),
  },
  "dropNext",
] as const;

/** While a person is in charge they go to the case without a word of the bot. */
const PASS_ON_QUEUED = { guard: "hasQueued", actions: SETTLE_QUEUED } as const;

/** Messages that waited while the case was opened go to it one by one, each with what acknowledges it. */
const FORWARD_QUEUED = [
  { guard: "hasQueuedUnaddressed", actions: SETTLE_QUEUED },
  {
    guard: "hasQueued",
    actions: [
      TELL_QUEUED,
      {
        type: "reply.post",
        params: ({ context }: Waiting) =>
          postAboutCase(context, "added", { address: forwarded(context, null).address }),
      },
      NOTE_QUEUED,
      "dropNext",
    ],
  },
] as const;

const SAY_ADDED = {
  type: "reply.post",
  params: ({ context, event }: When<DialogueEvent>) =>
    postAboutCase(context, "added", { address: forwarded(context, event).address }),
} as const;

const SAY_JOINED = {
  type: "reply.post",
  params: ({ context, event }: When<Of<"case.claimed">>) =>
    postAboutCase(context, "joined", { agent: event.agent }),
} as const;

const SAY_RELEASED = {
  type: "reply.post",
  params: ({ context, event }: When<Of<"case.released">>) =>
    postAboutCase(context, "released", { agent: event.agent }),
} as const;

/** What a person of the desk says goes to the customer, and so do the files that came with it. */
export const PASS_ON_REPLY = [
  {
    type: "reply.post",
    params: ({ context, event }: When<Of<"case.replied">>) => postFromAgent(context, event),
  },
  {
    type: "tell",
    params: ({ context, event }: When<Of<"case.replied">>) => tellAgentFiles(context, event),
  },
  "noteAgentWords",
] as const;

const TELL_WITHDRAWN = {
  type: "tell",
  params: ({ context, event }: When<DialogueEvent>) => tellWithdrawn(context, event.at),
} as const;

const RESOLVED = [
  { guard: "isSilentEnd", target: "followUp", actions: "endCase" },
  {
    guard: "isIdleEnd",
    target: "followUp",
    actions: [
      {
        type: "reply.post",
        params: ({ context }: When<DialogueEvent>) => postAboutCase(context, "idle", {}),
      },
      "noteResolved",
      "endCase",
    ],
  },
  {
    guard: "isOwnCase",
    target: "followUp",
    actions: [
      {
        type: "reply.post",
        params: ({ context, event }: When<Of<"case.resolved">>) =>
          postAboutCase(context, "left", { agent: event.agent }),
      },
      "noteResolved",
      "endCase",
    ],
  },
] as const;

const SAY_RETURNED = {
  type: "reply.post",
  params: ({ context, event }: When<Of<"case.returned">>) =>
    postAboutCase(context, "returned", { agent: event.agent }),
} as const;

/** The bot goes on: with what the agent said should be tried, or with whatever comes next. */
const RETURNED = [
  {
    guard: "hasHint",
    target: "retrieving",
    actions: [SAY_RETURNED, "noteResolved", "retryForAgent", "assumeQuestion"],
  },
  {
    guard: "isOwnCase",
    target: "followUp",
    actions: [SAY_RETURNED, "noteResolved", "endCase"],
  },
] as const;

const SAY_REOPENED = {
  type: "reply.post",
  params: ({ context }: When<DialogueEvent>) => postAboutCase(context, "reopened", {}),
} as const;

/** A case that ended goes on; what is being answered at that moment is for the person, too. */
export const REOPENED = [
  {
    guard: "isClaimedAgainAndBusy",
    target: ".withAgent",
    actions: [SAY_REOPENED, "forwardTurn", "resumeCase"],
  },
  {
    guard: "isClosedAndBusy",
    target: ".waitingForAgent",
    actions: [SAY_REOPENED, "forwardTurn", "resumeCase"],
  },
  { guard: "isClaimedAgain", target: ".withAgent", actions: [SAY_REOPENED, "resumeCase"] },
  { guard: "isClosedCase", target: ".waitingForAgent", actions: [SAY_REOPENED, "resumeCase"] },
] as const;

const RESET = { target: "idle", actions: [TELL_WITHDRAWN, "forget"] } as const;

function escalating(machine: DialogueSetup) {
  return machine.createStateConfig({
    invoke: {
      id: "summarize",
      src: "summarize",
      input: ({ context }) => summarizeInput(context),
      onDone: {
        target: "waitingForAgent",
        actions: [
          {
            type: "openCase",
            params: ({ event }) => ({
              at: timeOf(event),
              ahead: event.output.ahead ?? null,
              online: event.output.online ?? null,
            }),
          },
          {
            type: "tell",
            params: ({ context, event }) => tellRequested(context, event.output, timeOf(event)),
          },
          ...ending("escalation"),
        ],
      },
      onError: {
        target: "waitingForAgent",
        actions: [
          {
            type: "openCase",
            params: ({ event }) => ({ at: timeOf(event), ahead: null, online: null }),
          },
          {
            type: "tell",
            params: ({ context, event }) => tellRequested(context, null, timeOf(event)),
          },
          ...ending("escalation"),
        ],
      },
    },
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        { guard: "mayWaitForCase", actions: "waitForCase" },
        { guard: "mayWait", actions: "wait" },
        { guard: "isAddressed", actions: POST_TOO_BUSY },
        { guard: "isForNewCase", actions: POST_TOO_BUSY },
        {},
      ],
      "message.withdrawn": [
        {
          guard: "isOneOfSeveral",
          target: "escalating",
          reenter: true,
          actions: WITHDRAWN,
        },
        { actions: WITHDRAWN },
      ],
      "stop.requested": {},
    },
  });
}

function waitingForAgent(machine: DialogueSetup) {
  return machine.createStateConfig({
    always: FORWARD_QUEUED,
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        {
          guard: "isWithdrawal",
          target: "followUp",
          actions: [
            TELL_WITHDRAWN,
            {
              type: "reply.post",
              params: ({ context, event }) =>
                postAboutCase(context, "cancelled", { address: event.message.address }),
            },
            "endCase",
          ],
        },
        { guard: "isAddressedForCase", actions: [TELL_WORDS, SAY_ADDED, NOTE_WORDS] },
        { guard: "isForCase", actions: [TELL_WORDS, NOTE_WORDS, SETTLED] },
        {},
      ],
      "option.chosen": [...RATED_BY_BUTTON, { actions: [TELL_WORDS, SAY_ADDED, NOTE_WORDS] }],
      "case.claimed": { guard: "isOwnCase", target: "withAgent", actions: SAY_JOINED },
      "case.replied": { guard: "isOwnCase", target: "withAgent", actions: PASS_ON_REPLY },
      "case.resolved": RESOLVED,
      "case.returned": RETURNED,
      "conversation.reset": RESET,
    },
  });
}

function withAgent(machine: DialogueSetup) {
  return machine.createStateConfig({
    always: PASS_ON_QUEUED,
    on: {
      "message.received": [
        REVISED_FOR_CASE,
        { guard: "isForCase", actions: [TELL_WORDS, NOTE_WORDS, SETTLED] },
        {},
      ],
      "option.chosen": [...RATED_BY_BUTTON, { actions: [TELL_WORDS, NOTE_WORDS, SETTLED] }],
      "case.claimed": { guard: "isOwnCase", actions: SAY_JOINED },
      "case.released": { guard: "isOwnCase", target: "waitingForAgent", actions: SAY_RELEASED },
      "case.resolved": RESOLVED,
      "case.returned": RETURNED,
      "conversation.reset": RESET,
    },
  });
}

/** States in which a person is called or in charge. The bot is mute while somebody is. */
export function peopleStates(machine: DialogueSetup) {
  return {
    escalating: escalating(machine),
    waitingForAgent: waitingForAgent(machine),
    withAgent: withAgent(machine),
  };
}
