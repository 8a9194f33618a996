import Database from "libsql";
import { z } from "zod";
import { FrontdeskError } from "../../core/index.ts";
import { translateOpenError } from "./sqlite-errors.ts";

/** A value that can be bound to a parameter. */
type SqlValue = string | number | null;

/** A prepared statement whose rows have been given a shape. */
interface Query<Row> {
  all(...values: readonly SqlValue[]): readonly Row[];
  get(...values: readonly SqlValue[]): Row | null;
}

/** The few things that stores ask of libsql. All calls are synchronous and throw libsql's errors. */
export interface SqliteDatabase {
  readonly file: string;
  exec(sql: string): void;
  /** Prepares a statement without rows; calling it returns how many rows changed. */
  statement(sql: string): (...values: readonly SqlValue[]) => number;
  query<Schema extends z.ZodType>(sql: string, row: Schema): Query<z.infer<Schema>>;
  isInTransaction(): boolean;
  close(): void;
}

/** The layout below; a database with a higher number was written by a newer Frontdesk. */
const LAYOUT = 1;

const TABLES = `
CREATE TABLE IF NOT EXISTS instance (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  version INTEGER NOT NULL DEFAULT 0,
  snapshot TEXT,
  commit_id TEXT,
  fence INTEGER NOT NULL DEFAULT 0,
  owner TEXT,
  is_out INTEGER NOT NULL DEFAULT 0,
  wake_at INTEGER,
  next_seq INTEGER NOT NULL DEFAULT 1,
  updated_at INTEGER NOT NULL,
  expires_at INTEGER,
  dead_letters INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS instance_wake ON instance (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS instance_owner ON instance (owner) WHERE owner IS NOT NULL;
CREATE INDEX IF NOT EXISTS instance_updated ON instance (updated_at);
CREATE INDEX IF NOT EXISTS instance_expires ON instance (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS instance_letters ON instance (updated_at) WHERE dead_letters > 0;
CREATE TABLE IF NOT EXISTS inbox (
  instance INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  event TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (instance, seq)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timer (
  instance INTEGER NOT NULL,
  id TEXT NOT NULL,
  token TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (instance, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS seen (
  key TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_at ON seen (at);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT OR IGNORE INTO counter VALUES ('fence', 0);
PRAGMA user_version = ${LAYOUT};
`;

/** Came after the layout above, and is of no concern to an older Frontdesk. */
const ADDED = `
CREATE TABLE IF NOT EXISTS outbox (
  instance INTEGER PRIMARY KEY,
  waiting INTEGER NOT NULL
);
`;

/** A database file and what stands in it. */
interface SqliteFile {
  readonly file: string;
  /** Grows with every change of `tables`; a file with a higher one was written by a newer Frontdesk. */
  readonly layout: number;
  /** SQL that lays them out and sets `user_version`. */
  readonly tables: string;
}

/** Opens the database of conversations; see {@link openSqliteFile}. */
export function openSqliteDatabase(file: string): SqliteDatabase {
  const database = openSqliteFile({ file, layout: LAYOUT, tables: TABLES });
  database.exec(ADDED);
  return database;
}

/**
 * Opens a database file in WAL mode and lays out its tables.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`, or `store_unavailable` when another process
 *   holds it for longer than two seconds
 */
export function openSqliteFile({ file, layout, tables }: SqliteFile): SqliteDatabase {
  let database: Database.Database;
  try {
    database = new Database(file, { timeout: 2_000 });
  } catch (error) {
    throw translateOpenError(error, file);
  }
  try {
    const wrapped = wrap(database, file);
    database.exec("PRAGMA journal_mode = WAL");
    layOut(wrapped, layout, tables);
    return wrapped;
  } catch (error) {
    database.close();
    throw translateOpenError(error, file);
  }
}

function layOut(database: SqliteDatabase, layout: number, tables: string): void {
  const row = database.query("PRAGMA user_version", z.object({ user_version: z.int() })).get();
  const found = row?.user_version ?? 0;
  if (found > layout) {
    throw new FrontdeskError(
      "data_dir_unusable",
      `the database ${database.file} was written by a newer Frontdesk (layout ${found}); update this one`,
    );
  }
  if (found < layout) database.exec(`BEGIN IMMEDIATE; ${tables} COMMIT;`);
}

function wrap(database: Database.Database, file: string): SqliteDatabase {
  return {
    file,
    exec: (sql) => {
      database.exec(sql);
    },
    // Values go in as one array: libsql takes a single null or object for a list of named parameters.
    statement: (sql) => {
      const prepared = database.prepare(sql);
      return (...values) => prepared.run([...values]).changes;
    },
    query: (sql, row) => {
      const prepared = database.prepare(sql);
      const rows = row.array();
      return {
        all: (...values) => rows.parse(prepared.all([...values])),
        get: (...values) => {
          const found = prepared.get([...values]);
          return found === undefined ? null : row.parse(found);
        },
      };
    },
    isInTransaction: () => database.inTransaction,
    close: () => {
      database.close();
    },
  };
}
