import type { ConversationId } from "../core/index.ts";
import type { Application, Call } from "../ports/application.ts";
import type { LoggedMessage } from "../ports/message-log.ts";

const TRANSCRIPT_LIMIT = 1000;

/** What of an application it takes to read conversations. */
export type KeptConversations = Pick<
  Application,
  "conversations" | "transcript" | "readConversation"
>;

/** Everything that is kept of a conversation: its transcript, where the terminal holds one, and the dialogue's state. */
interface ConversationRecord {
  readonly id: string;
  readonly messages: readonly LoggedMessage[];
  readonly snapshot: unknown;
}

/** Reads a conversation from either store; null when nothing is kept of it. */
export async function readConversation(
  kept: KeptConversations,
  id: ConversationId,
  call: Call,
): Promise<ConversationRecord | null> {
  const messages = await kept.transcript(
    { conversationId: id, afterSeq: 0, limit: TRANSCRIPT_LIMIT, isWhole: true },
    call,
  );
  const state = await kept.readConversation(id, call);
  if (state === null && messages.length === 0) return null;
  const snapshot: unknown = state === null ? null : JSON.parse(state);
  return { id, messages, snapshot };
}
