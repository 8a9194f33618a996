import type {
  ConversationId,
  Decision,
  HandoffReason,
  Language,
  MessageId,
  PassageId,
  Platform,
  Principal,
  ReplyMark,
} from "../core/index.ts";

/** A passage that was looked at for a question. */
interface ReviewedPassage {
  readonly id: PassageId;
  readonly title: string;
  readonly section: string;
  readonly source: string;
}

/** A question as the bot dealt with it: enough to find what is missing, and to decide it anew under other thresholds. */
export interface ReviewedTurn {
  readonly at: number;
  readonly platform: Platform;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly userId: Principal["userId"];
  readonly language: Language;
  readonly decision: Decision;
  readonly marks: readonly ReplyMark[];
  /** What the person said of an earlier reply; null when they asked something. */
  readonly complaint: "none-of-these" | "dissatisfied" | null;
  /** Why a person was called; null when nobody was. */
  readonly reason: HandoffReason | null;
  /** The words of whoever asked. */
  readonly asked: string;
  /** The question as it stands on its own. */
  readonly question: string;
  readonly answer: string;
  /** Probability that the passages answer; null when nothing was searched. */
  readonly confidence: number | null;
  /** Probability of several readings; null when nothing was searched. */
  readonly ambiguous: number | null;
  /** Competing readings that were found. */
  readonly readings: number;
  /** Clarifying questions asked before about the same question. */
  readonly round: number;
  /** Best first. */
  readonly passages: readonly ReviewedPassage[];
}

/** Past questions, for whoever looks after the documents and the thresholds. */
export interface ReviewLog {
  /** Keeps it for the configured time. The same message is kept once. */
  add(turn: ReviewedTurn): Promise<void>;
  /** Newest first. */
  list(query: { readonly limit: number }): Promise<readonly ReviewedTurn[]>;
  /** Forgets everything of a conversation; returns how many. */
  removeConversation(id: ConversationId): Promise<number>;
}
