/** How far a job has come. */
export interface JobProgress {
  readonly done: number;
  /** Null when it is not known how much there is. */
  readonly of: number | null;
  /** For people: what is being done. */
  readonly note: string;
}

/** Work that nobody waits for at once and that must not be lost. */
export interface JobRequest {
  /** Names the handler and the limits that apply. */
  readonly kind: string;
  /** JSON. Read by the handler alone, which checks it. */
  readonly payload: unknown;
  /** The same id makes one job as long as it is kept, also when it is done (a day). Null: every request is a new job. */
  readonly id: string | null;
  /** Of one topic only one job waits or runs; who asks meanwhile gets that one. Null: as many as are asked for. */
  readonly topic: string | null;
}

/** `waiting` includes what waits for its next attempt. Done jobs are forgotten after a day, failed ones stay. */
export const JOB_STATES = ["waiting", "running", "done", "failed"] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A job as operators see it. */
export interface JobRecord {
  readonly id: string;
  readonly kind: string;
  readonly state: JobState;
  readonly payload: unknown;
  /** Attempts that were begun. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly progress: JobProgress | null;
  /** What the handler gave back; null until it is done. */
  readonly result: unknown;
  /** Why the last attempt failed. */
  readonly reason: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Limits of one kind of job. */
export interface JobKind {
  readonly kind: string;
  /** So many at the same time, over all processes. */
  readonly concurrency: number;
  /** After so many attempts it counts as failed; an attempt that took its process down counts too. */
  readonly maxAttempts: number;
  /** Wait before the second attempt, in milliseconds; doubles with each, up to an hour. */
  readonly backoffMs: number;
}

/** Asking for jobs and looking after them. Errors: `store_unavailable` (retryable), `disk_full`. */
export interface JobQueue {
  /** Resolves when the job is durable. @throws FrontdeskError `usage` for a kind that does not exist */
  enqueue(request: JobRequest): Promise<JobRecord>;
  /** Null when there is none, or none any more. */
  read(id: string): Promise<JobRecord | null>;
  /** The newest first. */
  list(query: {
    readonly states: readonly JobState[];
    readonly limit: number;
  }): Promise<readonly JobRecord[]>;
  /**
   * `retry` gives a failed job all its attempts again; `drop` forgets a job in whatever state, and stops it when it runs.
   * False when there is no such job, or none that failed.
   */
  resolve(id: string, act: "retry" | "drop"): Promise<boolean>;
  counts(): Promise<Readonly<Record<JobState, number>>>;
}

/** What a handler is given besides its payload. */
export interface JobContext {
  /** Aborted when the job is dropped or this process ends; in the latter case it is begun again, here or elsewhere. */
  readonly signal: AbortSignal;
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  /** Tells how far it is; may be called as often as one likes. */
  report(progress: JobProgress): void;
}

/**
 * Does one job; may be called again after it had half of its effect. What it resolves with (JSON) is kept as the job's
 * result. A FrontdeskError that is not retryable fails the job at once; anything else thrown is tried again.
 */
export type JobHandler = (payload: unknown, context: JobContext) => Promise<unknown>;

/** A queue that this process also works on. */
export interface JobWorker extends JobQueue {
  /** Begins to take jobs of these kinds; those of others are left to other processes. */
  work(handlers: Readonly<Record<string, JobHandler>>): Promise<void>;
  /** Takes no more, stops what runs (it is begun again later) and closes. */
  close(): Promise<void>;
}
