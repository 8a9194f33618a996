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
  openedAt: z.number().catch(0),
  told: z.number().int().nonnegative().catch(0),
});

/** Keeps what can be read and waits for a person; without the conversation nothing can be told any more. */
function salvageCase(id: string, raw: unknown): { value: unknown; context: CaseContext } {
  const empty = emptyCase(caseId(id));
  const found = z.object({ context: contextSchema }).safeParse(raw);
  if (!found.success) return { value: "waiting", context: empty };
  const { conversationId: conversation, agent, openedAt, told } = found.data.context;
  return {
    value: agent === null ? "waiting" : "claimed",
    // Keys of tellings are never used twice: those sent just before the state broke may be ahead of the count.
    context: { ...empty, conversationId: conversation, agent, openedAt, told: told + 100 },
  };
}

/** A handover, ready for the runtime's registry. */
export function caseKind(settings: DialogueSettings): FlowKind {
  return {
    kind: "case",
    version: 1,
    machine: createCaseMachine(settings),
    migrations: {},
    fallback: salvageCase,
    input: (id) => ({ id: caseId(id) }),
    addressOf: () => null,
    idleTtlMs: null,
  };
}
