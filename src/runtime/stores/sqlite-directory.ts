import { z } from "zod";
import { instanceKey, parseInstanceKey } from "../../core/index.ts";
import type { ConversationDirectory, InstanceSummary } from "../../ports/conversation-directory.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** The reading half of the directory, as synchronous work. */
export interface SqliteDirectory {
  list(query: { kind: string | null; limit: number }, now: number): readonly InstanceSummary[];
  deadLettered(
    query: { readonly limit: number; readonly skip?: number },
    now: number,
  ): readonly InstanceSummary[];
  read: (instance: { kind: string; id: string }, now: number) => string | null;
  counts(now: number): Awaited<ReturnType<ConversationDirectory["counts"]>>;
}

const summary = z.object({
  key: z.string(),
  version: z.int(),
  updated_at: z.number(),
  unread: z.int(),
  is_leased: z.int(),
  timers: z.int(),
  dead_letters: z.int(),
});

const SUMMARY = `SELECT key, version, updated_at, dead_letters,
  (SELECT count(*) FROM inbox WHERE instance = instance.id) AS unread,
  (SELECT count(*) FROM timer WHERE instance = instance.id) AS timers,
  owner IS NOT NULL AND wake_at > ?1 AS is_leased
FROM instance`;

const ALIVE = "(expires_at IS NULL OR expires_at > ?1)";

/** Prepares the statements with which operators look at the store. */
export function createSqliteDirectory(database: SqliteDatabase): SqliteDirectory {
  const newest = database.query(
    `${SUMMARY} WHERE ${ALIVE} AND (?2 IS NULL OR kind = ?2) ORDER BY updated_at DESC, id DESC LIMIT ?3`,
    summary,
  );
  const lettered = database.query(
    `${SUMMARY} WHERE dead_letters > 0 AND ${ALIVE} ORDER BY updated_at DESC, id DESC LIMIT ?2 OFFSET ?3`,
    summary,
  );
  const snapshot = database.query(
    `SELECT snapshot FROM instance WHERE key = ?2 AND ${ALIVE}`,
    z.object({ snapshot: z.string().nullable() }),
  );
  const counts = database.query(
    `SELECT (SELECT count(*) FROM instance WHERE ${ALIVE}) AS instances,
       (SELECT count(*) FROM instance WHERE wake_at <= ?1) AS ready,
       (SELECT count(*) FROM instance WHERE owner IS NOT NULL AND wake_at > ?1) AS leased,
       (SELECT count(*) FROM inbox) AS unread,
       (SELECT count(*) FROM timer) AS timers,
       (SELECT coalesce(sum(dead_letters), 0) FROM instance WHERE dead_letters > 0 AND ${ALIVE})
         AS deadLetters,
       (SELECT coalesce(sum(waiting), 0) FROM outbox) AS waiting`,
    z.object({
      instances: z.int(),
      ready: z.int(),
      leased: z.int(),
      unread: z.int(),
      timers: z.int(),
      deadLetters: z.int(),
      waiting: z.int(),
    }),
  );
  return {
    list: ({ kind, limit }, now) => newest.all(now, kind, limit).flatMap(toSummary),
    deadLettered: ({ limit, skip = 0 }, now) => lettered.all(now, limit, skip).flatMap(toSummary),
    read: (instance, now) => snapshot.get(now, instanceKey(instance))?.snapshot ?? null,
    counts: (now) => counts.get(now) ?? NOTHING,
  };
}

const NOTHING = {
  ...{ instances: 0, ready: 0, leased: 0, unread: 0, timers: 0 },
  ...{ deadLetters: 0, waiting: 0 },
};

function toSummary(row: z.infer<typeof summary>): readonly InstanceSummary[] {
  const instance = parseInstanceKey(row.key);
  if (instance === null) return [];
  return [
    {
      instance,
      version: row.version,
      updatedAt: row.updated_at,
      unread: row.unread,
      isLeased: row.is_leased === 1,
      timers: row.timers,
      deadLetters: row.dead_letters,
    },
  ];
}
