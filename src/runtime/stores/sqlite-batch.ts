import { FrontdeskError } from "../../core/index.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";
import { translateSqliteError } from "./sqlite-errors.ts";

/**
 * How much a write must survive. `durable`: a power cut, once its promise has resolved. `ordered`: a dead process; after a
 * power cut it may be undone, but never without everything that was written after it.
 */
type Durability = "durable" | "ordered";

/** Writes of many callers in few transactions. */
export interface WriteBatch {
  /**
   * Runs synchronous work inside a write transaction shared with all other calls of the moment (one fsync for all), in the
   * order of the calls.
   * @throws FrontdeskError as {@link translateSqliteError} says; then nothing of this work was kept
   */
  write<T>(durability: Durability, work: () => T): Promise<T>;
  /** Writes what is waiting; later calls are refused. */
  close(): void;
}

interface Waiting {
  readonly durability: Durability;
  readonly work: () => void;
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/** At most so many calls share one transaction, so that the event loop is not held for long. */
const MAX_BATCH = 256;

/** Makes the group commit of one database. `sync` says what `durable` costs: `full` an fsync, `normal` none. */
export function createWriteBatch(
  database: SqliteDatabase,
  sync: "full" | "normal",
  onCommit: (durationMs: number) => void,
): WriteBatch {
  let queue: Waiting[] = [];
  let isScheduled = false;
  let isClosed = false;
  let level: Durability | null = null;

  const setLevel = (next: Durability): void => {
    if (level === next) return;
    database.exec(`PRAGMA synchronous = ${next === "durable" ? sync : "normal"}`);
    level = next;
  };

  const transact = (batch: readonly Waiting[]): void => {
    const isDurable = batch.some(({ durability }) => durability === "durable");
    setLevel(isDurable ? "durable" : "ordered");
    database.exec("BEGIN IMMEDIATE");
    try {
      for (const { work } of batch) work();
      const startedAt = performance.now();
      database.exec("COMMIT");
      if (isDurable) onCommit(performance.now() - startedAt);
    } catch (error) {
      // SQLite has rolled back by itself when the disk is full.
      if (database.isInTransaction()) database.exec("ROLLBACK");
      throw error;
    }
  };

  const run = (batch: readonly Waiting[]): void => {
    try {
      transact(batch);
    } catch (error) {
      const translated = translateSqliteError(error, database.file);
      // One bad call must not take its neighbours with it: each has a transaction of its own then.
      if (batch.length > 1 && translated.code === "internal") {
        for (const one of batch) run([one]);
        return;
      }
      for (const { reject } of batch) reject(translated);
      return;
    }
    for (const { settle } of batch) settle();
  };

  const flush = (): void => {
    isScheduled = false;
    const batch = queue.slice(0, MAX_BATCH);
    queue = queue.slice(MAX_BATCH);
    if (queue.length > 0) schedule();
    if (batch.length > 0) run(batch);
  };

  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(flush);
  };

  return {
    write: (durability, work) =>
      new Promise((resolve, reject) => {
        if (isClosed) {
          reject(closedError(database.file));
          return;
        }
        let settle = (): void => {};
        const wrapped = (): void => {
          const value = work();
          settle = () => resolve(value);
        };
        queue.push({ durability, work: wrapped, settle: () => settle(), reject });
        schedule();
      }),
    close: () => {
      isClosed = true;
      while (queue.length > 0) flush();
    },
  };
}

function closedError(file: string): FrontdeskError {
  return new FrontdeskError("store_unavailable", `the database ${file} is closed`);
}
