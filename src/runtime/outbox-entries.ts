import { assertNever, type StageTimings } from "../core/index.ts";
import { withLetter } from "./dead-letters.ts";
import type { Attempt } from "./delivery.ts";
import { replyAddressSchema, replyPostSchema } from "./effect-params.ts";
import type { DeliveryOutcome } from "./observer.ts";
import type { Draft, OutboxEntry, Persisted } from "./snapshot.ts";

/** How an attempt is counted. */
export function outcomeOf(attempt: Attempt): DeliveryOutcome {
  switch (attempt.type) {
    case "sent":
      return attempt.isReconciled ? "reconciled" : "sent";
    case "retry":
      return "retried";
    case "obsolete":
    case "dead":
      return attempt.type;
    default:
      return assertNever(attempt);
  }
}

/** The outbox with one entry in another form. */
export function withEntry(state: Persisted, changed: OutboxEntry): Persisted {
  const outbox = state.outbox.map((entry) => (entry.token === changed.token ? changed : entry));
  return { ...state, outbox };
}

/**
 * The state after an attempt: the entry is gone (sent, or left unsaid), waits for its next try, or is a dead letter.
 * @param draft the draft that this reply may have been made of; null when there was none
 */
export function afterAttempt(
  state: Persisted,
  entry: OutboxEntry,
  attempt: Attempt,
  draft: Draft | null,
): Persisted {
  if (attempt.type === "retry") return withEntry(state, attempt.entry);
  const endsTurn = isReply(entry) && Object.keys(state.tasks).length === 0;
  // Found as a message of its own, or left out: then the draft was not turned into it, and may by now show the next turn.
  const isTurned = draft !== null && attempt.type === "sent" && !attempt.isReconciled;
  return {
    ...state,
    outbox: state.outbox.filter(({ token }) => token !== entry.token),
    draft: isTurned ? null : state.draft,
    turn: endsTurn ? null : state.turn,
    deadLetters:
      attempt.type === "dead"
        ? withLetter(state.deadLetters, attempt.letter).kept
        : state.deadLetters,
  };
}

/** Whether an entry is a reply to people. */
export function isReply({ type }: OutboxEntry): boolean {
  return type === "reply.post";
}

/** The draft, when it stands where this reply goes. */
export function draftFor(entry: OutboxEntry, draft: Draft | null): Draft | null {
  if (draft === null || !isReply(entry)) return null;
  const reply = replyPostSchema.safeParse(entry.params);
  const place = replyAddressSchema.safeParse(draft.address);
  if (!reply.success || !place.success) return null;
  const { address } = reply.data;
  const isSamePlace =
    address.platform === place.data.platform &&
    address.conversationId === place.data.conversationId &&
    address.channelId === place.data.channelId &&
    address.threadId === place.data.threadId &&
    !address.ephemeral;
  return isSamePlace ? draft : null;
}

/** What the runtime itself took of a turn. */
export function timingsOf({ turn }: Persisted, now: number, commitMs: number): StageTimings {
  if (turn === null) return {};
  const totalMs = Math.max(0, Math.round(now - turn.receivedAt));
  return { queueMs: turn.queueMs, commitMs: Math.round(commitMs * 10) / 10, totalMs };
}
