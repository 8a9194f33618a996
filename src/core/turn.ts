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
  /** Names the line, for when its author changes it or takes it back; of an answer, the line that it answers. Absent in lines of earlier versions. */
  readonly line?: string;
  /** The messages of which it was made, when they were several; `line` is the last. */
  readonly parts?: readonly TurnPart[];
}

/** One message of a line that was said in several. */
export interface TurnPart {
  readonly line: string;
  readonly text: string;
}
