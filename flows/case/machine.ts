import { assign, setup } from "xstate";
import type { CaseEvent, CaseId } from "../../src/core/index.ts";
import type { DialogueSettings } from "../settings.ts";
import { textsIn } from "../texts/index.ts";
import { type CaseContext, emptyCase } from "./context.ts";
import {
  type DeskPublish,
  publishEntry,
  published,
  publishState,
  type TellDialogue,
  tellDialogue,
} from "./updates.ts";

type Of<Type extends CaseEvent["type"]> = Extract<CaseEvent, { readonly type: Type }>;

interface When<Event> {
  readonly context: CaseContext;
  readonly event: Event;
}

const SHOW_CUSTOMER = {
  type: "desk.publish",
  params: ({ context, event }: When<Of<"customer.wrote">>) =>
    publishEntry(context, "customer", event),
} as const;

const SHOW_NOTE = {
  type: "desk.publish",
  params: ({ context, event }: When<Of<"agent.noted">>) =>
    publishEntry(context, "note", { name: event.agent, text: event.text, at: event.at }),
} as const;

const SHOW_REPLY = {
  type: "desk.publish",
  params: ({ context, event }: When<Of<"agent.replied">>) =>
    publishEntry(context, "reply", { name: event.agent, text: event.text, at: event.at }),
} as const;

const SHOW_CLAIMED = {
  type: "desk.publish",
  params: ({ context, event }: When<Of<"agent.claimed" | "agent.replied">>) =>
    publishState(context, "claimed", event.agent, event.at),
} as const;

const SHOW_RESOLVED = {
  type: "desk.publish",
  params: ({ context, event }: When<Of<"agent.resolved">>) =>
    publishState(context, "resolved", event.agent, event.at),
} as const;

/** Told once: the key counts what was told. */
const TELL_DIALOGUE = [
  {
    type: "tell",
    params: ({ context, event }: When<Of<"agent.claimed" | "agent.replied" | "agent.resolved">>) =>
      tellDialogue(context, event),
  },
  "countTold",
] as const;

const RESOLVE = {
  target: "resolved",
  actions: ["assignAgent", SHOW_RESOLVED, ...TELL_DIALOGUE],
} as const;

type CaseSetup = ReturnType<typeof caseSetup>;

function caseSetup() {
  return setup({
    types: {
      context: {} as CaseContext,
      events: {} as CaseEvent,
      input: {} as { readonly id: CaseId },
    },
    actions: {
      "desk.publish": (_, _params: DeskPublish) => {},
      tell: (_, _params: TellDialogue) => {},
      open: assign(({ event }) =>
        event.type === "case.requested"
          ? { conversationId: event.conversationId, packet: event.packet, openedAt: event.at }
          : {},
      ),
      assignAgent: assign(({ event }) => ("agent" in event ? { agent: event.agent } : {})),
      dropAgent: assign({ agent: null }),
      countTold: assign(({ context }) => ({ told: context.told + 1 })),
    },
    guards: {
      isHeldByOther: ({ context, event }) =>
        "agent" in event && context.agent !== null && context.agent !== event.agent,
      isHolder: ({ context, event }) => "agent" in event && context.agent === event.agent,
    },
  });
}

/**
 * One handover as a chart: opening → waiting → claimed → resolved. Told by the dialogue (`case.requested`, the customer's
 * words) and by the desk (`agent.…`); tells the dialogue, and shows every change at the desk.
 */
export function createCaseMachine(settings: DialogueSettings) {
  const machine = caseSetup();
  return machine.createMachine({
    id: "case",
    initial: "opening",
    context: ({ input }) => emptyCase(input.id),
    states: {
      opening: opening(machine),
      waiting: waiting(machine, settings),
      claimed: claimed(machine, settings),
      resolved: resolved(machine),
    },
  });
}

function withdrawn(settings: DialogueSettings) {
  const text = textsIn(settings.deskLanguage).deskCancelled;
  return {
    target: "resolved",
    actions: [
      {
        type: "desk.publish",
        params: ({ context, event }: When<Of<"customer.cancelled">>) =>
          publishEntry(context, "event", { name: "", text, at: event.at }),
      },
      {
        type: "desk.publish",
        params: ({ context, event }: When<Of<"customer.cancelled">>) =>
          publishState(context, "resolved", context.agent, event.at),
      },
      "dropAgent",
    ],
  } as const;
}

function opening(machine: CaseSetup) {
  return machine.createStateConfig({
    on: {
      "case.requested": {
        target: "waiting",
        actions: [
          "open",
          { type: "desk.publish", params: ({ context, event }) => published(context, event) },
        ],
      },
    },
  });
}

function waiting(machine: CaseSetup, settings: DialogueSettings) {
  return machine.createStateConfig({
    on: {
      "customer.wrote": { actions: SHOW_CUSTOMER },
      "customer.cancelled": withdrawn(settings),
      "agent.noted": { actions: SHOW_NOTE },
      "agent.claimed": {
        target: "claimed",
        actions: ["assignAgent", SHOW_CLAIMED, ...TELL_DIALOGUE],
      },
      "agent.replied": {
        target: "claimed",
        actions: ["assignAgent", SHOW_CLAIMED, SHOW_REPLY, ...TELL_DIALOGUE],
      },
      "agent.resolved": RESOLVE,
    },
  });
}

function claimed(machine: CaseSetup, settings: DialogueSettings) {
  const t = textsIn(settings.deskLanguage);
  return machine.createStateConfig({
    on: {
      "customer.wrote": { actions: SHOW_CUSTOMER },
      "customer.cancelled": withdrawn(settings),
      "agent.noted": { actions: SHOW_NOTE },
      "agent.claimed": {
        guard: "isHeldByOther",
        actions: {
          type: "desk.publish",
          params: ({ context, event }) =>
            publishEntry(context, "event", {
              name: event.agent,
              text: t.deskHeldBy(context.agent ?? ""),
              at: event.at,
            }),
        },
      },
      "agent.released": {
        guard: "isHolder",
        target: "waiting",
        actions: [
          "dropAgent",
          {
            type: "desk.publish",
            params: ({ context, event }) => publishState(context, "waiting", null, event.at),
          },
        ],
      },
      "agent.replied": { actions: [SHOW_REPLY, ...TELL_DIALOGUE] },
      "agent.resolved": RESOLVE,
    },
  });
}

function resolved(machine: CaseSetup) {
  return machine.createStateConfig({
    on: {
      "customer.wrote": { actions: SHOW_CUSTOMER },
      "agent.noted": { actions: SHOW_NOTE },
      "agent.replied": { actions: [SHOW_REPLY, ...TELL_DIALOGUE] },
    },
  });
}
