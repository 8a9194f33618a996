import { dirname } from "node:path";
import { errorMessage, FrontdeskError, systemErrorCode } from "../../core/index.ts";
import { freeBytes } from "../data-directory.ts";

/** Codes that no state of the disk or of another process can bring about. */
const OURS = /^SQLITE_(?:ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/u;

/** What the system says of a file that may not be written, before SQLite gets to see it. */
const NOT_WRITABLE: Readonly<Record<string, string>> = {
  EROFS: "the file system is read-only",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
};

/** Less than SQLite takes for its smallest files beside a database. */
const NO_ROOM_BYTES = 256 * 1024;

/**
 * Whether a database cannot grow because its disk is full: SQLite then often speaks of input and output in general, or
 * of a file that cannot be opened.
 */
export function isOutOfRoom(
  code: string,
  file: string,
  free: (folder: string) => number | null = freeBytes,
): boolean {
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") return true;
  if (!/^SQLITE_(?:IOERR|CANTOPEN)/u.test(code)) return false;
  return (free(dirname(file)) ?? NO_ROOM_BYTES) < NO_ROOM_BYTES;
}

/**
 * Translates what libsql threw at work, so that the rest decides on codes of ours.
 * @param file names the database in the message
 * @param free the free bytes of a folder's disk, null when unknown
 */
export function translateSqliteError(
  error: unknown,
  file: string,
  free: (folder: string) => number | null = freeBytes,
): FrontdeskError {
  if (error instanceof FrontdeskError) return error;
  const code = systemErrorCode(error) ?? "";
  if (isOutOfRoom(code, file, free)) {
    return noRoom(file, error);
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return new FrontdeskError(
      "database_corrupt",
      `the database ${file} is damaged and was left as it is; stop Frontdesk, keep a copy of it and its ` +
        "-wal and -shm files, then put a backup in its place, or move all three away to begin with an empty one",
      { cause: error },
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN")) {
    return unusable(file, error);
  }
  const reason = NOT_WRITABLE[code];
  if (reason !== undefined) return unusable(file, error, reason);
  if (!code.startsWith("SQLITE_") || OURS.test(code)) {
    const message = `a defect of ours in the database ${file}: ${errorMessage(error)}`;
    return new FrontdeskError("internal", message, { cause: error });
  }
  const advice = code.startsWith("SQLITE_IOERR")
    ? "; look at the disk that holds it (free space, quota, errors in the system's log)"
    : "";
  const message = `the database ${file} did not answer (${code})${advice}`;
  return new FrontdeskError("store_unavailable", message, { cause: error, retryable: true });
}

/** Translates what was thrown while the database was being opened, where libsql gives no code. */
export function translateOpenError(
  error: unknown,
  file: string,
  free: (folder: string) => number | null = freeBytes,
): FrontdeskError {
  const code = systemErrorCode(error) ?? "";
  if (code !== "" || error instanceof FrontdeskError)
    return translateSqliteError(error, file, free);
  if (isOutOfRoom("SQLITE_CANTOPEN", file, free)) return noRoom(file, error);
  return unusable(file, error);
}

function noRoom(file: string, cause: unknown): FrontdeskError {
  const message = `no room left for the database ${file}; free some disk space`;
  return new FrontdeskError("disk_full", message, { cause, retryable: true });
}

function unusable(file: string, cause: unknown, reason?: string): FrontdeskError {
  const why = reason === undefined ? "" : `: ${reason}`;
  return new FrontdeskError(
    "data_dir_unusable",
    `the database ${file} cannot be opened for writing${why}; check that its folder exists and is writable, or set ` +
      "FRONTDESK_DATA_DIR to another one",
    { cause },
  );
}
