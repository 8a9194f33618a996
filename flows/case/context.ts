import type { CaseId, ConversationId, HandoffPacket } from "../../src/core/index.ts";

/** What a case remembers; its lines are kept by the desk. */
export interface CaseContext {
  readonly id: CaseId;
  readonly conversationId: ConversationId | null;
  readonly packet: HandoffPacket | null;
  readonly agent: string | null;
  readonly openedAt: number;
  /** Things told to the dialogue so far; makes each one's key. */
  readonly told: number;
}

/** A case that nobody has asked for yet. */
export function emptyCase(id: CaseId): CaseContext {
  return { id, conversationId: null, packet: null, agent: null, openedAt: 0, told: 0 };
}
