import { z } from "zod";
import { openSqliteDatabase } from "../stores/sqlite-database.ts";

/** An instance as the SQLite store holds it, whoever held it last being dead. */
export interface KeptInstance {
  readonly key: string;
  readonly kind: string;
  readonly snapshot: string | null;
  readonly version: number;
  readonly deadLetters: number;
  readonly updatedAt: number;
  /** Null when it is not forgotten by itself. */
  readonly expiresAt: number | null;
  /** Somebody was in the middle of it. */
  readonly wasHeld: boolean;
  readonly events: readonly { readonly at: number; readonly event: string }[];
  readonly timers: readonly {
    readonly id: string;
    readonly token: string;
    readonly dueAt: number;
  }[];
}

/** The dedupe keys that one instance has seen. */
export interface KeptSeen {
  readonly instance: string;
  readonly keys: readonly { readonly key: string; readonly at: number }[];
}

/** Reads `conversations.db` to be written elsewhere. */
export interface ConversationsSource {
  /** Row ids, in the order of their last change; those whose time is over are left out. */
  ids(now: number): readonly number[];
  read(id: number): KeptInstance | null;
  seen(): readonly KeptSeen[];
  /** Writes what lies in the log beside the file into it. */
  close(): void;
}

const instanceRow = z.object({
  key: z.string(),
  kind: z.string(),
  snapshot: z.string().nullable(),
  version: z.int(),
  dead_letters: z.int(),
  updated_at: z.number(),
  expires_at: z.number().nullable(),
  was_held: z.int(),
});

/** Opens the file. @throws FrontdeskError as the store does */
export function openConversationsSource(file: string): ConversationsSource {
  const database = openSqliteDatabase(file);
  const ids = database.query(
    "SELECT id FROM instance WHERE expires_at IS NULL OR expires_at > ? ORDER BY updated_at, id",
    z.object({ id: z.int() }),
  );
  const instance = database.query(
    `SELECT key, kind, snapshot, version, dead_letters, updated_at, expires_at,
       owner IS NOT NULL OR is_out = 1 AS was_held FROM instance WHERE id = ?`,
    instanceRow,
  );
  const events = database.query(
    "SELECT at, event FROM inbox WHERE instance = ? ORDER BY seq",
    z.object({ at: z.number(), event: z.string() }),
  );
  const timers = database.query(
    "SELECT id, token, due_at AS dueAt FROM timer WHERE instance = ? ORDER BY due_at, id",
    z.object({ id: z.string(), token: z.string(), dueAt: z.number() }),
  );
  const seen = database.query(
    "SELECT key, at FROM seen ORDER BY key",
    z.object({ key: z.string(), at: z.number() }),
  );
  return {
    ids: (now) => ids.all(now).map(({ id }) => id),
    read(id) {
      const row = instance.get(id);
      if (row === null) return null;
      const { dead_letters: deadLetters, updated_at: updatedAt, expires_at: expiresAt } = row;
      const { key, kind, snapshot, version, was_held: held } = row;
      return {
        ...{ key, kind, snapshot, version, deadLetters, updatedAt, expiresAt },
        wasHeld: held === 1,
        events: events.all(id),
        timers: timers.all(id),
      };
    },
    seen() {
      const groups = new Map<string, { key: string; at: number }[]>();
      for (const { key: scoped, at } of seen.all()) {
        const end = scoped.indexOf("\n");
        const name = scoped.slice(0, end);
        const group = groups.get(name) ?? [];
        group.push({ key: scoped.slice(end + 1), at });
        groups.set(name, group);
      }
      return [...groups].map(([name, keys]) => ({ instance: name, keys }));
    },
    close() {
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
    },
  };
}
