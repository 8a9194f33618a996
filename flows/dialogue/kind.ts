import type { AnyStateMachine } from "xstate";
import { z } from "zod";
import { conversationId, messageId, PLATFORMS, type ReplyAddress } from "../../src/core/index.ts";
import type { DialogueSettings } from "../settings.ts";
import { createDialogueMachine } from "./machine.ts";
import { salvageDialogue } from "./salvage.ts";

/** A machine as the runtime keeps it. */
export interface FlowKind {
  readonly kind: string;
  readonly version: number;
  readonly machine: AnyStateMachine;
  readonly migrations: Readonly<Record<number, (snapshot: unknown) => unknown>>;
  readonly fallback: (id: string, raw: unknown) => { value: unknown; context: unknown };
  readonly input: (id: string) => unknown;
  readonly addressOf: (context: unknown) => ReplyAddress | null;
  readonly isObsolete?: (value: unknown, effect: { type: string; params: unknown }) => boolean;
  readonly isKept?: (context: unknown) => boolean;
  readonly idleTtlMs: number | null;
}

const withCase = z.object({ openCase: z.object({}) });

const unlessWithAgent = z.object({ unlessWithAgent: z.literal(true) });

/** The bot's words about a waiting case are none of a customer's who is with a person by now. */
function isTalkOver(value: unknown, effect: { type: string; params: unknown }): boolean {
  if (value !== "withAgent" || effect.type !== "reply.post") return false;
  return unlessWithAgent.safeParse(effect.params).success;
}

const addressed = z.object({
  active: z.object({
    incoming: z.object({
      address: z.object({
        platform: z.enum(PLATFORMS),
        conversationId: z.string().transform(conversationId),
        channelId: z.string(),
        threadId: z.string().nullable(),
        replyTo: z.string().transform(messageId).nullable(),
        ephemeral: z.boolean(),
      }),
    }),
  }),
});

const snapshotSchema = z.looseObject({ v: z.literal(1) });

/** The dialogue of one conversation, ready for the runtime's registry. */
export function dialogueKind(settings: DialogueSettings): FlowKind {
  return {
    kind: "dialogue",
    version: 2,
    machine: createDialogueMachine(settings),
    // The second version added a state, in which a flow of the team goes on; nothing else has changed.
    migrations: { 1: (snapshot) => ({ ...snapshotSchema.parse(snapshot), v: 2 }) },
    fallback: salvageDialogue,
    input: (id) => ({ id }),
    addressOf: (context) => {
      const found = addressed.safeParse(context);
      return found.success ? found.data.active.incoming.address : null;
    },
    isObsolete: isTalkOver,
    // Whoever forgets it would lose what the people at the desk still say to the customer.
    isKept: (context) => withCase.safeParse(context).success,
    idleTtlMs: settings.idleTtlMs,
  };
}
