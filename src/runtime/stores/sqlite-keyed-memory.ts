import { z } from "zod";
import { FrontdeskError } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KeyedMemory } from "../../ports/keyed-memory.ts";
import { openSqliteFile } from "./sqlite-database.ts";
import { translateSqliteError } from "./sqlite-errors.ts";

/** The layout below; a file with a higher number was written by a newer Frontdesk. */
const LAYOUT = 1;

const TABLES = `
CREATE TABLE IF NOT EXISTS memory (
  name TEXT PRIMARY KEY, value TEXT NOT NULL, changed INTEGER NOT NULL, expires INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS memory_expires ON memory (expires);
PRAGMA user_version = ${LAYOUT};
`;

/** After so many writes, what is too old is thrown away. */
const SWEEP_EVERY = 500;

/** The first name that no longer begins so. */
function behind(prefix: string): string {
  return `${prefix}\u{10ffff}`;
}

/**
 * Keeps small things in a SQLite file of its own; `:memory:` keeps them for the life of the process.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`, `store_unavailable`
 */
export function createSqliteKeyedMemory(options: {
  readonly file: string;
  readonly clock: Clock;
}): KeyedMemory {
  const { file, clock } = options;
  const database = openSqliteFile({ file, layout: LAYOUT, tables: TABLES });
  // What is lost with the machine costs comfort only.
  database.exec("PRAGMA synchronous = NORMAL");
  const named = z.object({ name: z.string(), value: z.string() });
  const select = database.query(
    "SELECT value FROM memory WHERE name = ? AND expires > ?",
    z.object({ value: z.string() }),
  );
  const upsert = database.statement(
    "INSERT INTO memory (name, value, changed, expires) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed, expires = excluded.expires",
  );
  const insert = database.statement(
    "INSERT INTO memory (name, value, changed, expires) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed, expires = excluded.expires WHERE memory.expires <= excluded.changed",
  );
  const remove = database.statement("DELETE FROM memory WHERE name = ?");
  const expire = database.statement("DELETE FROM memory WHERE expires <= ?");
  const selectMany = database.query(
    "SELECT name, value FROM memory WHERE name >= ? AND name < ? AND expires > ? ORDER BY changed DESC, name DESC LIMIT ?",
    named,
  );
  let writes = 0;
  let isOpen = true;

  const run = async <Result>(work: () => Result): Promise<Result> => {
    if (!isOpen) throw new FrontdeskError("store_unavailable", `the database ${file} is closed`);
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, file);
    }
  };

  const sweep = (now: number): void => {
    writes += 1;
    if (writes % SWEEP_EVERY === 0) expire(now);
  };

  expire(clock.now());
  return {
    get: (name) =>
      run((): unknown => {
        const found = select.get(name, clock.now());
        return found === null ? null : JSON.parse(found.value);
      }),
    set: (name, value, ttlMs) =>
      run(() => {
        const now = clock.now();
        upsert(name, JSON.stringify(value), now, now + ttlMs);
        sweep(now);
      }),
    claim: (name, value, ttlMs) =>
      run(() => {
        const now = clock.now();
        const changed = insert(name, JSON.stringify(value), now, now + ttlMs);
        sweep(now);
        return changed > 0;
      }),
    delete: (name) =>
      run(() => {
        remove(name);
      }),
    list: (prefix, limit) =>
      run(() =>
        selectMany
          .all(prefix, behind(prefix), clock.now(), limit)
          .map(({ name, value }): { name: string; value: unknown } => ({
            name,
            value: JSON.parse(value),
          })),
      ),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      database.close();
    },
  };
}
