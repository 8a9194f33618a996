import { z } from "zod";
import { type ConversationId, conversationId } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { LoggedMessage } from "../ports/message-log.ts";
import { type Io, writeLine } from "./io.ts";

const TRANSCRIPT_LIMIT = 1000;

/** What of an application it takes to read conversations. */
type Kept = Pick<Application, "conversations" | "transcript" | "readConversation">;

/** Everything that is kept of a conversation: its transcript, where the terminal holds one, and the dialogue's state. */
export interface ConversationRecord {
  readonly id: string;
  readonly messages: readonly LoggedMessage[];
  readonly snapshot: unknown;
}

/** Reads a conversation from either store; null when nothing is kept of it. */
export async function readConversation(
  app: Kept,
  id: ConversationId,
  signal: AbortSignal,
): Promise<ConversationRecord | null> {
  const messages = await app.transcript(
    { conversationId: id, afterSeq: 0, limit: TRANSCRIPT_LIMIT, isWhole: true },
    { signal },
  );
  const state = await app.readConversation(id, { signal });
  if (state === null && messages.length === 0) return null;
  const snapshot: unknown = state === null ? null : JSON.parse(state);
  return { id, messages, snapshot };
}

/** Prints conversations as JSON, one on each line: those named, or the newest ones. Exit code 1 when one is not there. */
export async function exportConversations(
  app: Kept,
  wanted: { readonly id: string | null; readonly limit: number },
  io: Pick<Io, "stdout" | "stderr">,
  signal: AbortSignal,
): Promise<number> {
  const ids =
    wanted.id === null
      ? (await app.conversations({ limit: wanted.limit }, { signal })).map(
          ({ instance }) => instance.id,
        )
      : [wanted.id];
  let code = 0;
  for (const id of ids) {
    const record = await readConversation(app, conversationId(id), signal);
    if (record !== null) writeLine(io.stdout, JSON.stringify(record));
    // One that has gone since it was listed is no failure.
    else if (wanted.id !== null) {
      writeLine(io.stderr, `There is no conversation ${id}; frontdesk conversations lists them.`);
      code = 1;
    }
  }
  return code;
}

const rememberedSchema = z.object({
  context: z.object({
    turns: z.array(
      z.object({ role: z.string(), name: z.string(), text: z.string(), at: z.number() }),
    ),
  }),
});

/** A line of a conversation, whoever keeps it. */
export interface ConversationLine {
  readonly author: string;
  readonly name: string;
  readonly text: string;
  readonly at: number;
}

/** What the dialogue remembers, for conversations whose messages lie with their platform. */
export function rememberedLines(snapshot: unknown): readonly ConversationLine[] {
  const parsed = rememberedSchema.safeParse(snapshot);
  if (!parsed.success) return [];
  return parsed.data.context.turns.map(({ role, ...line }) => ({ author: role, ...line }));
}
