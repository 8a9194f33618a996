import { z } from "zod";
import type { SqliteDatabase } from "./sqlite-database.ts";

const one = z.object({ one: z.int() });
const snapshot = z.object({ snapshot: z.string().nullable() });
const located = z.object({ id: z.int(), next_seq: z.int(), expires_at: z.number().nullable() });
const claimable = z.object({
  id: z.int(),
  key: z.string(),
  snapshot: z.string().nullable(),
  next_seq: z.int(),
  is_out: z.int(),
});
const held = z.object({
  id: z.int(),
  fence: z.int(),
  owner: z.string().nullable(),
  commit_id: z.string().nullable(),
  next_seq: z.int(),
});

/** A row of `instance` as an append finds it. */
export type LocatedRow = z.infer<typeof located>;
/** A row of `instance` as the holder of a lease finds it. */
export type HeldRow = z.infer<typeof held>;

/** Prepares the statements on the table of instances. */
export function prepareInstanceStatements(database: SqliteDatabase) {
  return {
    find: database.query("SELECT id, next_seq, expires_at FROM instance WHERE key = ?", located),
    findSnapshot: database.query("SELECT snapshot FROM instance WHERE id = ?", snapshot),
    findHeld: database.query(
      "SELECT id, fence, owner, commit_id, next_seq FROM instance WHERE key = ?",
      held,
    ),
    findExpired: database.query(
      "SELECT id, next_seq, expires_at FROM instance WHERE expires_at <= ? LIMIT 1000",
      located,
    ),
    findAnyDue: database.query("SELECT 1 AS one FROM instance WHERE wake_at <= ? LIMIT 1", one),
    findDue: database.query(
      `SELECT id, key, snapshot, next_seq, is_out FROM instance
       WHERE wake_at <= ?1 AND version <= coalesce(json_extract(?2, '$."' || kind || '"'), -1)
       ORDER BY wake_at, id LIMIT ?3`,
      claimable,
    ),
    insert: database.statement(
      "INSERT INTO instance (key, kind, wake_at, updated_at) VALUES (?, ?, ?, ?)",
    ),
    /** One more event is in the mailbox. */
    announce: database.statement(
      `UPDATE instance SET next_seq = next_seq + 1, expires_at = NULL,
         wake_at = CASE WHEN owner IS NULL THEN min(coalesce(wake_at, ?1), ?1) ELSE wake_at END
       WHERE id = ?2`,
    ),
    /** Fences come from one counter, so that an instance that was removed and born again never repeats one. */
    nextFence: database.query(
      "UPDATE counter SET value = value + 1 WHERE name = 'fence' RETURNING value",
      z.object({ value: z.int() }),
    ),
    take: database.statement(
      `UPDATE instance SET owner = ?, is_out = 1, fence = ?, wake_at = ?, next_seq = ?,
         expires_at = NULL
       WHERE id = ?`,
    ),
    extend: database.statement("UPDATE instance SET wake_at = ?, next_seq = ? WHERE id = ?"),
    write: database.statement(
      `UPDATE instance SET snapshot = ?, version = ?, commit_id = ?, dead_letters = ?,
         updated_at = ?, owner = ?, is_out = ?6 IS NOT NULL,
         wake_at = CASE WHEN ?6 IS NULL THEN ?7 ELSE wake_at END, expires_at = ?
       WHERE id = ?`,
    ),
    noteWaiting: database.statement("INSERT OR REPLACE INTO outbox VALUES (?, ?)"),
    noteEmpty: database.statement("DELETE FROM outbox WHERE instance = ?"),
    expire: database.statement("UPDATE instance SET owner = NULL, wake_at = ? WHERE owner = ?"),
    drop: database.statement("DELETE FROM instance WHERE id = ?"),
  };
}
