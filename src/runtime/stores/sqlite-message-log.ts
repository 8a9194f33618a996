import { randomBytes } from "node:crypto";
import { z } from "zod";
import {
  type ConversationId,
  type EffectKey,
  FrontdeskError,
  type MessageId,
  messageId,
} from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ConversationEvent, LoggedMessage, MessageLog } from "../../ports/message-log.ts";
import { messageBodySchema } from "./stored-values.ts";
import { openTranscriptFile, type TranscriptFile } from "./transcript-file.ts";
import { createWatchers } from "./watchers.ts";

// A removed message keeps its row, emptied: its key must go on saying "this was posted already".
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    key TEXT NOT NULL UNIQUE,
    conversation TEXT NOT NULL,
    body TEXT NOT NULL,
    removed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS hidden_before (
    conversation TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS messages_by_conversation ON messages (conversation, seq);
`;

const COLUMNS = "seq, id, body, removed";

const rowSchema = z.object({
  seq: z.number(),
  id: z.string(),
  body: z.string(),
  removed: z.number(),
});
type Row = z.infer<typeof rowSchema>;
const hiddenSchema = z.object({ seq: z.number() });

function toMessage(row: Row): LoggedMessage {
  const body = messageBodySchema.parse(JSON.parse(row.body));
  return { id: messageId(row.id), seq: row.seq, ...body };
}

function rowOf(value: unknown): Row | null {
  return value === undefined || value === null ? null : rowSchema.parse(value);
}

type Body = Omit<LoggedMessage, "id" | "seq">;

function bodyOf({ id: _id, seq: _seq, ...body }: LoggedMessage): Body {
  return body;
}

/** A message log that holds a file open. */
export interface SqliteMessageLog extends MessageLog {
  /** Closes the file; later calls fail. */
  close(): Promise<void>;
}

const LAST_SEQ = Number.MAX_SAFE_INTEGER;
const SWEEP_INTERVAL_MS = 60 * 60_000;

/** Forgets the transcripts of conversations in which nobody has spoken for long; looks for them once an hour. */
function createSweep(
  store: TranscriptFile,
  idle: { readonly ttlMs: number; readonly clock: Clock } | null,
): () => void {
  if (idle === null) return () => {};
  const silent = `SELECT conversation FROM messages GROUP BY conversation
    HAVING max(json_extract(body, '$.at')) < ?`;
  const forgetHidden = store.connection.prepare(
    `DELETE FROM hidden_before WHERE conversation IN (${silent})`,
  );
  const forget = store.connection.prepare(`DELETE FROM messages WHERE conversation IN (${silent})`);
  let nextAt = 0;
  return () => {
    const now = idle.clock.now();
    if (now < nextAt) return;
    nextAt = now + SWEEP_INTERVAL_MS;
    store.transact(() => {
      forgetHidden.run(now - idle.ttlMs);
      forget.run(now - idle.ttlMs);
    });
  };
}

/**
 * The transcript of console and HTTP conversations in one SQLite file. What `add` returned is on the disk.
 * Ids are random, so that a log which was thrown away never gives an id a second time.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`
 */
export function createSqliteMessageLog(options: {
  readonly file: string;
  /** Transcripts are forgotten after this time of silence; for ever when left out. */
  readonly idle?: { readonly ttlMs: number; readonly clock: Clock };
}): SqliteMessageLog {
  const store = openTranscriptFile(options.file, SCHEMA);
  const sweep = createSweep(store, options.idle ?? null);
  const watchers = createWatchers<ConversationId, ConversationEvent>();
  const { connection } = store;
  const insert = connection.prepare(
    `INSERT INTO messages (id, key, conversation, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO NOTHING`,
  );
  const selectByKey = connection.prepare(`SELECT ${COLUMNS} FROM messages WHERE key = ?`);
  const selectById = connection.prepare(`SELECT ${COLUMNS} FROM messages WHERE id = ?`);
  const update = connection.prepare("UPDATE messages SET body = ?, removed = ? WHERE id = ?");
  const removeConversation = connection.prepare("DELETE FROM messages WHERE conversation = ?");
  const selectNewest = connection.prepare(
    `SELECT ${COLUMNS} FROM messages WHERE conversation = ? AND seq > ? AND seq < ? AND removed = 0
     ORDER BY seq DESC LIMIT ?`,
  );
  const hide = connection.prepare(
    `INSERT INTO hidden_before (conversation, seq)
     SELECT ?1, coalesce(max(seq), 0) FROM messages WHERE conversation = ?1
     ON CONFLICT (conversation) DO UPDATE SET seq = excluded.seq`,
  );
  const selectHidden = connection.prepare("SELECT seq FROM hidden_before WHERE conversation = ?");
  const forgetHidden = connection.prepare("DELETE FROM hidden_before WHERE conversation = ?");
  const hiddenUntil = (id: ConversationId): number => {
    const row: unknown = selectHidden.get(id);
    return hiddenSchema.safeParse(row).data?.seq ?? 0;
  };
  const byKey = (key: EffectKey): Row | null => rowOf(selectByKey.get(key));
  const byId = (id: MessageId): Row | null => rowOf(selectById.get(id));

  return {
    async add({ key, ...message }) {
      sweep();
      const { added, row } = store.run(() => {
        const id = `m-${randomBytes(9).toString("base64url")}`;
        const result = insert.run(id, key, message.conversationId, JSON.stringify(message));
        return { added: result.changes > 0, row: byKey(key) };
      });
      if (row === null) throw new Error("a message that was just added is missing");
      const logged = toMessage(row);
      if (added) watchers.tell(logged.conversationId, { type: "message", message: logged });
      return logged;
    },
    async find(key) {
      const row = store.run(() => byKey(key));
      return row === null || row.removed !== 0 ? null : toMessage(row);
    },
    async replace(id, reply) {
      const row = store.run(() => byId(id));
      if (row === null || row.removed !== 0) {
        throw new FrontdeskError(
          "delivery_rejected",
          `Message ${id} cannot be changed: it is not there any more.`,
        );
      }
      const next = JSON.stringify({ ...bodyOf(toMessage(row)), reply, text: reply.text });
      store.run(() => update.run(next, 0, id));
      const message = toMessage({ ...row, body: next });
      watchers.tell(message.conversationId, { type: "edited", message });
    },
    async remove(id) {
      const row = store.run(() => byId(id));
      if (row === null || row.removed !== 0) return;
      const body = bodyOf(toMessage(row));
      const emptied = JSON.stringify({ ...body, name: "", text: "", reply: null });
      store.run(() => update.run(emptied, 1, id));
      watchers.tell(body.conversationId, { type: "removed", id });
    },
    async removeAll(id) {
      const removed = store.transact(() => {
        forgetHidden.run(id);
        return removeConversation.run(id).changes;
      });
      watchers.tell(id, { type: "erased" });
      return removed;
    },
    async hideEarlier(id) {
      store.run(() => hide.run(id));
    },
    async read({ conversationId, afterSeq, beforeSeq = LAST_SEQ, limit, isWhole }) {
      const rows = store.run(() => {
        const after = isWhole ? afterSeq : Math.max(afterSeq, hiddenUntil(conversationId));
        return selectNewest.all(conversationId, after, beforeSeq, limit);
      });
      return rows.map((row) => toMessage(rowSchema.parse(row))).reverse();
    },
    progress: (id, progress) => watchers.tell(id, { type: "progress", progress }),
    settle: (id, message, outcome) =>
      watchers.tell(id, { type: "settled", messageId: message, outcome }),
    watch: (id, listener) => watchers.watch(id, listener),
    close: () => store.close(),
  };
}
