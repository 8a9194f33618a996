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
}
