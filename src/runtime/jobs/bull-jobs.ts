import { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { errorMessage, FrontdeskError } from "../../core/index.ts";
import type { JobKind, JobRecord, JobRequest, JobState, JobWorker } from "../../ports/jobs.ts";
import { JOB_STATES } from "../../ports/jobs.ts";
import type { Logger } from "../../ports/logger.ts";
import { orAborted } from "../backoff.ts";
import { parseRedisUrl } from "../stores/redis-address.ts";
import { storeError } from "../stores/redis-errors.ts";
import { openJobsClient } from "./bull-connection.ts";
import { LISTS, recordOf, stateOf } from "./bull-records.ts";
import { type BullWorker, dropKey, startBullWorker } from "./bull-worker.ts";
import { localJobId, partsOfJobId } from "./job-ids.ts";
import { kindNamed } from "./job-rules.ts";

/** Options of {@link createRedisJobs}. */
export interface RedisJobsOptions {
  /** As `REDIS_URL`. */
  readonly url: string;
  /** Begins every key, as that of the conversation store. */
  readonly keyPrefix: string;
  readonly kinds: readonly JobKind[];
  readonly logger: Logger;
  /** A job whose process shows no sign of life for so long is begun again elsewhere. Default 15,000. */
  readonly lockMs?: number;
  /** A server that owes an answer for so long counts as gone. Default 5,000. */
  readonly timeoutMs?: number;
  /** How long a process waits for a job before it asks anew, which is an answer that Redis may owe. Default 10,000. */
  readonly waitMs?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** As long as BullMQ waits at most when a job is to be begun later. */
const DEFAULT_WAIT_MS = 10_000;
const DEFAULT_LOCK_MS = 15_000;
/** The start does not wait longer for a Redis that is away. */
const BEGIN_MS = 1_500;
/** At the end nobody waits longer for a Redis that is away. */
const PUT_BACK_MS = 3_000;
const DROP_KEPT_SECONDS = 24 * 3_600;

/** Failing instead of waiting: BullMQ's own calls have no deadline. */
function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer in time")), timeoutMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** One queue of BullMQ for each kind, over one connection. */
class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #client: Redis | Cluster;
  readonly #prefix: string;
  readonly #logger: Logger;

  constructor(client: Redis | Cluster, prefix: string, logger: Logger) {
    this.#client = client;
    this.#prefix = prefix;
    this.#logger = logger;
  }

  of(kind: JobKind): Queue {
    const known = this.#queues.get(kind.kind);
    if (known !== undefined) return known;
    const queue = new Queue(kind.kind, { connection: this.#client, prefix: this.#prefix });
    queue.on("error", (error) => this.#logger.debug({ reason: error.message }, "jobs wait"));
    this.#queues.set(kind.kind, queue);
    return queue;
  }

  async close(): Promise<void> {
    for (const queue of this.#queues.values()) await queue.close().catch(() => {});
  }
}

/**
 * Background jobs shared by all processes on one Redis, on BullMQ. A job whose process died is begun again by another one.
 * @throws FrontdeskError `config_invalid`
 */
export function createRedisJobs(options: RedisJobsOptions): JobWorker {
  const { kinds, logger, timeoutMs = DEFAULT_TIMEOUT_MS, waitMs = DEFAULT_WAIT_MS } = options;
  const address = parseRedisUrl(options.url);
  // BullMQ makes several keys in one script: in a Cluster they must lie in one slot.
  const prefix = `{${options.keyPrefix}}:jobs`;
  const client = openJobsClient(address, timeoutMs);
  client.on("error", (error: Error) => logger.debug({ reason: error.message }, "jobs wait"));
  const queues = new Queues(client, prefix, logger);
  const workers: BullWorker[] = [];
  let workClient: Redis | Cluster | null = null;
  const closed = new AbortController();
  let closing: Promise<void> | null = null;

  const ask = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (closing !== null) {
      throw new FrontdeskError("store_unavailable", "The job queue was closed.");
    }
    try {
      return await within(work(), timeoutMs);
    } catch (error) {
      throw storeError(error, what);
    }
  };

  const read = async (id: string): Promise<JobRecord | null> => {
    const { kind: name, local } = partsOfJobId(id);
    const kind = kinds.find((one) => one.kind === name);
    if (kind === undefined) return null;
    const queue = queues.of(kind);
    // The state first: a job that ends in between is then shown with its result, a moment too early.
    const state = stateOf(await queue.getJobState(local));
    const job = await queue.getJob(local);
    if (job === undefined || state === null) return null;
    const hasEnded = state === "running" && job.finishedOn !== undefined;
    return hasEnded ? read(id) : recordOf(kind, job, state);
  };

  const enqueue = async ({ kind: name, payload, id, topic }: JobRequest): Promise<JobRecord> => {
    const kind = kindNamed(kinds, name);
    const job = await queues.of(kind).add(name, payload ?? null, {
      // A name of our own also when none was asked for: a command that is sent twice adds one job.
      jobId: localJobId(id),
      attempts: kind.maxAttempts,
      backoff: { type: "frontdesk" },
      ...(topic === null ? {} : { deduplication: { id: topic } }),
    });
    const record = await read(`${name}/${job.id ?? ""}`);
    return record ?? recordOf(kind, job, "waiting");
  };

  const listOf = async (
    kind: JobKind,
    state: JobState,
    limit: number,
  ): Promise<readonly JobRecord[]> => {
    const jobs = await queues.of(kind).getJobs([...LISTS[state]], 0, limit - 1);
    return jobs.map((job) => recordOf(kind, job, state));
  };

  const resolve = async (id: string, act: "retry" | "drop"): Promise<boolean> => {
    const { kind: name, local } = partsOfJobId(id);
    const kind = kinds.find((one) => one.kind === name);
    const queue = kind === undefined ? null : queues.of(kind);
    const job = await queue?.getJob(local);
    if (queue === null || job === undefined) return false;
    if (act === "retry") {
      if (!(await job.isFailed())) return false;
      // BullMQ starts the count of failures anew, but not that of crashes.
      await client.hdel(queue.toKey(local), "stc");
      await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
      return true;
    }
    const isRemoved = await job.remove().then(
      () => true,
      async () => !(await job.isActive()),
    );
    // Somebody works on it: he looks for this key.
    if (!isRemoved) await client.set(dropKey(prefix, id), "1", "EX", DROP_KEPT_SECONDS);
    return true;
  };

  const counts = async (): Promise<Record<JobState, number>> => {
    const sum = { waiting: 0, running: 0, done: 0, failed: 0 };
    for (const kind of kinds) {
      // Asked for by name: by itself BullMQ calls the list of those that wait otherwise.
      const lists = await queues.of(kind).getJobCounts(...JOB_STATES.flatMap((one) => LISTS[one]));
      for (const state of JOB_STATES) {
        for (const list of LISTS[state]) sum[state] += lists[list] ?? 0;
      }
    }
    return sum;
  };

  const close = async (): Promise<void> => {
    const orderly = Promise.all(workers.map((worker) => worker.close())).then(() => queues.close());
    try {
      // What is not put back in time, since Redis is away, another process begins again when its lock has run out.
      await within(orderly, Math.min(timeoutMs, PUT_BACK_MS));
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, "jobs were not put back before the end");
    }
    for (const worker of workers) worker.disconnect();
    workClient?.disconnect();
    client.disconnect();
  };

  return {
    enqueue: (request) => ask(`enqueue a ${request.kind} job`, () => enqueue(request)),
    read: (id) => ask(`read the job ${id}`, () => read(id)),
    list: ({ states, limit }) =>
      ask("list jobs", async () => {
        const lists = kinds.flatMap((kind) => states.map((state) => listOf(kind, state, limit)));
        const found = (await Promise.all(lists)).flat();
        return found.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit);
      }),
    resolve: (id, act) => ask(`${act} the job ${id}`, () => resolve(id, act)),
    counts: () => ask("count jobs", counts),
    async work(handlers) {
      const shared = openJobsClient(address, waitMs + timeoutMs);
      workClient = shared;
      shared.on("error", () => {});
      for (const kind of kinds) {
        const handler = Object.hasOwn(handlers, kind.kind) ? handlers[kind.kind] : undefined;
        if (handler === undefined) continue;
        const lockMs = options.lockMs ?? DEFAULT_LOCK_MS;
        const worker = startBullWorker(kind, handler, {
          client: shared,
          prefix,
          lockMs,
          waitMs,
          logger,
        });
        workers.push(worker);
      }
      // Of a Redis that is away at the start this waits in the background and is done when it comes.
      const limits = kinds.map(async (kind) => {
        const queue = queues.of(kind);
        const limit = (): Promise<unknown> => queue.setGlobalConcurrency(kind.concurrency);
        await within(limit(), Math.min(timeoutMs, BEGIN_MS)).catch(() =>
          client.once("ready", () => void limit().catch(() => {})),
        );
      });
      await orAborted(Promise.all(limits), closed.signal).catch(() => {});
    },
    close() {
      closed.abort();
      closing ??= close();
      return closing;
    },
  };
}
