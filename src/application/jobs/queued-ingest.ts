import type { JobQueue, JobRecord } from "../../ports/jobs.ts";
import type { IngestEvent, KnowledgeBase } from "../../ports/knowledge-base.ts";
import { failureOf, followJob } from "./job-ending.ts";
import { ingestJob, ingestResult } from "./knowledge-jobs.ts";

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
    const following = followJob(jobs, id, { signal });
    let hasFound = false;
    for (let next = await following.next(); ; next = await following.next()) {
      if (next.done === true) {
        yield* ending(next.value);
        return;
      }
      const of = next.value.progress?.of ?? null;
      if (hasFound || of === null) continue;
      hasFound = true;
      yield { type: "found", documents: of };
    }
  };
}
