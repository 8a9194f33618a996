import type {
  CaseEvent,
  CaseFacts,
  CaseId,
  CasePriority,
  CaseRating,
  CaseRecord,
  CaseResolution,
  CaseTarget,
  ConversationId,
  HandoffPacket,
} from "../../src/core/index.ts";

/** What moves a case: what it is told, and its own clock. */
export type CaseStep = CaseEvent | { readonly type: "target.passed" };

/** What a case remembers; its lines are kept by the desk. */
export interface CaseContext {
  readonly id: CaseId;
  readonly conversationId: ConversationId | null;
  readonly packet: HandoffPacket | null;
  /** Name of whoever has it. */
  readonly agent: string | null;
  /** The same person everywhere. */
  readonly by: string | null;
  readonly openedAt: number;
  /** Things told to the dialogue so far; makes each one's key. */
  readonly told: number;
  readonly priority: CasePriority;
  readonly team: string | null;
  readonly claimedAt: number | null;
  readonly firstReplyAt: number | null;
  readonly resolvedAt: number | null;
  readonly resolution: CaseResolution | null;
  readonly reopened: number;
  readonly rating: CaseRating | null;
  /** Whose turn it is while somebody has it. */
  readonly waitsFor: CaseFacts["waitsFor"];
  readonly isClosed: boolean;
  /**
   * Since when the customer waits for an answer, or was last reminded of: the target under way is counted from here. Null while
   * he has one; absent in snapshots from before it was kept.
   */
  readonly waitsSince?: number | null;
  /** Reminders since somebody last did something about it. */
  readonly reminders: number;
  /** Names of the lines that went to the customer, oldest first; absent in snapshots from before they were kept. */
  readonly sent?: readonly string[];
  /** Targets that were missed; absent in snapshots from before they were kept. */
  readonly missed?: readonly CaseTarget[];
  /** Who gave it back, or lost it, last; absent in snapshots from before it was kept. */
  readonly leftBy?: string | null;
}

/** A case that nobody has asked for yet. */
export function emptyCase(id: CaseId): CaseContext {
  return {
    id,
    conversationId: null,
    packet: null,
    agent: null,
    by: null,
    openedAt: 0,
    told: 0,
    priority: "normal",
    team: null,
    claimedAt: null,
    firstReplyAt: null,
    resolvedAt: null,
    resolution: null,
    reopened: 0,
    rating: null,
    waitsFor: null,
    isClosed: false,
    reminders: 0,
    sent: [],
  };
}

/** What the desk is told of a case besides its lines. */
export function factsOf(context: CaseContext): CaseFacts {
  const { priority, team, waitsFor, claimedAt, firstReplyAt, resolvedAt, resolution } = context;
  const { reopened, rating, missed = [], by, leftBy = null } = context;
  const times = { claimedAt, firstReplyAt, resolvedAt };
  return { priority, team, waitsFor, ...times, resolution, reopened, rating, missed, by, leftBy };
}

/** Where the case stands, as the desk shows it. */
export function deskStateOf({ isClosed, resolvedAt, by }: CaseContext): CaseRecord["state"] {
  if (isClosed) return "closed";
  if (resolvedAt !== null) return "resolved";
  return by === null ? "waiting" : "claimed";
}
