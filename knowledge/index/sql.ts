import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../src/core/index.ts";

/** A value that SQLite keeps. */
type SqlValue = string | number | null | Uint8Array;
/** One row, column by column as selected; read it with {@link asText} and its siblings. */
export type Row = readonly unknown[];

/** A prepared statement. */
interface Statement {
  /** Executes and tells how many rows changed and the last row id. */
  run(...values: readonly SqlValue[]): { readonly changes: number; readonly lastId: number };
  rows(...values: readonly SqlValue[]): readonly Row[];
}

/** One open SQLite file. Calls block; nothing here waits. */
export interface Sql {
  execute(script: string): void;
  prepare(statement: string): Statement;
  /** Everything in `work` is written at once or not at all. Do not nest. */
  transaction<Result>(work: () => Result): Result;
  /** Repeated calls do nothing. */
  close(): void;
}

/**
 * Opens a SQLite file through libsql, making it if need be, in write-ahead mode.
 * @throws FrontdeskError `database_corrupt`, `data_dir_unusable`, `disk_full`
 */
export function openSql(path: string): Sql {
  let isOpen = true;
  const guarded = <Result>(work: () => Result): Result => {
    // libsql goes on executing prepared statements on a closed file.
    if (!isOpen) throw closed(path);
    try {
      return work();
    } catch (error) {
      throw translate(error, path);
    }
  };
  const database = openFile(path);
  const execute = (script: string): void => guarded(() => void database.exec(script));

  return {
    execute,
    prepare(text) {
      const statement = guarded(() => database.prepare(text));
      if (statement.reader) statement.raw();
      // libsql takes a lone object for named parameters and aborts the process: values always go as one array.
      return {
        run: (...values) =>
          guarded(() => {
            const result = statement.run([...values]);
            return { changes: result.changes, lastId: Number(result.lastInsertRowid) };
          }),
        rows: (...values) => guarded(() => statement.all([...values]).map(asRow)),
      };
    },
    transaction(work) {
      execute("BEGIN IMMEDIATE");
      try {
        const result = work();
        execute("COMMIT");
        return result;
      } catch (error) {
        if (database.inTransaction) execute("ROLLBACK");
        throw error;
      }
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      try {
        // libsql leaves the write-ahead file behind: what is in it goes where a plain copy of the file finds it.
        database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      } catch {
        // The next start replays it.
      }
      database.close();
    },
  };
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path, { timeout: 5_000 });
  } catch (error) {
    // libsql gives no code when it cannot open a file.
    throw unusable(path, error);
  }
}

/** Text fit for libsql, which cuts a text at its first NUL. */
export function withoutNul(text: string): string {
  return text.includes("\u0000") ? text.replaceAll("\u0000", "") : text;
}

function unexpected(kind: string): FrontdeskError {
  return new FrontdeskError(
    "database_corrupt",
    `knowledge.db holds something else where ${kind} was expected. Move the file away and ingest again to rebuild it.`,
  );
}

function asRow(row: unknown): Row {
  if (!Array.isArray(row)) throw unexpected("a row");
  return row;
}

/**
 * Reads a text column. What comes out of documents is selected through {@link safeText}.
 * @throws FrontdeskError `database_corrupt` when it is none
 */
export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return decoder.decode(value);
  throw unexpected("text");
}

const decoder = new TextDecoder();

/** A text column as bytes: libsql aborts the process on a text that a damaged disk has made invalid UTF-8. */
export function safeText(column: string): string {
  return `CAST(${column} AS BLOB)`;
}

/** @throws FrontdeskError `database_corrupt` when it is none. */
export function asNumber(value: unknown): number {
  if (typeof value !== "number") throw unexpected("a number");
  return value;
}

/** @throws FrontdeskError `database_corrupt` when it is neither. */
export function asNumberOrNull(value: unknown): number | null {
  return value === null ? null : asNumber(value);
}

/** @throws FrontdeskError `database_corrupt` when it is none. */
export function asBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw unexpected("bytes");
  return value;
}

function closed(path: string): FrontdeskError {
  return new FrontdeskError("knowledge_unavailable", `${path} is closed.`, { retryable: true });
}

function unusable(path: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "data_dir_unusable",
    `${path} cannot be read or written (${errorMessage(cause)}). Check the folder, its owner and its rights.`,
    { cause },
  );
}

/** Says that the file is damaged and what to do. */
export function databaseCorrupt(path: string, what: string, cause?: unknown): FrontdeskError {
  return new FrontdeskError(
    "database_corrupt",
    `${path} is damaged (${what}). Nothing was deleted. Move it away together with its -wal and -shm files and ingest ` +
      "your sources again, or put back a copy.",
    { cause },
  );
}

/** Less than SQLite takes for its smallest files beside a database. */
const NO_ROOM_BYTES = 256 * 1024;

/** On a full disk SQLite often speaks of input and output in general. */
function isOutOfRoom(code: string, path: string): boolean {
  if (code === "SQLITE_FULL") return true;
  if (!/^SQLITE_(?:CANTOPEN|IOERR)/u.test(code)) return false;
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < NO_ROOM_BYTES;
  } catch {
    return false;
  }
}

/** The system's trouble in our terms; whatever is none of SQLite's passes through. */
function translate(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code === null || !code.startsWith("SQLITE_")) return error;
  const cause = { cause: error };
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") {
    return databaseCorrupt(path, errorMessage(error), error);
  }
  if (isOutOfRoom(code, path)) {
    return new FrontdeskError("disk_full", `No space left to write ${path}. Make room.`, cause);
  }
  if (/^SQLITE_(?:READONLY|CANTOPEN|IOERR|PERM)/u.test(code)) {
    return unusable(path, error);
  }
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return new FrontdeskError(
      "knowledge_unavailable",
      `${path} is held by another program. Let it finish, then try again.`,
      { cause: error, retryable: true },
    );
  }
  return error;
}
