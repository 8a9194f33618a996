import type { CaseId, ConversationId, InstanceAddress } from "../core/index.ts";
import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { DeskEraser, DeskView } from "../ports/desk.ts";
import type { FeedbackLog } from "../ports/feedback.ts";
import type { HandoverLog } from "../ports/handover-log.ts";
import type { MessageLog } from "../ports/message-log.ts";
import type { ReviewLog } from "../ports/review-log.ts";

/** Where something of a conversation is kept. */
export interface KeepingPlaces {
  readonly directory: Pick<ConversationDirectory, "remove">;
  /** Half-written answers on platforms. */
  readonly drafts: { takeBack(instance: InstanceAddress, snapshot: string): Promise<void> };
  readonly log: Pick<MessageLog, "removeAll">;
  readonly view: Pick<DeskView, "list">;
  readonly eraser: DeskEraser;
  /** Tells people at the desk of a platform that a case is gone. */
  readonly tellErased: (id: CaseId) => Promise<void>;
  /** Handovers that are kept as labelled data. */
  readonly handovers: Pick<HandoverLog, "remove">;
  /** What was thought of answers, and questions for review. */
  readonly feedback: Pick<FeedbackLog, "removeConversation">;
  readonly review: Pick<ReviewLog, "removeConversation">;
}

/**
 * Removes all that is kept of a conversation: the dialogue, its cases at our own desk and what was kept of them, the
 * transcript, thumbs, and questions for review. People at the desk are told that their case is gone. An answer that is being written is given up, and what its platform shows of
 * it is taken back. False when there was nothing.
 */
export async function deleteConversation(
  { directory, drafts, log, view, eraser, tellErased, handovers, feedback, review }: KeepingPlaces,
  id: ConversationId,
): Promise<boolean> {
  // First, so that it opens no further case.
  const dialogue = { kind: "dialogue", id };
  const removed = await directory.remove(dialogue);
  const cases = await view.list({ includeResolved: true });
  const own = cases.filter(({ packet }) => packet.conversationId === id);
  for (const { id: ownId } of own) {
    for (const kind of ["case", "board"]) await directory.remove({ kind, id: ownId });
    await handovers.remove(ownId);
    // Before the case is forgotten: whoever is stopped in between deletes again, and tells again.
    await tellErased(ownId);
    await eraser.forget(ownId);
  }
  const messages = await log.removeAll(id);
  const reviewed = (await review.removeConversation(id)) + (await feedback.removeConversation(id));
  const snapshot = removed?.snapshot ?? null;
  if (snapshot !== null) await drafts.takeBack(dialogue, snapshot);
  return removed !== null || own.length > 0 || messages + reviewed > 0;
}
