import type {
  CaseId,
  CaseRating,
  CaseResolution,
  Citation,
  ConversationId,
  HandoffReason,
  Language,
} from "../core/index.ts";

/** A handover as it ended: what the bot could not do, and what people made of it. */
export interface HandoverSample {
  readonly caseId: CaseId;
  readonly conversationId: ConversationId;
  readonly platform: string;
  readonly language: Language;
  readonly reason: HandoffReason;
  /** The question as the bot understood it; null when none was asked. */
  readonly question: string | null;
  readonly confidence: number | null;
  /** Sources that the bot had looked at. */
  readonly tried: readonly Citation[];
  readonly suggestedAnswer: string | null;
  /** What agents sent to the customer, in order. */
  readonly answers: readonly string[];
  readonly resolution: CaseResolution;
  readonly rating: CaseRating | null;
  readonly team: string | null;
  readonly openedAt: number;
  readonly resolvedAt: number;
}

/** Handovers as labelled data, for whoever looks at where the bot fails. */
export interface HandoverLog {
  /** Keeps it for a year. What was kept of the same case is replaced. */
  add(sample: HandoverSample): Promise<void>;
  /** Forgets what was kept of a case. */
  remove(id: CaseId): Promise<void>;
  /** Newest first. */
  list(query: { readonly limit: number }): Promise<readonly HandoverSample[]>;
}
