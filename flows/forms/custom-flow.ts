import type { Language } from "../../src/core/index.ts";

/** What one message to a flow came to. JSON. */
export interface FlowTurn {
  /** What is said; empty when a person is called. */
  readonly text: string;
  /** Buttons; what is pressed comes back as its number. */
  readonly options: readonly string[];
  /** `waiting` for the next message, `done`, `cancelled`, or `handover` to a person. */
  readonly outcome: "waiting" | "done" | "cancelled" | "handover";
  /** Why a person is called; null unless one is. */
  readonly reason: "clarification-failed" | "internal-error" | null;
  /** How far it is; null unless it waits. */
  readonly state: unknown;
}

/** One message to a flow. */
interface FlowMessage {
  /** What the flow gave back last; null begins it. */
  readonly state: unknown;
  readonly text: string;
  /** The language in which the flow began. */
  readonly language: Language;
  /** The same when the message is given again. */
  readonly key: string;
}

/** A flow of the team. It may be asked again with the same message, so what it calls must bear repetition. */
export interface CustomFlow {
  readonly name: string;
  readonly title: Readonly<Record<Language, string>>;
  /** Messages that begin it, as people would write them. */
  readonly starts: readonly string[];
  /** Patterns that begin it for certain. */
  readonly match: readonly RegExp[];
  /** Its chart in Mermaid's language. */
  readonly chart: string;
  /** Whether a message answers what it waits for; a question that does not is answered in between. */
  fits(state: unknown, text: string): boolean;
  turn(message: FlowMessage, call: { readonly signal: AbortSignal }): Promise<FlowTurn>;
}
