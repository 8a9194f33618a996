import type { ConversationId } from "../core/index.ts";

/** A conversation in which something was asked on a day. */
export interface Talk {
  /** `2026-11-27`, by UTC. */
  readonly day: string;
  /** A fingerprint of the conversation: the same on every day, and without a word of its name. */
  readonly id: string;
  /** Teams to which it was handed over on that day; the empty name is the one queue of all. */
  readonly teams: readonly string[];
}

/** What figures of past days rest on: it outlives the conversations, and holds no word of them. */
export interface TalkLog {
  /** Somebody asked something. Kept for 400 days. */
  asked(id: ConversationId, at: number): Promise<void>;
  /** A case was opened. */
  handedOver(id: ConversationId, team: string | null, at: number): Promise<void>;
  /** Of these days, in any order. */
  list(days: readonly string[]): Promise<readonly Talk[]>;
}
