import type {
  CaseEntry,
  CaseEvent,
  CaseRecord,
  DialogueEvent,
  InstanceAddress,
} from "../../src/core/index.ts";
import type { DeskUpdate } from "../../src/ports/desk.ts";
import type { CaseContext } from "./context.ts";

/** What an outbox entry `desk.publish` carries. */
export interface DeskPublish {
  readonly update: DeskUpdate;
}

/** What an outbox entry `tell` of a case carries. */
export interface TellDialogue {
  readonly to: InstanceAddress;
  readonly event: DialogueEvent;
  readonly key: string;
}

type Requested = Extract<CaseEvent, { type: "case.requested" }>;
type AgentEvent = Extract<CaseEvent, { readonly agent: string }>;

/** The desk sees a new case. */
export function published(context: CaseContext, event: Requested): DeskPublish {
  const record: CaseRecord = {
    id: context.id,
    state: "waiting",
    openedAt: event.at,
    agent: null,
    packet: event.packet,
    entries: [],
  };
  return { update: { type: "opened", record } };
}

/** The desk sees a line. */
export function publishEntry(
  context: CaseContext,
  kind: CaseEntry["kind"],
  line: { readonly name: string; readonly text: string; readonly at: number },
): DeskPublish {
  const { name, text, at } = line;
  return { update: { type: "entry", caseId: context.id, entry: { kind, name, text, at } } };
}

/** The desk sees that a case has changed hands. */
export function publishState(
  context: CaseContext,
  state: CaseRecord["state"],
  agent: string | null,
  at: number,
): DeskPublish {
  return { update: { type: "state", caseId: context.id, state, agent, at } };
}

/** What the dialogue hears of an agent's act. */
function dialogueEventOf(context: CaseContext, event: AgentEvent): DialogueEvent {
  const facts = { caseId: context.id, agent: event.agent, at: event.at };
  if (event.type === "agent.replied") return { type: "case.replied", ...facts, text: event.text };
  return { type: event.type === "agent.resolved" ? "case.resolved" : "case.claimed", ...facts };
}

/** Tells the dialogue. The key names this telling for ever. */
export function tellDialogue(context: CaseContext, event: AgentEvent): TellDialogue {
  return {
    // A case that lost its conversation speaks to one that does not exist; nobody hears it, nothing breaks.
    to: { kind: "dialogue", id: context.conversationId ?? context.id },
    event: dialogueEventOf(context, event),
    key: `${context.id}:${context.told}`,
  };
}
