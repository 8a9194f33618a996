import { setTimeout as delay } from "node:timers/promises";
import { ERROR_CODES, FrontdeskError } from "../../core/index.ts";
import type { JobQueue, JobRecord } from "../../ports/jobs.ts";

const LOOK_EVERY_MS = 250;

/** The error with which a job ended, as whoever waits for it would have got it. */
export function failureOf(job: JobRecord): FrontdeskError {
  const [head = "", ...rest] = (job.reason ?? "").split(": ");
  const code = ERROR_CODES.find((one) => one === head);
  return code === undefined
    ? new FrontdeskError("internal", job.reason ?? `Job ${job.id} failed.`)
    : new FrontdeskError(code, rest.join(": "));
}

/**
 * Looks at a job until it has ended, well or not; tells how it is each time.
 * @throws FrontdeskError `job_not_found` when it was dropped
 */
export async function* followJob(
  jobs: Pick<JobQueue, "read">,
  id: string,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<JobRecord, JobRecord> {
  for (;;) {
    const job = await jobs.read(id);
    if (job === null) throw new FrontdeskError("job_not_found", `Job ${id} was dropped.`);
    if (job.state === "done" || job.state === "failed") return job;
    yield job;
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
