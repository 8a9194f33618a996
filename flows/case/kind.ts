import { z } from "zod";
import { caseId, conversationId } from "../../src/core/index.ts";
import type { FlowKind } from "../dialogue/kind.ts";
import type { DialogueSettings } from "../settings.ts";
import { type CaseContext, emptyCase } from "./context.ts";
import { createCaseMachine } from "./machine.ts";

const name = z.string().min(1).max(512);

const contextSchema = z.looseObject({
  conversationId: name.transform(conversationId).nullable().catch(null),
  agent: z.string().nullable().catch(null),
  by: z.string().nullable().catch(null),
  openedAt: z.number().catch(0),
  told: z.number().int().nonnegative().catch(0),
});

/** Keeps what can be read and waits for a person; without the conversation nothing can be told any more. */
function salvageCase(id: string, raw: unknown): { value: unknown; context: CaseContext } {
  // What was sent before, nobody knows any more.
  const { sent: _sent, ...empty } = emptyCase(caseId(id));
  const found = z.object({ context: contextSchema }).safeParse(raw);
  if (!found.success) return { value: "queued", context: empty };
  const { conversationId: conversation, agent, by, openedAt, told } = found.data.context;
  const waitsFor = agent === null ? null : "agent";
  return {
    value: agent === null ? "queued" : { claimed: "forAgent" },
    // Keys of tellings are never used twice: those sent just before the state broke may be ahead of the count.
    context: {
      ...empty,
      conversationId: conversation,
      agent,
      by: by ?? agent,
      waitsFor,
      openedAt,
      told: told + 100,
    },
  };
}

const firstVersion = z.looseObject({
  value: z.enum(["opening", "waiting", "claimed", "resolved"]),
  context: z.looseObject({ id: name, agent: z.string().nullable(), openedAt: z.number() }),
});

const NEW_STATES = {
  opening: "opening",
  waiting: "queued",
  claimed: { claimed: "forAgent" },
  resolved: "resolved",
} as const;

/** Version 1 knew neither teams nor priorities, nor whose turn it is. */
function fromFirstVersion(snapshot: unknown): unknown {
  const { value, context, ...rest } = firstVersion.parse(snapshot);
  const { agent, openedAt } = context;
  const isEnded = value === "resolved";
  const { sent: _sent, ...empty } = emptyCase(caseId(context.id));
  const added = {
    ...empty,
    ...context,
    by: agent,
    waitsFor: value === "claimed" ? "agent" : null,
    claimedAt: agent === null ? null : openedAt,
    resolvedAt: isEnded ? openedAt : null,
    resolution: isEnded ? "solved" : null,
  };
  return { ...rest, v: 2, value: NEW_STATES[value], context: added };
}

/** A handover, ready for the runtime's registry. */
export function caseKind(settings: DialogueSettings): FlowKind {
  return {
    kind: "case",
    version: 2,
    machine: createCaseMachine(settings),
    migrations: { 1: fromFirstVersion },
    fallback: salvageCase,
    input: (id) => ({ id: caseId(id) }),
    addressOf: () => null,
    idleTtlMs: null,
  };
}
