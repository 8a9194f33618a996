import Database from "libsql";
import { z } from "zod";
import { errorMessage, FrontdeskError } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";

/**
 * Small things that must outlive a restart and that Slack does not keep for us: how far a channel was read, which threads
 * were left, answers that can still be shared. Losing it costs comfort, never a reply.
 */
export interface SlackMemory {
  /** Null when there is nothing under this name, or it is too old, or not of this shape. */
  get<Value>(name: string, schema: z.ZodType<Value>): Value | null;
  /** @param ttlMs forgotten after this time */
  set(name: string, value: unknown, ttlMs: number): void;
  delete(name: string): void;
  /** Names that begin so, with their values; newest first. */
  list<Value>(
    prefix: string,
    schema: z.ZodType<Value>,
    limit: number,
  ): readonly { readonly name: string; readonly value: Value }[];
  close(): Promise<void>;
}

const row = z.object({ name: z.string(), value: z.string() });

function parse<Value>(text: string, schema: z.ZodType<Value>): Value | null {
  const parsed = schema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}

function open(file: string): Database.Database {
  try {
    const database = new Database(file, { timeout: 5_000 });
    database.pragma("journal_mode = WAL");
    // A line lost with the machine costs comfort only.
    database.pragma("synchronous = NORMAL");
    database.exec(`
      CREATE TABLE IF NOT EXISTS memory (
        name TEXT PRIMARY KEY, value TEXT NOT NULL, changed INTEGER NOT NULL, expires INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS memory_expires ON memory (expires);
    `);
    return database;
  } catch (error) {
    const message = `Cannot use the database ${file} (${errorMessage(error)}). Check the data directory's rights, or move the file away.`;
    throw new FrontdeskError("data_dir_unusable", message, { cause: error });
  }
}

/**
 * Keeps it in a SQLite file; `:memory:` for tests.
 * @throws FrontdeskError `data_dir_unusable`
 */
export function createSlackMemory(options: {
  readonly file: string;
  readonly clock: Clock;
}): SlackMemory {
  const { clock } = options;
  const database = open(options.file);
  const select = database.prepare("SELECT name, value FROM memory WHERE name = ? AND expires > ?");
  const insert = database.prepare(
    "INSERT INTO memory (name, value, changed, expires) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed = excluded.changed, expires = excluded.expires",
  );
  const remove = database.prepare("DELETE FROM memory WHERE name = ?");
  const expire = database.prepare("DELETE FROM memory WHERE expires <= ?");
  const selectMany = database.prepare(
    "SELECT name, value FROM memory WHERE name >= ? AND name < ? AND expires > ? ORDER BY changed DESC, name DESC LIMIT ?",
  );
  let writes = 0;
  expire.run(clock.now());
  return {
    get(name, schema) {
      const found = row.safeParse(select.get(name, clock.now()));
      return found.success ? parse(found.data.value, schema) : null;
    },
    set(name, value, ttlMs) {
      const now = clock.now();
      insert.run(name, JSON.stringify(value), now, now + ttlMs);
      writes += 1;
      if (writes % 500 === 0) expire.run(now);
    },
    delete(name) {
      remove.run(name);
    },
    list(prefix, schema, limit) {
      const rows = z
        .array(row)
        .parse(selectMany.all(prefix, `${prefix}\uffff`, clock.now(), limit));
      return rows.flatMap(({ name, value }) => {
        const parsed = parse(value, schema);
        return parsed === null ? [] : [{ name, value: parsed }];
      });
    },
    close() {
      if (database.open) database.close();
      return Promise.resolve();
    },
  };
}
