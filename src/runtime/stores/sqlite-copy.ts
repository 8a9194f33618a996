import { existsSync, rmSync } from "node:fs";
import Database from "libsql";
import { translateOpenError, translateSqliteError } from "./sqlite-errors.ts";

const BUSY_TIMEOUT_MS = 30_000;

/**
 * Copies a database file as it stands at one moment, also while others write to it (SQLite's `VACUUM INTO`, one read
 * transaction). The copy is one file without a journal; one that is there already is replaced.
 * @throws FrontdeskError `database_corrupt`, `data_dir_unusable`, `disk_full`, `store_unavailable`
 */
export function copySqliteFile(from: string, to: string): void {
  let database: Database.Database;
  try {
    database = new Database(from, { timeout: BUSY_TIMEOUT_MS });
  } catch (error) {
    throw translateOpenError(error, from);
  }
  try {
    if (existsSync(to)) rmSync(to);
    database.prepare("VACUUM INTO ?").run([to]);
  } catch (error) {
    throw translateSqliteError(error, from);
  } finally {
    database.close();
  }
}
