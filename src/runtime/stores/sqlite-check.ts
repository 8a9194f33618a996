import { accessSync, constants } from "node:fs";
import Database from "libsql";
import { z } from "zod";
import type { FrontdeskError } from "../../core/index.ts";
import { translateOpenError, translateSqliteError } from "./sqlite-errors.ts";

const findings = z.array(z.object({ quick_check: z.string() }));
/** Whoever runs may be in the middle of a commit. */
const BUSY_TIMEOUT_MS = 2_000;

/**
 * Looks through a database file that exists, without changing what it holds; it may be in use.
 * @returns what is wrong with it (`database_corrupt`, `data_dir_unusable`, `store_unavailable`); null when it is sound
 */
export function checkSqliteFile(file: string): FrontdeskError | null {
  let database: Database.Database | null = null;
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec("PRAGMA query_only = ON");
  } catch (error) {
    database?.close();
    return translateOpenError(error, file);
  }
  try {
    const rows = findings.parse(database.prepare("PRAGMA quick_check(3)").all());
    const faults = rows.map((row) => row.quick_check).filter((fault) => fault !== "ok");
    if (faults.length === 0) return null;
    return translateSqliteError(
      Object.assign(new Error(faults.join("; ")), { code: "SQLITE_CORRUPT" }),
      file,
    );
  } catch (error) {
    return translateSqliteError(error, file);
  } finally {
    database.close();
  }
}
