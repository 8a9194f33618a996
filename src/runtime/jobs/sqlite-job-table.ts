import { z } from "zod";
import { JOB_STATES, type JobRecord, type JobRequest, type JobState } from "../../ports/jobs.ts";
import { openSqliteFile } from "../stores/sqlite-database.ts";
import { jobIdOf, localJobId } from "./job-ids.ts";
import { CRASHED, DONE_KEPT_MS, FAILED_KEPT } from "./job-rules.ts";

const LAYOUT = 1;
const TABLES = `
CREATE TABLE IF NOT EXISTS job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  topic TEXT,
  state TEXT NOT NULL,
  payload TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  result TEXT,
  reason TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS job_due ON job (kind, not_before) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS job_state ON job (state, seq);
PRAGMA user_version = ${LAYOUT};
`;

const json = z.string().transform((text): unknown => JSON.parse(text));
const row = z
  .object({
    id: z.string(),
    kind: z.string(),
    state: z.enum(JOB_STATES),
    payload: json,
    attempts: z.int(),
    max_attempts: z.int(),
    result: json.nullable(),
    reason: z.string().nullable(),
    created_at: z.int(),
    updated_at: z.int(),
  })
  .transform(
    ({ max_attempts: maxAttempts, created_at: createdAt, updated_at: updatedAt, ...rest }) => ({
      ...rest,
      maxAttempts,
      createdAt,
      updatedAt,
    }),
  );
const COLUMNS =
  "id, kind, state, payload, attempts, max_attempts, result, reason, created_at, updated_at";
const count = z.object({ state: z.enum(JOB_STATES), n: z.int() });
const due = z.object({ at: z.int().nullable() });

/** A job as the table keeps it; how far it is is kept in memory. */
export type StoredJob = Omit<JobRecord, "progress">;

/** The jobs of one data directory. All calls are synchronous and throw libsql's errors. */
export interface SqliteJobTable {
  add(request: JobRequest, maxAttempts: number, now: number): StoredJob;
  read(id: string): StoredJob | null;
  list(states: readonly JobState[], limit: number): readonly StoredJob[];
  counts(): Record<JobState, number>;
  /** Begins the next attempt of the oldest job that is due; null when there is none. */
  take(kind: string, now: number): StoredJob | null;
  /** When the next job of this kind is due; null when none waits. */
  nextDue(kind: string): number | null;
  finish(id: string, result: unknown, now: number): void;
  fail(id: string, reason: string, now: number): void;
  again(id: string, reason: string, notBefore: number, now: number): void;
  /** The attempt was broken off by ourselves and does not count. */
  putBack(id: string, now: number): void;
  retry(id: string, now: number): boolean;
  drop(id: string): boolean;
  /** Jobs that ran when the process ended: their attempt counts. */
  recover(delayOf: (job: StoredJob) => number, now: number): void;
  close(): void;
}

/** Opens the table. @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full` */
export function openJobTable(file: string): SqliteJobTable {
  const database = openSqliteFile({ file, layout: LAYOUT, tables: TABLES });
  database.exec("PRAGMA synchronous = FULL");
  const insert = database.statement(
    "INSERT INTO job (id, kind, topic, state, payload, max_attempts, not_before, created_at, updated_at) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?)",
  );
  const byId = database.query(`SELECT ${COLUMNS} FROM job WHERE id = ?`, row);
  const byTopic = database.query(
    `SELECT ${COLUMNS} FROM job WHERE kind = ? AND topic = ? AND state IN ('waiting', 'running')`,
    row,
  );
  const newest = database.query(
    `SELECT ${COLUMNS} FROM job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY seq DESC LIMIT ?`,
    row,
  );
  const byState = database.query("SELECT state, COUNT(*) AS n FROM job GROUP BY state", count);
  const running = database.query(`SELECT ${COLUMNS} FROM job WHERE state = 'running'`, row);
  const dueNow = database.query(
    `SELECT ${COLUMNS} FROM job WHERE kind = ? AND state = 'waiting' AND not_before <= ? ORDER BY not_before, seq LIMIT 1`,
    row,
  );
  const earliest = database.query(
    "SELECT MIN(not_before) AS at FROM job WHERE kind = ? AND state = 'waiting'",
    due,
  );
  const begin = database.statement(
    "UPDATE job SET state = 'running', attempts = attempts + 1, updated_at = ? WHERE id = ?",
  );
  const settle = database.statement(
    "UPDATE job SET state = ?, result = ?, reason = ?, updated_at = ? WHERE id = ? AND state = 'running'",
  );
  const wait = database.statement(
    "UPDATE job SET state = 'waiting', attempts = attempts + ?, reason = COALESCE(?, reason), not_before = ?, updated_at = ? WHERE id = ? AND state = 'running'",
  );
  const revive = database.statement(
    "UPDATE job SET state = 'waiting', attempts = 0, not_before = ?, updated_at = ? WHERE id = ? AND state = 'failed'",
  );
  const remove = database.statement("DELETE FROM job WHERE id = ?");
  const forgetDone = database.statement("DELETE FROM job WHERE state = 'done' AND updated_at < ?");
  const forgetFailed = database.statement(
    `DELETE FROM job WHERE state = 'failed' AND seq <= (SELECT seq FROM job WHERE state = 'failed' ORDER BY seq DESC LIMIT 1 OFFSET ${FAILED_KEPT})`,
  );

  const table: SqliteJobTable = {
    add({ kind, payload, id, topic }, maxAttempts, now) {
      const name = jobIdOf(kind, localJobId(id));
      const known = byId.get(name) ?? (topic === null ? null : byTopic.get(kind, topic));
      if (known !== null) return known;
      insert(name, kind, topic, JSON.stringify(payload ?? null), maxAttempts, now, now, now);
      const made = byId.get(name);
      if (made === null) throw new Error(`job ${name} vanished`);
      return made;
    },
    read: (id) => byId.get(id),
    list: (states, limit) => newest.all(JSON.stringify(states), limit),
    counts() {
      const counts = { waiting: 0, running: 0, done: 0, failed: 0 };
      for (const { state, n } of byState.all()) counts[state] = n;
      return counts;
    },
    take(kind, now) {
      const next = dueNow.get(kind, now);
      if (next === null) return null;
      begin(now, next.id);
      return { ...next, state: "running", attempts: next.attempts + 1, updatedAt: now };
    },
    nextDue: (kind) => earliest.get(kind)?.at ?? null,
    finish(id, result, now) {
      settle("done", JSON.stringify(result ?? null), null, now, id);
      forgetDone(now - DONE_KEPT_MS);
    },
    fail(id, reason, now) {
      settle("failed", null, reason, now, id);
      forgetFailed();
    },
    again: (id, reason, notBefore, now) => void wait(0, reason, notBefore, now, id),
    putBack: (id, now) => void wait(-1, null, now, now, id),
    retry: (id, now) => revive(now, now, id) > 0,
    drop: (id) => remove(id) > 0,
    recover(delayOf, now) {
      for (const job of running.all()) {
        if (job.attempts >= job.maxAttempts) table.fail(job.id, CRASHED, now);
        else table.again(job.id, CRASHED, now + delayOf(job), now);
      }
    },
    close: () => database.close(),
  };
  return table;
}
