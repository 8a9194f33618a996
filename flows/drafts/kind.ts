import { assign, fromPromise, setup } from "xstate";
import { type CaseEvent, caseId, type InstanceAddress } from "../../src/core/index.ts";
import { timeOf } from "../dialogue/event-facts.ts";
import type { FlowKind } from "../dialogue/kind.ts";
import type { DialogueSettings } from "../settings.ts";
import { textsIn } from "../texts/index.ts";

/** Somebody at the desk wants to see what the bot would answer. */
interface DraftEvent {
  readonly type: "draft.asked";
  readonly at: number;
}

interface DraftContext {
  /** The case. */
  readonly id: string;
  readonly askedAt: number;
}

/** What the task `draft` makes of a case; null when there is no such case any more. */
interface Draft {
  readonly text: string | null;
}

interface Tell {
  readonly to: InstanceAddress;
  readonly event: CaseEvent;
  readonly key: string;
}

const IDLE_MS = 24 * 60 * 60_000;

function draftMachine({ botName, deskLanguage }: DialogueSettings) {
  const machine = setup({
    types: {
      context: {} as DraftContext,
      events: {} as DraftEvent,
      input: {} as { readonly id: string },
    },
    actors: {
      draft: fromPromise<Draft, { readonly caseId: string }>(() =>
        Promise.reject(new TypeError("tasks are run by the runtime")),
      ),
    },
    actions: {
      // null: there is nothing to be told
      tell: (_, _params: Tell | null) => {},
      noteAsked: assign(({ event }) => ({ askedAt: timeOf(event) })),
    },
  });
  const noted = ({ id, askedAt }: DraftContext, text: string | null, at: number): Tell | null =>
    text === null
      ? null
      : {
          to: { kind: "case", id: caseId(id) },
          event: { type: "agent.noted", agent: botName, text, at },
          key: `${id}:draft:${askedAt}`,
        };
  return machine.createMachine({
    id: "draft",
    context: ({ input }) => ({ id: input.id, askedAt: 0 }),
    initial: "resting",
    on: { "draft.asked": { target: ".writing", reenter: true, actions: "noteAsked" } },
    states: {
      resting: {},
      writing: {
        invoke: {
          id: "draft",
          src: "draft",
          input: ({ context }) => ({ caseId: context.id }),
          onDone: {
            target: "resting",
            actions: {
              type: "tell",
              params: ({ context, event }) => noted(context, event.output.text, timeOf(event)),
            },
          },
          onError: {
            target: "resting",
            actions: {
              type: "tell",
              params: ({ context, event }) =>
                noted(context, textsIn(deskLanguage).deskDraftFailed, timeOf(event)),
            },
          },
        },
      },
    },
  });
}

/**
 * What the bot would answer in a case, written for the desk: a mailbox of its own, so that it holds up nothing that is said, goes
 * on after a restart, and says so when it fails.
 */
export function draftKind(settings: DialogueSettings): FlowKind {
  return {
    kind: "draft",
    version: 1,
    machine: draftMachine(settings),
    migrations: {},
    fallback: (id) => ({ value: "resting", context: { id, askedAt: 0 } }),
    input: (id) => ({ id }),
    addressOf: () => null,
    idleTtlMs: IDLE_MS,
  };
}
