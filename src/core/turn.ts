import type { Language } from "./language.ts";
import type { Decision } from "./reply.ts";

/** One line of a conversation, as later turns see it. */
export interface Turn {
  readonly role: "user" | "bot" | "agent";
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly language: Language;
  /** For the bot's turns. */
  readonly decision: Decision | null;
  /** Display name of whoever spoke. */
  readonly name: string;
  /** Names the line in a case, for when its author changes it or takes it back; absent outside of cases. */
  readonly line?: string;
}
