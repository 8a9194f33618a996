import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Clock } from "../../ports/clock.ts";
import { openSqliteFile } from "../stores/sqlite-database.ts";

/** The files that Redis takes the place of. */
const MOVED_FILES = ["conversations.db", "messages.db", "desk.db", "memory.db", "jobs.db"] as const;

/** What lies in SQLite files that nobody looks at while Redis is used. */
export interface LeftInFiles {
  readonly conversations: number;
  /** Of them, those in which somebody waits for a word or a timer runs. */
  readonly unfinished: number;
  readonly openCases: number;
}

const count = z.object({ n: z.int() });

function countIn(file: string, layout: number, sql: string, ...values: number[]): number {
  if (!existsSync(file)) return 0;
  const database = openSqliteFile({ file, layout, tables: "" });
  try {
    return database.query(sql, count).get(...values)?.n ?? 0;
  } finally {
    database.close();
  }
}

/**
 * Counts what the SQLite files of a data directory hold of conversations; null when there is nothing.
 * @throws FrontdeskError those of the stores
 */
export function countLeftInFiles(folder: string, clock: Clock): LeftInFiles | null {
  const file = join(folder, "conversations.db");
  const alive = "FROM instance WHERE kind = 'dialogue' AND (expires_at IS NULL OR expires_at > ?1)";
  const conversations = countIn(file, 1, `SELECT count(*) AS n ${alive}`, clock.now());
  const unfinished = countIn(
    file,
    1,
    `SELECT count(*) AS n ${alive} AND (wake_at IS NOT NULL OR owner IS NOT NULL OR dead_letters > 0)`,
    clock.now(),
  );
  const openCases = countIn(
    join(folder, "desk.db"),
    0,
    "SELECT count(*) AS n FROM cases WHERE state NOT IN ('resolved', 'closed')",
  );
  return conversations + openCases === 0 ? null : { conversations, unfinished, openCases };
}

/**
 * Puts the files away after a move, so that nobody goes on with them by mistake.
 * @returns the folder they lie in now
 */
export function putAway(folder: string, clock: Clock): string {
  const stamp = new Date(clock.now()).toISOString().slice(0, 19).replaceAll(/[:T]/gu, "-");
  const away = join(folder, `moved-to-redis-${stamp}`);
  mkdirSync(away, { recursive: true, mode: 0o700 });
  // Last the conversations: as long as they are here, a move that was broken off is known to be unfinished.
  for (const name of [...MOVED_FILES].toReversed()) {
    for (const ending of ["", "-wal", "-shm"]) {
      const file = join(folder, `${name}${ending}`);
      if (existsSync(file)) renameSync(file, join(away, `${name}${ending}`));
    }
  }
  return away;
}
