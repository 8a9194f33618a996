import { z } from "zod";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** Which deliveries were seen before. Keys are kept for a day. */
export interface SqliteDedupe {
  /** Notes the keys; false when one of them was known (then nothing is noted). */
  admit(instance: string, keys: readonly string[], now: number): boolean;
  /** Forgets what is older than a day, a little at a time. */
  prune(now: number): void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Prepares the statements of deduplication. */
export function createSqliteDedupe(database: SqliteDatabase): SqliteDedupe {
  const known = database.query(
    "SELECT 1 AS one FROM seen WHERE key = ? AND at > ?",
    z.object({ one: z.int() }),
  );
  const note = database.statement("INSERT OR REPLACE INTO seen (key, at) VALUES (?, ?)");
  const forget = database.statement(
    "DELETE FROM seen WHERE key IN (SELECT key FROM seen WHERE at <= ? ORDER BY at LIMIT 5000)",
  );
  return {
    admit: (instance, keys, now) => {
      const scoped = keys.map((key) => `${instance}\n${key}`);
      if (scoped.some((key) => known.get(key, now - DAY_MS) !== null)) return false;
      for (const key of scoped) note(key, now);
      return true;
    },
    prune: (now) => {
      forget(now - DAY_MS);
    },
  };
}
