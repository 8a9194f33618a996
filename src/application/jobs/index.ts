export { createExportJob, exportJob } from "./export-job.ts";
export { JOB_KINDS } from "./job-kinds.ts";
export { requestOfJob } from "./job-requests.ts";
export { createKnowledgeJobs, ingestJob, REBUILD_JOB } from "./knowledge-jobs.ts";
export { watchLetters } from "./letter-watch.ts";
export { createQueuedIngest } from "./queued-ingest.ts";
export { createQueuedShelf, createShelfJob } from "./shelf-jobs.ts";
export { keepSchedule } from "./source-schedule.ts";
export { watchSources } from "./source-watch.ts";
export {
  createNotify,
  createNotifyingDesk,
  createWebhookJob,
  type Notify,
} from "./webhook-jobs.ts";
