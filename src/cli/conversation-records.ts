import { z } from "zod";
import { type KeptConversations, readConversation } from "../application/index.ts";
import { conversationId } from "../core/index.ts";
import { type Io, writeLine } from "./io.ts";

/** Prints conversations as JSON, one on each line: those named, or the newest ones. Exit code 1 when one is not there. */
export async function exportConversations(
  app: KeptConversations,
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
    const record = await readConversation(app, conversationId(id), { signal });
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
