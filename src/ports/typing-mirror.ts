import type { CaseId, Platform } from "../core/index.ts";

/** Somebody types. */
export interface HeardTyping {
  readonly platform: Platform;
  /** The channel, or the thread in it. */
  readonly channelId: string;
  readonly userId: string;
  /** As the team sees him; null where the platform does not say. */
  readonly name: string | null;
  /** The case to which the place belongs at the desk; null anywhere else. Asked for only when it is needed. */
  caseHere(): Promise<CaseId | null>;
}

/**
 * Shows each side of a case that the other one is typing: an agent's customer, and at the desk whoever waits for an agent. Nothing of
 * it is kept, nobody waits for it, and under load it is left out.
 */
export interface TypingMirror {
  /** Never throws and never waits. */
  heard(typing: HeardTyping): void;
}
