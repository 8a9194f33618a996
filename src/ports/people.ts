import type { CaseRecord, ConversationId, Platform, Principal } from "../core/index.ts";
import type { Feedback } from "./feedback.ts";
import type { HandoverSample } from "./handover-log.ts";
import type { ReviewedTurn } from "./review-log.ts";

/** Somebody, as his platform names him. */
export interface Person {
  readonly platform: Platform;
  readonly userId: Principal["userId"];
}

/** A conversation in which somebody takes part. */
export interface PersonalConversation {
  readonly id: ConversationId;
  /** Somebody else has written in it, too. */
  readonly isShared: boolean;
}

/** What is kept about somebody. The words of his conversations are read by their ids. */
export interface PersonalRecords {
  readonly person: Person;
  readonly conversations: readonly PersonalConversation[];
  /** His own questions, in whatever conversation. */
  readonly reviewed: readonly ReviewedTurn[];
  /** His own thumbs. */
  readonly feedback: readonly Feedback[];
  /** Cases of his conversations. */
  readonly cases: readonly CaseRecord[];
  /** What was kept of such cases as they ended. */
  readonly handovers: readonly HandoverSample[];
  /** Small things that his platform's adapter remembers of him. */
  readonly remembered: readonly { readonly name: string; readonly value: unknown }[];
  /** An agent wants no more answers for him. */
  readonly isBlocked: boolean;
}
