import type { Citation, ConversationId, MessageId, Platform, Principal } from "../core/index.ts";

/** What somebody thinks of an answer, with the answer as it was given. */
export interface Feedback {
  readonly value: "good" | "bad";
  /** What was wrong, in the person's words; null or absent when nothing was said. */
  readonly note?: string | null | undefined;
  readonly at: number;
  readonly platform: Platform;
  readonly conversationId: ConversationId;
  readonly messageId: MessageId;
  readonly userId: Principal["userId"];
  /** The words of whoever asked; null when they are not known any more. */
  readonly asked: string | null;
  /** The question as it stands on its own, after follow-ups were resolved. */
  readonly question: string | null;
  readonly answer: string;
  readonly citations: readonly Citation[];
  readonly confidence: number | null;
}

/** Thumbs under answers, for whoever looks after the documents. */
export interface FeedbackLog {
  /** Keeps it for a year. What a person said earlier of the same message is replaced. */
  add(feedback: Feedback): Promise<void>;
  /** Newest first. */
  list(query: {
    readonly value: Feedback["value"] | null;
    readonly limit: number;
  }): Promise<readonly Feedback[]>;
  /** Forgets what was thought of answers in a conversation; returns how many. */
  removeConversation(id: ConversationId): Promise<number>;
}
