import { z } from "zod";
import { ERROR_CODES, LANGUAGES } from "../../../src/core/index.ts";
import { CLEANINGS, REDACTIONS } from "../../../src/ports/knowledge-base.ts";
import type { ParsedDocument } from "../../document.ts";

const chunkLimits = z.object({
  target: z.number(),
  max: z.number(),
  wholeMax: z.number(),
  overlap: z.number(),
  tiny: z.number(),
});

/** What the parent asks of the parser: read one file. */
export const parseJobSchema = z.object({
  id: z.number(),
  /** Where the bytes lie; for a web page a temporary file. */
  path: z.string(),
  /** Path or URL by which the document is known. */
  source: z.string(),
  mediaType: z.string().nullable(),
  charset: z.string().nullable(),
  /** Language of the document where it is known. */
  language: z.enum(LANGUAGES).nullable(),
  cleaning: z.object({
    clean: z.array(z.enum(CLEANINGS)).readonly(),
    redact: z.array(z.enum(REDACTIONS)).readonly(),
  }),
  maxBytes: z.number(),
  maxPages: z.number(),
  maxTextLength: z.number(),
  chunks: chunkLimits,
});
export type ParseJob = z.infer<typeof parseJobSchema>;

const documentSchema = z.object({
  title: z.string(),
  language: z.enum(LANGUAGES),
  chunks: z
    .array(
      z.object({
        section: z.string(),
        page: z.number().nullable(),
        text: z.string(),
        language: z.enum(LANGUAGES),
      }),
    )
    .readonly(),
}) satisfies z.ZodType<ParsedDocument>;

const resultSchema = z.discriminatedUnion("status", [
  z.object({
    status: z.literal("read"),
    contentHash: z.string(),
    document: documentSchema,
    warning: z.string().nullable(),
  }),
  z.object({
    status: z.enum(["skipped", "failed"]),
    code: z.enum(ERROR_CODES),
    reason: z.string(),
  }),
]);
/** What became of one job. */
export type ParseResult = z.infer<typeof resultSchema>;

/** What the parser tells its parent. */
export const parserMessageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  /** The job has arrived. */
  z.object({ type: z.literal("begun"), id: z.number() }),
  z.object({
    type: z.literal("done"),
    id: z.number(),
    result: resultSchema,
    /** Memory of the parser after the job; a parser that has grown is replaced. */
    rssBytes: z.number(),
  }),
]);
export type ParserMessage = z.infer<typeof parserMessageSchema>;
