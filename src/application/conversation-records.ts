import type { ConversationId } from "../core/index.ts";
import type { Application, Call } from "../ports/application.ts";
import type { LoggedMessage } from "../ports/message-log.ts";

const PAGE = 1_000;

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
  const messages = await wholeTranscript(kept, id, call);
  const state = await kept.readConversation(id, call);
  if (state === null && messages.length === 0) return null;
  const snapshot: unknown = state === null ? null : JSON.parse(state);
  return { id, messages, snapshot };
}

/** Reads from the newest to the oldest, page by page. */
async function wholeTranscript(
  kept: Pick<KeptConversations, "transcript">,
  id: ConversationId,
  call: Call,
): Promise<readonly LoggedMessage[]> {
  const pages: (readonly LoggedMessage[])[] = [];
  const query = { conversationId: id, afterSeq: 0, limit: PAGE, isWhole: true };
  for (let beforeSeq: number | undefined; ; beforeSeq = pages[0]?.[0]?.seq) {
    const place = beforeSeq === undefined ? {} : { beforeSeq };
    const page = await kept.transcript({ ...query, ...place }, call);
    pages.unshift(page);
    if (page.length < PAGE) return pages.flat();
  }
}
