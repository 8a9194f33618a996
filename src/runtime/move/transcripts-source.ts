import { z } from "zod";
import { openSqliteFile, type SqliteDatabase } from "../stores/sqlite-database.ts";

const MEMORY_LAYOUT = 1;

/** Opens a file whose tables its store has made. */
function open(file: string, layout = 0): SqliteDatabase {
  return openSqliteFile({ file, layout, tables: "" });
}

function close(database: SqliteDatabase): void {
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

/** A message of a console conversation, as its file holds it. */
export interface KeptMessage {
  readonly seq: number;
  readonly id: string;
  readonly key: string;
  readonly body: string;
  readonly removed: number;
}

/** Reads `messages.db`. */
export interface MessagesSource {
  conversations(): readonly string[];
  /** Oldest first. */
  messages(conversation: string): readonly KeptMessage[];
  /** Messages up to this number are out of sight; 0 for none. */
  hiddenUntil(conversation: string): number;
  close(): void;
}

/** Opens the file. @throws FrontdeskError as the store does */
export function openMessagesSource(file: string): MessagesSource {
  const database = open(file);
  const conversations = database.query(
    "SELECT conversation FROM messages GROUP BY conversation ORDER BY max(seq)",
    z.object({ conversation: z.string() }),
  );
  const messages = database.query(
    "SELECT seq, id, key, body, removed FROM messages WHERE conversation = ? ORDER BY seq",
    z.object({
      seq: z.number(),
      id: z.string(),
      key: z.string(),
      body: z.string(),
      removed: z.int(),
    }),
  );
  const hidden = database.query(
    "SELECT seq FROM hidden_before WHERE conversation = ?",
    z.object({ seq: z.number() }),
  );
  return {
    conversations: () => conversations.all().map(({ conversation }) => conversation),
    messages: (conversation) => messages.all(conversation),
    hiddenUntil: (conversation) => hidden.get(conversation)?.seq ?? 0,
    close: () => close(database),
  };
}

/** Keys of the updates that a desk has shown. */
export function readShownUpdates(file: string): readonly string[] {
  const database = open(file);
  const keys = database.query("SELECT key FROM desk_updates", z.object({ key: z.string() }));
  try {
    return keys.all().map(({ key }) => key);
  } finally {
    close(database);
  }
}

/** A small thing of the keyed memory. */
interface KeptThing {
  readonly name: string;
  readonly value: unknown;
  readonly expires: number;
}

/** The keyed memory, in the order in which it was written. */
export function readKeyedMemory(file: string, now: number): readonly KeptThing[] {
  const database = open(file, MEMORY_LAYOUT);
  const rows = database.query(
    "SELECT name, value, expires FROM memory WHERE expires > ? ORDER BY changed",
    z.object({
      name: z.string(),
      value: z.string().transform((text): unknown => JSON.parse(text)),
      expires: z.number(),
    }),
  );
  try {
    return rows.all(now);
  } finally {
    close(database);
  }
}
