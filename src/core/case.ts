import type { CaseId, ConversationId } from "./ids.ts";
import type { Language } from "./language.ts";
import type { Citation } from "./reply.ts";
import type { Turn } from "./turn.ts";

/** Why a conversation was handed to people. */
export const HANDOFF_REASONS = [
  "asked-for-person",
  "repeated-failure",
  "anger",
  "sensitive-topic",
  "clarification-failed",
  "conversation-unreadable",
  "internal-error",
] as const;
export type HandoffReason = (typeof HANDOFF_REASONS)[number];

/** What the agent needs in order not to ask again. */
export interface HandoffPacket {
  readonly conversationId: ConversationId;
  readonly customer: string;
  readonly platform: string;
  readonly language: Language;
  readonly reason: HandoffReason;
  readonly question: string | null;
  readonly summary: string;
  readonly transcript: readonly Turn[];
  readonly confidence: number | null;
  readonly tried: readonly Citation[];
  readonly suggestedAnswer: string | null;
}

/** A line of a case's thread at the desk. Notes never reach the customer. */
export interface CaseEntry {
  readonly kind: "customer" | "reply" | "note" | "event";
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

/** A handover as the desk shows it. */
export interface CaseRecord {
  readonly id: CaseId;
  readonly state: "waiting" | "claimed" | "resolved";
  readonly openedAt: number;
  readonly agent: string | null;
  readonly packet: HandoffPacket;
  readonly entries: readonly CaseEntry[];
}
