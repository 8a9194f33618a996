import type { JobRequest } from "../../ports/jobs.ts";
import { exportJob, exportPayload } from "./export-job.ts";
import { ingestJob, ingestPayload, REBUILD_JOB } from "./knowledge-jobs.ts";
import { shelfJob, shelfPayload } from "./shelf-jobs.ts";
import { webhookJob, webhookPayload } from "./webhook-jobs.ts";

/** The request that makes a job of this kind and payload again, in another queue; null for one that is not known. */
export function requestOfJob(kind: string, payload: unknown): JobRequest | null {
  if (kind === REBUILD_JOB.kind) return REBUILD_JOB;
  if (kind === "knowledge.ingest") {
    const parsed = ingestPayload.safeParse(payload);
    return parsed.success ? ingestJob(parsed.data) : null;
  }
  if (kind === "conversations.export") {
    const parsed = exportPayload.safeParse(payload);
    return parsed.success ? exportJob(parsed.data) : null;
  }
  if (kind === "knowledge.shelf") {
    const parsed = shelfPayload.safeParse(payload);
    return parsed.success ? shelfJob(parsed.data) : null;
  }
  const parsed = kind === "webhook.deliver" ? webhookPayload.safeParse(payload) : null;
  return parsed?.success === true ? webhookJob(parsed.data) : null;
}
