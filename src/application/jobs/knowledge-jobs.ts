import { createHash } from "node:crypto";
import { z } from "zod";
import { ERROR_CODES, LANGUAGES, parseVisibility } from "../../core/index.ts";
import type { JobContext, JobHandler, JobRequest } from "../../ports/jobs.ts";
import {
  CLEANINGS,
  type IngestEvent,
  type IngestRequest,
  type KnowledgeBase,
  REDACTIONS,
} from "../../ports/knowledge-base.ts";

/** A visibility as written by a person. */
export const visibility = z.string().transform((text, context) => {
  const parsed = parseVisibility(text);
  if (parsed !== null) return parsed;
  context.addIssue("must be public, internal, group:NAME or user:ID");
  return z.NEVER;
});

/** What an ingest is asked for with. */
export const ingestPayload = z.object({
  sources: z.array(z.string().min(1)).min(1),
  collection: z.string().min(1),
  visibility,
  settings: z
    .object({
      everyMinutes: z.int().positive().nullable().exactOptional(),
      language: z.enum(LANGUAGES).nullable().exactOptional(),
      owner: z.string().nullable().exactOptional(),
      depth: z.int().min(0).exactOptional(),
      maxPages: z.int().positive().exactOptional(),
      clean: z.array(z.enum(CLEANINGS)).nullable().exactOptional(),
      redact: z.array(z.enum(REDACTIONS)).nullable().exactOptional(),
      watch: z.boolean().nullable().exactOptional(),
      git: z.boolean().exactOptional(),
    })
    .exactOptional(),
});

const count = z.number();
const trouble = z.object({
  status: z.enum(["skipped", "failed"]),
  source: z.string(),
  code: z.enum(ERROR_CODES),
  reason: z.string(),
});

/** What an ingest or rebuild leaves behind: the sum, and the first documents that made trouble. */
export const ingestResult = z.object({
  summary: z.object({
    added: count,
    updated: count,
    unchanged: count,
    removed: count,
    skipped: count,
    failed: count,
    chunks: count,
    durationMs: count,
  }),
  troubles: z.array(trouble),
});
type IngestResult = z.infer<typeof ingestResult>;

const MAX_TROUBLES = 50;

/** Follows the events to their end, telling how far they are. */
async function follow(
  events: AsyncIterable<IngestEvent>,
  { report }: JobContext,
): Promise<IngestResult | null> {
  const troubles: IngestResult["troubles"] = [];
  let summary: IngestResult["summary"] | null = null;
  let of: number | null = null;
  for await (const event of events) {
    if (event.type === "found") {
      of = event.documents;
      report({ done: 0, of, note: "reading documents" });
    } else if (event.type === "document") {
      report({ done: event.done, of, note: "reading documents" });
      const { outcome } = event;
      const isTrouble = outcome.status === "failed" || outcome.status === "skipped";
      if (isTrouble && troubles.length < MAX_TROUBLES) troubles.push(outcome);
    } else if (event.type === "embedded") {
      report({ done: event.chunks, of: event.of, note: "computing vectors" });
    } else if (event.type === "finished") {
      summary = event.summary;
    }
  }
  return summary === null ? null : { summary, troubles };
}

/** The jobs that fill the knowledge base. Both may be begun again: what is done already is seen to be unchanged. */
export function createKnowledgeJobs(
  knowledge: Pick<KnowledgeBase, "ingest" | "rebuild">,
): Readonly<Record<"knowledge.ingest" | "knowledge.rebuild", JobHandler>> {
  return {
    "knowledge.ingest": (payload, context) =>
      follow(knowledge.ingest(ingestPayload.parse(payload), context), context),
    "knowledge.rebuild": (_payload, context) => follow(knowledge.rebuild(context), context),
  };
}

/** An ingest as a job; asked for twice while it goes on, it is one. */
export function ingestJob(request: IngestRequest): JobRequest {
  const { sources, collection, visibility: who, settings } = request;
  const said = settings === undefined ? {} : { settings };
  const payload = { sources, collection, visibility: who, ...said };
  const topic = createHash("sha256").update(JSON.stringify(payload)).digest("base64url");
  return { kind: "knowledge.ingest", payload, id: null, topic };
}

/** The computing of all vectors as a job. */
export const REBUILD_JOB: JobRequest = {
  kind: "knowledge.rebuild",
  payload: null,
  id: null,
  topic: "rebuild",
};
