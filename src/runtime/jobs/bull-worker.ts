import { setInterval } from "node:timers";
import { DelayedError, type Job, UnrecoverableError, Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { errorMessage } from "../../core/index.ts";
import type { JobHandler, JobKind, JobProgress } from "../../ports/jobs.ts";
import type { Logger } from "../../ports/logger.ts";
import { jobIdOf } from "./job-ids.ts";
import {
  DONE_KEPT_MS,
  dropped,
  FAILED_KEPT,
  isWorthRetrying,
  reasonOf,
  retryDelayMs,
  stopping,
} from "./job-rules.ts";

/** What the workers of all kinds share. */
export interface BullWorkerParts {
  readonly client: Redis | Cluster;
  readonly prefix: string;
  /** A job whose process shows no sign of life for so long is begun again elsewhere. */
  readonly lockMs: number;
  /** How long it waits for a job before it asks anew. */
  readonly waitMs: number;
  readonly logger: Logger;
}

/** Works on one kind until it is closed. */
export interface BullWorker {
  /** Stops what runs and puts it back; waits for Redis as long as it must. */
  close(): Promise<void>;
  /** Waits no longer. */
  disconnect(): void;
}

const PROGRESS_EVERY_MS = 500;
const LOOK_FOR_DROPS_MS = 1_000;
/** After trouble with the connection. */
const RETRY_MS = 1_000;

/** The key by which a running job is told that it was dropped. */
export function dropKey(prefix: string, id: string): string {
  return `${prefix}:drop:${id}`;
}

/** Writes progress at most twice a second; the newest wins. */
function throttled(job: Job): { report(progress: JobProgress): void; stop(): void } {
  let latest: JobProgress | null = null;
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    if (latest === null) return;
    // Lost progress is no loss: the job itself tells how it ended.
    job.updateProgress({ ...latest }).catch(() => {});
    latest = null;
    timer = setTimeout(write, PROGRESS_EVERY_MS);
  };
  return {
    report(progress) {
      latest = progress;
      if (timer === undefined) write();
    },
    stop: () => clearTimeout(timer),
  };
}

/** Begins to take jobs of this kind. */
export function startBullWorker(
  kind: JobKind,
  handler: JobHandler,
  parts: BullWorkerParts,
): BullWorker {
  const { client, prefix, lockMs, waitMs, logger } = parts;
  const running = new Set<AbortController>();
  let isClosing = false;

  const process = async (job: Job, token?: string): Promise<unknown> => {
    const id = jobIdOf(kind.kind, job.id ?? "");
    const controller = new AbortController();
    const { signal } = controller;
    // A job that was put back wakes the fetch that is still under way: it comes once more, to be put back again.
    if (isClosing) controller.abort(stopping());
    const progress = throttled(job);
    const look = async (): Promise<void> => {
      if ((await client.exists(dropKey(prefix, id))) > 0) controller.abort(dropped());
    };
    const looking = setInterval(() => void look().catch(() => {}), LOOK_FOR_DROPS_MS);
    running.add(controller);
    try {
      await look();
      signal.throwIfAborted();
      const attempt = job.attemptsMade + job.stalledCounter + 1;
      const { report } = progress;
      return await handler(job.data, { signal, id, attempt, report });
    } catch (error) {
      if (signal.aborted && isClosing) {
        await job.moveToWait(token);
        // BullMQ's way to be told that the job is somewhere else now.
        throw new DelayedError();
      }
      if (signal.aborted) throw new UnrecoverableError(errorMessage(signal.reason));
      const reason = reasonOf(error);
      logger.warn({ job: id, reason }, "a job failed");
      if (isWorthRetrying(error)) throw error;
      throw new UnrecoverableError(reason);
    } finally {
      clearInterval(looking);
      progress.stop();
      running.delete(controller);
    }
  };

  const worker = new Worker(kind.kind, process, {
    connection: client,
    prefix,
    concurrency: kind.concurrency,
    lockDuration: lockMs,
    drainDelay: waitMs / 1_000,
    runRetryDelay: RETRY_MS,
    stalledInterval: Math.ceil(lockMs / 2),
    maxStalledCount: kind.maxAttempts - 1,
    removeOnComplete: { age: DONE_KEPT_MS / 1000 },
    removeOnFail: { count: FAILED_KEPT },
    settings: {
      backoffStrategy: (attempts, _type, error) => retryDelayMs(kind, attempts, error ?? null),
    },
  });
  worker.on("error", (error) => logger.debug({ reason: errorMessage(error) }, "jobs wait"));
  worker.on("failed", (job) => {
    if (job?.id === undefined) return;
    const key = dropKey(prefix, jobIdOf(kind.kind, job.id));
    void forget(job, key).catch(() => {});
  });
  const forget = async (job: Job, key: string): Promise<void> => {
    if ((await client.exists(key)) === 0) return;
    await job.remove();
    await client.del(key);
  };

  return {
    async close() {
      isClosing = true;
      for (const controller of running) controller.abort(stopping());
      await worker.close();
    },
    disconnect() {
      void worker.disconnect().catch(() => {});
    },
  };
}
