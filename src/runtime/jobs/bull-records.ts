import type { Job, JobType } from "bullmq";
import { z } from "zod";
import type { JobKind, JobProgress, JobRecord, JobState } from "../../ports/jobs.ts";
import { jobIdOf } from "./job-ids.ts";
import { CRASHED } from "./job-rules.ts";

/** BullMQ's lists that make up a state of ours. */
export const LISTS = {
  waiting: ["wait", "delayed", "prioritized"],
  running: ["active"],
  done: ["completed"],
  failed: ["failed"],
} as const satisfies Record<JobState, readonly JobType[]>;

const progressSchema: z.ZodType<JobProgress> = z.object({
  done: z.number(),
  of: z.number().nullable(),
  note: z.string(),
});

/** The state of ours that a list of BullMQ belongs to; null for none (the job is gone). */
export function stateOf(list: string): JobState | null {
  switch (list) {
    case "waiting":
    case "delayed":
    case "prioritized":
    case "waiting-children":
      return "waiting";
    case "active":
      return "running";
    case "completed":
      return "done";
    case "failed":
      return "failed";
    default:
      return null;
  }
}

function reasonText(job: Job): string | null {
  const reason = job.failedReason ?? null;
  return reason?.startsWith("job stalled") === true ? CRASHED : reason;
}

/** A job of BullMQ as operators see it. */
export function recordOf(kind: JobKind, job: Job, state: JobState): JobRecord {
  const progress = progressSchema.safeParse(job.progress);
  const payload: unknown = job.data;
  const result: unknown = job.returnvalue;
  const begun = job.attemptsMade + job.stalledCounter + (state === "running" ? 1 : 0);
  return {
    id: jobIdOf(kind.kind, job.id ?? ""),
    kind: kind.kind,
    state,
    payload,
    attempts: Math.min(begun, kind.maxAttempts),
    maxAttempts: kind.maxAttempts,
    progress: progress.success && state === "running" ? progress.data : null,
    result: state === "done" ? (result ?? null) : null,
    reason: state === "done" ? null : reasonText(job),
    createdAt: job.timestamp,
    updatedAt: job.finishedOn ?? job.processedOn ?? job.timestamp,
  };
}
