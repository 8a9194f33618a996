import { z } from "zod";
import { LANGUAGES, PLATFORMS, parseVisibility, ROLES, type Visibility } from "../../core/index.ts";

const MAX_QUERY_CHARACTERS = 16_000;
const MAX_LISTED = 500;

/** A name of a collection, as it stands in paths. */
export const collectionName = z.string().min(1).max(120);

/** Who may read a document. */
const visibilityText = z
  .string()
  .max(140)
  .refine((text) => parseVisibility(text) !== null, {
    error: "must be public, internal, group:NAME or user:ID",
  })
  .describe("`public`, `internal`, `group:NAME` or `user:ID`");

/** What {@link visibilityText} has let pass. */
export function visibilityOf(text: string): Visibility {
  return parseVisibility(text) ?? "internal";
}

const timestamp = z.number().int().describe("Milliseconds since 1970 (UTC).");

const summary = z.object({
  id: z.string(),
  collection: z.string(),
  title: z.string(),
  source: z.string().describe("Path or address that it was read from."),
  language: z.enum(LANGUAGES),
  visibility: visibilityText,
  passages: z.number().int(),
  updatedAt: timestamp.nullable(),
});

/** What goes in and out, by the name that it has in the description of the API. */
export const restSchemas = {
  Collection: z.object({
    name: z.string(),
    documents: z.number().int(),
    passages: z.number().int(),
    visibilities: z.array(visibilityText),
    languages: z.array(z.enum(LANGUAGES)),
    updatedAt: timestamp,
  }),
  Document: summary,
  DocumentWithText: summary.extend({
    text: z.array(
      z.object({
        section: z.string().describe("Headings from the outermost to the innermost."),
        page: z.number().int().nullable(),
        text: z.string(),
      }),
    ),
  }),
  Stored: z.object({
    status: z.enum(["added", "updated", "unchanged"]),
    title: z.string(),
    passages: z.number().int(),
    warning: z.string().nullable(),
  }),
  Removed: z.object({ removed: z.number().int().describe("How many documents went.") }),
  SearchRequest: z.strictObject({
    query: z.string().min(1).max(MAX_QUERY_CHARACTERS),
    collections: z.array(collectionName).max(100).nullable().default(null),
    top: z.number().int().min(1).max(100).default(8),
    as: z
      .strictObject({
        platform: z.enum(PLATFORMS).default("http"),
        userId: z.string().min(1).max(200),
        role: z.enum(ROLES),
        groups: z.array(z.string().min(1).max(200)).max(500).default([]),
      })
      .nullable()
      .default(null)
      .describe("Search with this person's rights; with the key only."),
  }),
  Found: z.object({
    passages: z.array(
      z.object({
        id: z.string(),
        documentId: z.string(),
        collection: z.string(),
        title: z.string(),
        section: z.string(),
        source: z.string(),
        page: z.number().int().nullable(),
        text: z.string(),
        language: z.enum(LANGUAGES),
        updatedAt: timestamp.nullable(),
        score: z.number(),
      }),
    ),
    degraded: z.array(z.string()).describe("What could not be used: vectors, reranker."),
  }),
  Error: z.object({
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
  }),
} as const;

/** Query of a list of documents. */
export const listQuery = z.strictObject({
  collection: collectionName.optional(),
  after: z.string().min(1).max(200).optional().describe("The last id of the page before."),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(100),
});

/** Query of a document that is put. */
export const putQuery = z.strictObject({ visibility: visibilityText.optional() });
