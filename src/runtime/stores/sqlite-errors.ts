import { errorMessage, FrontdeskError, systemErrorCode } from "../../core/index.ts";

/** Codes that no state of the disk or of another process can bring about. */
const OURS = /^SQLITE_(?:ERROR|CONSTRAINT|MISMATCH|MISUSE|RANGE|TOOBIG)/u;

/**
 * Translates what libsql threw at work, so that the rest decides on codes of ours.
 * @param file names the database in the message
 */
export function translateSqliteError(error: unknown, file: string): FrontdeskError {
  if (error instanceof FrontdeskError) return error;
  const code = systemErrorCode(error) ?? "";
  if (code.startsWith("SQLITE_FULL") || code === "ENOSPC") {
    const message = `no room left for the database ${file}; free some disk space`;
    return new FrontdeskError("disk_full", message, { cause: error, retryable: true });
  }
  if (code.startsWith("SQLITE_CORRUPT") || code.startsWith("SQLITE_NOTADB")) {
    return new FrontdeskError(
      "database_corrupt",
      `the database ${file} is damaged and was left as it is; stop Frontdesk, keep a copy of it and its ` +
        "-wal file, then put a backup in its place, or move it away to begin with an empty one",
      { cause: error },
    );
  }
  if (code.startsWith("SQLITE_READONLY") || code.startsWith("SQLITE_CANTOPEN")) {
    return unusable(file, error);
  }
  if (!code.startsWith("SQLITE_") || OURS.test(code)) {
    const message = `a defect of ours in the database ${file}: ${errorMessage(error)}`;
    return new FrontdeskError("internal", message, { cause: error });
  }
  return new FrontdeskError("store_unavailable", `the database ${file} did not answer (${code})`, {
    cause: error,
    retryable: true,
  });
}

/** Translates what was thrown while the database was being opened, where libsql gives no code. */
export function translateOpenError(error: unknown, file: string): FrontdeskError {
  const isCoded = (systemErrorCode(error) ?? "") !== "";
  return isCoded ? translateSqliteError(error, file) : unusable(file, error);
}

function unusable(file: string, cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "data_dir_unusable",
    `the database ${file} cannot be opened for writing; check that its folder exists and is writable`,
    { cause },
  );
}
