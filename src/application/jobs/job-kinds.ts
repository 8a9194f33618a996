import type { JobKind } from "../../ports/jobs.ts";

/** What is done in the background, and within which limits. */
export const JOB_KINDS = [
  // One ingest at a time: the knowledge base takes one anyway, and the others would only wait inside it.
  { kind: "knowledge.ingest", concurrency: 1, maxAttempts: 5, backoffMs: 5_000 },
  // One at a time, so that what was put last stays.
  { kind: "knowledge.shelf", concurrency: 1, maxAttempts: 8, backoffMs: 2_000 },
  { kind: "knowledge.rebuild", concurrency: 1, maxAttempts: 3, backoffMs: 5_000 },
  { kind: "conversations.export", concurrency: 1, maxAttempts: 3, backoffMs: 5_000 },
  // Ten attempts reach over about 45 minutes.
  { kind: "webhook.deliver", concurrency: 4, maxAttempts: 10, backoffMs: 5_000 },
] as const satisfies readonly JobKind[];
