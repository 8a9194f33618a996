import { z } from "zod";
import {
  documentId,
  ERROR_CODES,
  LANGUAGES,
  parseVisibility,
  passageId,
  type RankedPassage,
  type RetrievalFeatures,
} from "../../src/core/index.ts";
import { type JudgedDocument, STANDINGS } from "../../src/ports/document-standings.ts";
import {
  CLEANINGS,
  type IngestEvent,
  type KnowledgeStatus,
  REDACTIONS,
  SOURCE_DEFAULTS,
  type SourceSummary,
} from "../../src/ports/knowledge-base.ts";
import type { RetrievalResult } from "../../src/ports/retriever.ts";
import type { TopicOverview } from "../../src/ports/topics.ts";

const visibility = z.string().transform((text, context) => {
  const parsed = parseVisibility(text);
  if (parsed !== null) return parsed;
  context.addIssue("is no visibility");
  return z.NEVER;
});
const count = z.int().min(0);

const passage: z.ZodType<RankedPassage> = z.object({
  id: z.string().transform(passageId),
  documentId: z.string().transform(documentId),
  collection: z.string(),
  title: z.string(),
  section: z.string(),
  source: z.string(),
  page: z.number().nullable(),
  text: z.string(),
  language: z.enum(LANGUAGES),
  visibility,
  origin: z.enum(["local", "web"]),
  updatedAt: z.number().nullable(),
  score: z.number(),
  isBoosted: z.boolean().optional(),
  parts: z.object({
    vector: z.number().nullable(),
    lexical: z.number().nullable(),
    rerank: z.number().nullable(),
  }),
});

const features: z.ZodType<RetrievalFeatures> = z.object({
  queryTerms: z.number(),
  coverage: z.number(),
  coverageTop3: z.number(),
  unseen: z.number(),
  lexicalPerIdf: z.number(),
  lexicalMargin: z.number(),
  topCosine: z.number().nullable(),
  cosineMargin: z.number().nullable(),
  overlapAt10: z.number().nullable(),
  rerankTop: z.number().nullable(),
  rerankMargin: z.number().nullable(),
});

/** Answer of `retrieve`. */
export const retrievedAnswer: z.ZodType<RetrievalResult> = z.object({
  passages: z.array(passage),
  features,
  rarity: z.array(z.number()).optional(),
  // An older server does not tell.
  view: z.string().optional(),
  languages: z.array(z.enum(LANGUAGES)).optional(),
  timings: z.record(z.string(), z.number()),
  degraded: z.array(z.enum(["vectors-unavailable", "reranker-unavailable"])),
});

/** Answer of `status`. */
export const statusAnswer: z.ZodType<KnowledgeStatus> = z.object({
  documents: count,
  chunks: count,
  vectors: z.object({
    state: z.enum(["ready", "starting", "unavailable", "off"]),
    embedded: count,
    model: z.string().nullable(),
    reason: z.string().nullable(),
  }),
});

const source: z.ZodType<SourceSummary> = z.object({
  collection: z.string(),
  root: z.string(),
  visibility,
  documents: count,
  chunks: count,
  languages: z.array(z.enum(LANGUAGES)),
  updatedAt: z.number(),
  // An older server knows none.
  settings: z
    .object({
      everyMinutes: count.nullable(),
      language: z.enum(LANGUAGES).nullable(),
      owner: z.string().nullable(),
      depth: count,
      maxPages: count,
      clean: z.array(z.enum(CLEANINGS)).readonly().nullable().default(SOURCE_DEFAULTS.clean),
      redact: z.array(z.enum(REDACTIONS)).readonly().nullable().default(SOURCE_DEFAULTS.redact),
      watch: z.boolean().nullable().default(SOURCE_DEFAULTS.watch),
      git: z.boolean().default(SOURCE_DEFAULTS.git),
    })
    .default({ ...SOURCE_DEFAULTS }),
});

/** Answer of `sources`. */
export const sourcesAnswer = z.object({ sources: z.array(source) });

const judged: z.ZodType<JudgedDocument> = z.object({
  id: z.string().transform(documentId),
  title: z.string(),
  source: z.string(),
  collection: z.string(),
  standing: z.enum(STANDINGS),
  by: z.string(),
  at: z.number(),
});

/** Answer of `judge`. */
export const judgedAnswer = z.object({ document: judged });

/** Answer of `judged`. */
export const allJudgedAnswer = z.object({ documents: z.array(judged) });

/** Answer of `topics`. */
export const topicsAnswer: z.ZodType<TopicOverview> = z.object({
  topics: z.array(
    z.object({
      label: z.string(),
      terms: z.array(z.string()),
      documents: count,
      passages: z.array(z.string().transform(passageId)),
    }),
  ),
  entities: z.array(
    z.object({ name: z.string(), kind: z.enum(["person", "name", "id"]), passages: count }),
  ),
  passages: count,
  leftOut: count,
});

/** Answer of `remove`. */
export const removedAnswer = z.object({ removed: count });

/** Answer of `shelf/put`. */
export const keptAnswer = z.object({
  status: z.enum(["added", "updated", "unchanged"]),
  source: z.string(),
  title: z.string(),
  chunks: count,
  warning: z.string().nullable(),
});

const code = z.enum(ERROR_CODES);
const outcome = z.discriminatedUnion("status", [
  keptAnswer,
  z.object({ status: z.literal("removed"), source: z.string() }),
  z.object({
    status: z.enum(["skipped", "failed"]),
    source: z.string(),
    code,
    reason: z.string(),
  }),
]);
const summary = z.object({
  added: count,
  updated: count,
  unchanged: count,
  removed: count,
  skipped: count,
  failed: count,
  chunks: count,
  durationMs: z.number(),
});
const ingestEvent: z.ZodType<IngestEvent> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("found"), documents: count }),
  z.object({ type: z.literal("document"), outcome, done: count }),
  z.object({ type: z.literal("embedded"), chunks: count, of: count }),
  z.object({ type: z.literal("warning"), code, message: z.string() }),
  z.object({ type: z.literal("finished"), summary }),
]);

const wireError = z.object({ code, message: z.string(), retryable: z.boolean() });

/** An answer that is an error. */
export const errorAnswer = z.object({ error: wireError });

/** A line of a streamed answer. */
export const lineAnswer = z.union([
  z.object({ event: ingestEvent }),
  errorAnswer,
  z.object({ end: z.literal(true) }),
]);
