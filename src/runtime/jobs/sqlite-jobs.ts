import { FrontdeskError } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { JobHandler, JobKind, JobProgress, JobRecord, JobWorker } from "../../ports/jobs.ts";
import type { Logger } from "../../ports/logger.ts";
import { translateSqliteError } from "../stores/sqlite-errors.ts";
import {
  dropped,
  isWorthRetrying,
  kindNamed,
  reasonOf,
  retryDelayMs,
  stopping,
} from "./job-rules.ts";
import { openJobTable, type StoredJob } from "./sqlite-job-table.ts";

/** Options of {@link createSqliteJobs}. */
export interface SqliteJobsOptions {
  /** Path of the database file; its folder must exist, and this process be the only one that works on it. */
  readonly file: string;
  readonly kinds: readonly JobKind[];
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Running {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

const LONGEST_SLEEP_MS = 60_000;

/**
 * Background jobs of one process, kept in a SQLite file. A job that ran when the process was killed is begun again at the
 * next start.
 * @throws FrontdeskError `data_dir_unusable`, `database_corrupt`, `disk_full`
 */
export function createSqliteJobs(options: SqliteJobsOptions): JobWorker {
  const { file, kinds, clock, logger } = options;
  const table = openJobTable(file);
  const running = new Map<string, Running>();
  const progress = new Map<string, JobProgress>();
  let handlers: Readonly<Record<string, JobHandler>> = {};
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  const ask = async <T>(work: () => T): Promise<T> => {
    if (isClosed) throw new FrontdeskError("store_unavailable", "The job queue was closed.");
    try {
      return work();
    } catch (error) {
      throw translateSqliteError(error, file);
    }
  };
  const shown = (job: StoredJob): JobRecord => ({ ...job, progress: progress.get(job.id) ?? null });

  const settle = (kind: JobKind, job: StoredJob, signal: AbortSignal, error: unknown): void => {
    const now = clock.now();
    const reason = reasonOf(error);
    if (signal.aborted) {
      table.putBack(job.id, now);
    } else if (isWorthRetrying(error) && job.attempts < job.maxAttempts) {
      logger.warn({ job: job.id, reason }, "a job failed and is tried again");
      table.again(job.id, reason, now + retryDelayMs(kind, job.attempts, error), now);
    } else {
      logger.error({ job: job.id, reason }, "a job failed");
      table.fail(job.id, reason, now);
    }
  };

  const run = (kind: JobKind, handler: JobHandler, job: StoredJob): void => {
    const controller = new AbortController();
    const { signal } = controller;
    const work = async (): Promise<void> => {
      try {
        const result = await handler(job.payload, {
          signal,
          id: job.id,
          attempt: job.attempts,
          report: (state) => void progress.set(job.id, state),
        });
        table.finish(job.id, result, clock.now());
      } catch (error) {
        settle(kind, job, signal, error);
      } finally {
        running.delete(job.id);
        progress.delete(job.id);
      }
    };
    const done = work().catch((error: unknown) => {
      logger.error({ job: job.id, err: error }, "the state of a job could not be written");
    });
    running.set(job.id, { controller, done });
    void done.then(pump);
  };

  const free = (kind: JobKind): boolean => {
    const active = [...running.keys()].filter((id) => id.startsWith(`${kind.kind}/`));
    return active.length < kind.concurrency;
  };

  function pump(): void {
    if (isClosed) return;
    clearTimeout(timer);
    let sleepMs = LONGEST_SLEEP_MS;
    try {
      for (const kind of kinds) {
        const handler = Object.hasOwn(handlers, kind.kind) ? handlers[kind.kind] : undefined;
        if (handler === undefined) continue;
        while (free(kind)) {
          const job = table.take(kind.kind, clock.now());
          if (job === null) break;
          run(kind, handler, job);
        }
        const due = free(kind) ? table.nextDue(kind.kind) : null;
        if (due !== null) sleepMs = Math.min(sleepMs, Math.max(due - clock.now(), 10));
      }
    } catch (error) {
      logger.error({ err: error }, "jobs cannot be taken; trying again");
      sleepMs = 1_000;
    }
    timer = setTimeout(pump, sleepMs);
  }

  return {
    enqueue: (request) =>
      ask(() => {
        const { maxAttempts } = kindNamed(kinds, request.kind);
        const job = table.add(request, maxAttempts, clock.now());
        pump();
        return shown(job);
      }),
    read: (id) =>
      ask(() => {
        const job = table.read(id);
        return job === null ? null : shown(job);
      }),
    list: ({ states, limit }) => ask(() => table.list(states, limit).map(shown)),
    counts: () => ask(() => table.counts()),
    resolve: (id, act) =>
      ask(() => {
        const isDone = act === "retry" ? table.retry(id, clock.now()) : table.drop(id);
        if (isDone && act === "drop") running.get(id)?.controller.abort(dropped());
        if (isDone) pump();
        return isDone;
      }),
    work: (wanted) =>
      ask(() => {
        handlers = wanted;
        table.recover(({ kind: name, attempts }) => {
          const kind = kinds.find((one) => one.kind === name);
          return kind === undefined ? 0 : retryDelayMs(kind, attempts, null);
        }, clock.now());
        pump();
      }),
    async close() {
      if (isClosed) return;
      isClosed = true;
      clearTimeout(timer);
      const active = [...running.values()];
      for (const { controller } of active) controller.abort(stopping());
      await Promise.all(active.map(({ done }) => done));
      table.close();
    },
  };
}
