import type {
  CaseCall,
  CaseEntry,
  CaseEvent,
  CaseRecord,
  CaseTold,
  HandoffPacket,
  InstanceAddress,
  SharedFile,
} from "../../src/core/index.ts";
import type { DeskUpdate } from "../../src/ports/desk.ts";
import { filesOf, timeOf } from "../dialogue/event-facts.ts";
import { type CaseContext, deskStateOf, factsOf } from "./context.ts";
import { revisedPacket } from "./packet.ts";
import { type CaseRules, shownName } from "./rules.ts";

/** What an outbox entry `desk.publish` carries. */
export interface DeskPublish {
  readonly update: DeskUpdate;
}

/** What an outbox entry `tell` of a case carries. */
export interface TellDialogue {
  readonly to: InstanceAddress;
  readonly event: CaseTold;
  readonly key: string;
}

/** What an outbox entry `customer.block` carries. */
export interface CustomerBlock {
  readonly platform: string;
  readonly customerId: string;
  readonly caseId: string;
  /** False takes it back. */
  readonly isBlocked: boolean;
}

type Requested = Extract<CaseEvent, { type: "case.requested" }>;

/** The desk sees a new case, or an old one with what is known now. */
export function published(context: CaseContext, event: Requested): DeskPublish {
  const record: CaseRecord = {
    id: context.id,
    state: deskStateOf(context),
    openedAt: context.openedAt,
    agent: context.agent,
    facts: factsOf(context),
    packet: event.packet,
    entries: [],
  };
  return { update: { type: "opened", record } };
}

/** The desk sees a line. */
export function publishEntry(
  context: CaseContext,
  kind: CaseEntry["kind"],
  line: {
    readonly name: string;
    readonly text: string;
    readonly at: number;
    readonly origin?: string;
    readonly line?: string;
    readonly files?: readonly SharedFile[];
    readonly calls?: CaseCall;
  },
): DeskPublish {
  return { update: { type: "entry", caseId: context.id, entry: { kind, ...line } } };
}

/** What the case was opened with, when a customer's change touches it. */
function packetAfter(
  { packet }: CaseContext,
  {
    kind,
    line,
    text,
    revision,
  }: { kind: CaseEntry["kind"]; line: string; text: string; revision: "edited" | "deleted" },
): HandoffPacket | null {
  if (kind !== "customer") return null;
  return revisedPacket(packet, line, revision === "deleted" ? null : text);
}

/** The desk sees what became of a line. */
export function publishRevision(
  context: CaseContext,
  entry: Omit<CaseEntry, "revision"> & { readonly revision: "edited" | "deleted" },
): DeskPublish {
  // Without a name nothing can be found again: then it is a line of its own.
  const named = { ...entry, line: entry.line ?? `${context.id}:${entry.at}` };
  const packet = packetAfter(context, named);
  return {
    update: {
      type: "revised",
      caseId: context.id,
      entry: named,
      ...(packet === null ? {} : { packet }),
    },
  };
}

const MANNERS = { said: {}, "said-by-line": { isSaid: true }, shown: { isQuiet: true } } as const;

/** The desk sees how a case stands: said, by a line that was there before, or only shown where it changed neither hands nor state. */
export function publishState(
  context: CaseContext,
  at: number,
  how: keyof typeof MANNERS = "said",
): DeskPublish {
  const { id, agent } = context;
  const stands = { state: deskStateOf(context), agent, facts: factsOf(context), at };
  return { update: { type: "state", caseId: id, ...stands, ...MANNERS[how] } };
}

/** What the dialogue is told of, without its particulars. */
export type Telling =
  | { readonly type: "case.claimed" | "case.released" | "case.replied" | "case.returned" }
  | { readonly type: "case.revised" | "case.withdrawn" }
  | { readonly type: "case.resolved"; readonly isSilent?: boolean; readonly isIdle?: boolean }
  | { readonly type: "case.reopened"; readonly isClaimed: boolean };

function textOf(event: object): string {
  return "text" in event && typeof event.text === "string" ? event.text : "";
}

function originOf(event: object): string {
  return "origin" in event && typeof event.origin === "string" ? event.origin : "";
}

function repliedOf(event: object) {
  const [line, files] = [originOf(event), filesOf(event)];
  return {
    text: textOf(event),
    ...(line === "" ? {} : { line }),
    ...(files.length === 0 ? {} : { files }),
  };
}

function hintOf(event: object): string | null {
  return "hint" in event && typeof event.hint === "string" ? event.hint : null;
}

/** What the dialogue hears of what happened. */
function toldOf(context: CaseContext, event: object, telling: Telling, agent: string): CaseTold {
  const facts = { caseId: context.id, agent, at: timeOf(event) };
  switch (telling.type) {
    case "case.replied":
      return { type: "case.replied", ...facts, ...repliedOf(event) };
    case "case.revised":
      return { type: "case.revised", ...facts, line: originOf(event), text: textOf(event) };
    case "case.withdrawn":
      return { type: "case.withdrawn", ...facts, line: originOf(event) };
    case "case.returned":
      return { type: "case.returned", ...facts, hint: hintOf(event) };
    case "case.claimed":
      return { type: "case.claimed", ...facts };
    case "case.released":
      return { type: "case.released", ...facts };
    case "case.resolved":
    case "case.reopened":
      return { ...telling, ...facts };
  }
}

/** Tells the dialogue. The key names this telling for ever. */
export function tellDialogue(
  context: CaseContext,
  event: object,
  telling: Telling,
  rules: CaseRules,
): TellDialogue {
  // Whoever has it is who the customer hears of; where nobody has, whoever acted.
  const acting = "agent" in event && typeof event.agent === "string" ? event.agent : null;
  const isSpeaking = telling.type === "case.replied" || telling.type === "case.revised";
  const agent = isSpeaking ? acting : (context.agent ?? acting);
  return {
    // A case that lost its conversation speaks to one that does not exist; nobody hears it, nothing breaks.
    to: { kind: "dialogue", id: context.conversationId ?? context.id },
    event: toldOf(context, event, telling, shownName(agent ?? "", rules)),
    key: `${context.id}:${context.told}`,
  };
}

/** Who gets no more answers, or answers again. */
export function blockOf({ packet, id }: CaseContext, isBlocked: boolean): CustomerBlock {
  const { platform = "", customerId = "" } = packet ?? {};
  return { platform, customerId, caseId: id, isBlocked };
}
