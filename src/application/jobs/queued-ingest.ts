import { setTimeout as delay } from "node:timers/promises";
import { ERROR_CODES, FrontdeskError } from "../../core/index.ts";
import type { JobQueue, JobRecord } from "../../ports/jobs.ts";
import type { IngestEvent, KnowledgeBase } from "../../ports/knowledge-base.ts";
import { ingestJob, ingestResult } from "./knowledge-jobs.ts";

const LOOK_EVERY_MS = 250;

/** The error with which a job ended, as whoever waits for it would have got it. */
function failureOf(job: JobRecord): FrontdeskError {
  const [head = "", ...rest] = (job.reason ?? "").split(": ");
  const code = ERROR_CODES.find((one) => one === head);
  return code === undefined
    ? new FrontdeskError("internal", job.reason ?? `Job ${job.id} failed.`)
    : new FrontdeskError(code, rest.join(": "));
}

function* ending(job: JobRecord): Generator<IngestEvent> {
  if (job.state === "failed") throw failureOf(job);
  const { summary, troubles } = ingestResult.parse(job.result);
  for (const outcome of troubles) yield { type: "document", outcome, done: troubles.length };
  yield { type: "finished", summary };
}

/**
 * Ingests as a background job and follows it: whoever waits may go away or die, the job goes on. Documents without trouble
 * are not told one by one.
 */
export function createQueuedIngest(jobs: JobQueue): KnowledgeBase["ingest"] {
  return async function* ingest(request, { signal }) {
    const { id } = await jobs.enqueue(ingestJob(request));
    let found: number | null = null;
    for (;;) {
      const job = await jobs.read(id);
      if (job === null) throw new FrontdeskError("job_not_found", `Job ${id} was dropped.`);
      if (job.state === "done" || job.state === "failed") {
        yield* ending(job);
        return;
      }
      const of = job.progress?.of ?? null;
      if (found === null && of !== null) {
        found = of;
        yield { type: "found", documents: of };
      }
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  };
}
