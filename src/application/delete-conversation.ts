import type { ConversationId } from "../core/index.ts";
import type { ConversationDirectory } from "../ports/conversation-directory.ts";
import type { DeskEraser, DeskView } from "../ports/desk.ts";
import type { MessageLog } from "../ports/message-log.ts";

/** Where something of a conversation is kept. */
export interface KeepingPlaces {
  readonly directory: Pick<ConversationDirectory, "remove">;
  readonly log: Pick<MessageLog, "removeAll">;
  readonly view: Pick<DeskView, "list">;
  readonly eraser: DeskEraser;
}

/** Removes all that is kept of a conversation: the dialogue, its cases at our own desk, the transcript. False when there was nothing. */
export async function deleteConversation(
  { directory, log, view, eraser }: KeepingPlaces,
  id: ConversationId,
): Promise<boolean> {
  // First, so that it opens no further case.
  const wasKept = await directory.remove({ kind: "dialogue", id });
  const cases = await view.list({ includeResolved: true });
  const own = cases.filter(({ packet }) => packet.conversationId === id);
  for (const { id: ownId } of own) {
    for (const kind of ["case", "board"]) await directory.remove({ kind, id: ownId });
    await eraser.forget(ownId);
  }
  const messages = await log.removeAll(id);
  return wasKept || own.length > 0 || messages > 0;
}
