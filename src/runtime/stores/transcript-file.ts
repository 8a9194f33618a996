import Database from "libsql";
import { type ErrorCode, errorMessage, FrontdeskError, systemErrorCode } from "../../core/index.ts";
import { isOutOfRoom } from "./sqlite-errors.ts";

/** An open SQLite file whose errors are ours. */
export interface TranscriptFile {
  readonly connection: Database.Database;
  /**
   * Runs statements and translates what SQLite throws.
   * @throws FrontdeskError `disk_full`, `database_corrupt`, `data_dir_unusable`, `store_unavailable` (retryable)
   */
  run<Result>(action: () => Result): Result;
  /** The same inside one transaction: all of it happens or nothing. */
  transact<Result>(action: () => Result): Result;
  close(): Promise<void>;
}

interface Trouble {
  readonly code: ErrorCode;
  readonly advice: string;
  readonly retryable: boolean;
}

const FULL: Trouble = {
  code: "disk_full",
  advice: "The disk is full: free some space and try again; nothing was changed.",
  retryable: true,
};
const CORRUPT: Trouble = {
  code: "database_corrupt",
  advice:
    "The file is damaged and was left as it is: stop Frontdesk, move the file away together with its -wal and -shm files " +
    "(a new one is made at the next start), or put back a copy.",
  retryable: false,
};
const UNUSABLE: Trouble = {
  code: "data_dir_unusable",
  advice: "Check that its folder exists and that this user may write there.",
  retryable: false,
};
const BUSY: Trouble = {
  code: "store_unavailable",
  advice: "Another process is using it at the moment; try again.",
  retryable: true,
};

function troubleOf(error: unknown, file: string): Trouble | null {
  const code = systemErrorCode(error) ?? "";
  if (isOutOfRoom(code, file)) return FULL;
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return CORRUPT;
  if (code.startsWith("SQLITE_BUSY") || code === "SQLITE_LOCKED") return BUSY;
  if (/^SQLITE_(?:CANTOPEN|READONLY|IOERR|PERM|AUTH)/u.test(code)) return UNUSABLE;
  // The library gives an error while opening the file no code, only the number of SQLITE_CANTOPEN in its text.
  if (!errorMessage(error).includes("Unable to open connection")) return null;
  return isOutOfRoom("SQLITE_CANTOPEN", file) ? FULL : UNUSABLE;
}

function translate(error: unknown, file: string): unknown {
  const trouble = troubleOf(error, file);
  if (trouble === null) return error;
  return new FrontdeskError(trouble.code, `Cannot use the database ${file}. ${trouble.advice}`, {
    cause: error,
    retryable: trouble.retryable,
  });
}

function guarded<Result>(file: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw translate(error, file);
  }
}

// Not the library's `transaction()`: SQLite has rolled back by itself when the disk is full, and the ROLLBACK that the
// library sends then hides the true error behind its own.
function transact<Result>(connection: Database.Database, action: () => Result): Result {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    connection.exec("COMMIT");
    return result;
  } catch (error) {
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Opens (or makes) a SQLite file in WAL mode, every commit on the disk before it returns.
 * @param schema statements that make the tables where they are missing
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`
 */
export function openTranscriptFile(file: string, schema: string): TranscriptFile {
  const connection = guarded(file, () => {
    const opened = new Database(file, { timeout: 5_000 });
    try {
      opened.pragma("journal_mode = WAL");
      opened.pragma("synchronous = FULL");
      opened.exec(schema);
    } catch (error) {
      opened.close();
      throw error;
    }
    return opened;
  });
  return {
    connection,
    run: (action) => guarded(file, action),
    transact: (action) => guarded(file, () => transact(connection, action)),
    close() {
      if (connection.open) connection.close();
      return Promise.resolve();
    },
  };
}
