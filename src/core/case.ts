import type { Role } from "./access.ts";
import type { CaseId, ConversationId } from "./ids.ts";
import type { Language } from "./language.ts";
import type { ReplyAddress, SharedFile } from "./message.ts";
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

/** How urgent a case is. */
export const CASE_PRIORITIES = ["low", "normal", "high", "urgent"] as const;
export type CasePriority = (typeof CASE_PRIORITIES)[number];

/** Where a case stands, as the desk shows it. */
export const CASE_STATES = ["waiting", "claimed", "resolved", "closed"] as const;
type CaseState = (typeof CASE_STATES)[number];

/** How an agent may say that a case ended. */
export const AGENT_RESOLUTIONS = ["solved", "unsolved", "duplicate", "spam"] as const;

/** How a case ended: an agent's word, or what follows from what happened. */
export const CASE_RESOLUTIONS = [
  ...AGENT_RESOLUTIONS,
  "returned",
  "blocked",
  "cancelled",
  "no-answer",
] as const;
export type CaseResolution = (typeof CASE_RESOLUTIONS)[number];

/** What a customer thought of the help. */
export interface CaseRating {
  /** 1 to 5. */
  readonly stars: number;
  readonly comment: string | null;
}

/** What a team promises, by the desk's clock. */
export const CASE_TARGETS = ["first-reply", "next-reply", "resolution"] as const;
export type CaseTarget = (typeof CASE_TARGETS)[number];

/** What is known of a case besides what was said. Times are milliseconds since the epoch. */
export interface CaseFacts {
  readonly priority: CasePriority;
  /** The team it belongs to; null for the one queue of all. */
  readonly team: string | null;
  /** Whose turn it is while somebody has the case. */
  readonly waitsFor: "agent" | "customer" | null;
  readonly claimedAt: number | null;
  readonly firstReplyAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolution: CaseResolution | null;
  /** How often it came back after it was resolved. */
  readonly reopened: number;
  readonly rating: CaseRating | null;
  /** Targets that were missed; absent in cases of earlier versions. */
  readonly missed?: readonly CaseTarget[];
  /** Who has it, by what is the same everywhere; absent in cases of earlier versions, null while nobody has it. */
  readonly by?: string | null;
  /** Who gave it back, or lost it, last: it is not given to him again by itself. */
  readonly leftBy?: string | null;
}

/** What is known of a case that was only just opened. */
export const NEW_CASE_FACTS: CaseFacts = {
  priority: "normal",
  team: null,
  waitsFor: null,
  claimedAt: null,
  firstReplyAt: null,
  resolvedAt: null,
  resolution: null,
  reopened: 0,
  rating: null,
};

/** Where a customer asked, as people name the place. */
export interface CasePlace {
  /** Of the channel (`#help`), and of the thread where that has a title; null where there is none. */
  readonly name: string | null;
  /** Nobody else is there. */
  readonly isDirect: boolean;
  /** To the message, or to the place where there is none; null where nobody else could follow it. */
  readonly link: string | null;
}

/** What the agent needs in order not to ask again. */
export interface HandoffPacket {
  readonly conversationId: ConversationId;
  readonly customer: string;
  /** The customer as the platform names him; absent in cases of earlier versions. */
  readonly customerId?: string;
  /** What the customer may read, for drafts; absent in cases of earlier versions. */
  readonly customerRights?: { readonly role: Role; readonly groups: readonly string[] };
  readonly platform: string;
  /** Where he asked; absent in cases of earlier versions. */
  readonly address?: ReplyAddress;
  /** The same as people name it; absent where the platform does not say. */
  readonly place?: CasePlace;
  readonly language: Language;
  readonly reason: HandoffReason;
  readonly question: string | null;
  readonly summary: string;
  readonly transcript: readonly Turn[];
  readonly confidence: number | null;
  readonly tried: readonly Citation[];
  readonly suggestedAnswer: string | null;
  /** Files that came with the words over which it was opened; absent for none. */
  readonly files?: readonly SharedFile[];
  /** Names those words, for when their author changes them or takes them back; absent in cases of earlier versions. */
  readonly line?: string;
}

/** Whom a line of the desk's own is to call, so that it is not overlooked. */
export interface CaseCall {
  /** Who has the case, by what is the same everywhere (`slack:U123`); null calls the team. */
  readonly agent: string | null;
  readonly team: string | null;
}

/** A line of a case's thread at the desk. Notes never reach the customer. */
export interface CaseEntry {
  readonly kind: "customer" | "reply" | "note" | "event";
  readonly name: string;
  readonly text: string;
  readonly at: number;
  /** Where an agent wrote it (`slack:C1/170000.1`): that place shows it already. */
  readonly origin?: string;
  /** Names the line in its case, for when its author changes it or takes it back; absent in lines of earlier versions. */
  readonly line?: string;
  readonly files?: readonly SharedFile[];
  /** Absent for lines that call nobody. */
  readonly calls?: CaseCall;
  /** What its author has done to it since. */
  readonly revision?: "edited" | "deleted";
}

/** A handover as the desk shows it. */
export interface CaseRecord {
  readonly id: CaseId;
  readonly state: CaseState;
  readonly openedAt: number;
  readonly agent: string | null;
  readonly facts: CaseFacts;
  readonly packet: HandoffPacket;
  readonly entries: readonly CaseEntry[];
}
