import { z } from "zod";
import {
  detectLanguage,
  documentId,
  FrontdeskError,
  mayEdit,
  type Principal,
  principalMayRead,
  userId,
  type Visibility,
} from "../../core/index.ts";
import type { KnowledgeBase } from "../../ports/knowledge-base.ts";
import type { DocumentSummary, KnowledgeDocuments } from "../../ports/knowledge-documents.ts";
import type { Retriever } from "../../ports/retriever.ts";
import type { Caller } from "./callers.ts";
import { collectionsOf } from "./collections.ts";
import { collectionName, listQuery, putQuery, restSchemas, visibilityOf } from "./schemas.ts";

/** Keeps documents that are handed over. */
interface Shelf {
  pathOf(collection: string, name: string): string;
  put(
    document: {
      readonly collection: string;
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly visibility: Visibility;
    },
    call: { readonly signal: AbortSignal },
  ): Promise<{
    readonly status: "added" | "updated" | "unchanged";
    readonly title: string;
    readonly chunks: number;
    readonly warning: string | null;
  }>;
  takeAt(path: string): Promise<boolean>;
}

/** What the operations work with. */
export interface RestParts {
  readonly knowledge: KnowledgeBase & Retriever;
  /** Null where the documents lie on another machine. */
  readonly documents: KnowledgeDocuments | null;
  readonly shelf: Shelf | null;
  readonly defaultVisibility: string;
}

/** A request, before its parts have been read. */
interface RestCall {
  readonly caller: Caller;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** One thing that can be asked; the description of the API and the routes are both made of these. */
export interface Operation {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  readonly id: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** `bytes`: the document itself. */
  readonly body?: z.ZodObject | "bytes";
  readonly answer: z.ZodObject;
  handle(call: RestCall, parts: RestParts): Promise<unknown>;
}

const idParams = z.strictObject({ id: z.string().min(1).max(200) });
const nameParams = z.strictObject({ name: collectionName });
const documentParams = z.strictObject({
  collection: collectionName,
  name: z.string().min(1).max(120).describe("Like a file's, with its ending: `leave.md`."),
});

const readerOf = (caller: Caller): Principal | null =>
  caller.kind === "operator" ? null : caller.principal;

/** Editors and admins look after documents. */
function assertEditor(caller: Caller): void {
  if (caller.kind === "operator") return;
  if (mayEdit(caller.principal)) return;
  throw new FrontdeskError("unauthorized", "Only editors and admins may change documents.");
}

function assertReads(caller: Caller, visibility: Visibility): void {
  const reader = readerOf(caller);
  if (reader === null || principalMayRead(reader, visibility)) return;
  throw new FrontdeskError(
    "unauthorized",
    "Documents can only be put, or replaced, where you may read them yourself.",
  );
}

function here<Part>(part: Part | null): Part {
  if (part !== null) return part;
  throw new FrontdeskError(
    "unsupported",
    "The documents lie on the knowledge server (KNOWLEDGE_URL); ask the same there.",
  );
}

/** Without what is none of the caller's business. */
function shown({ root: _root, ...document }: DocumentSummary) {
  return document;
}

function notFound(): FrontdeskError {
  return new FrontdeskError(
    "source_not_found",
    "There is no such document; GET /api/v1/documents lists them.",
  );
}

async function search({ caller, body, signal }: RestCall, { knowledge }: RestParts) {
  const { query, collections, top, as } = restSchemas.SearchRequest.parse(body);
  if (as !== null && caller.kind === "person") {
    throw new FrontdeskError("unauthorized", "Only with the key can you search as somebody else.");
  }
  const principal: Principal =
    caller.kind === "person"
      ? caller.principal
      : {
          platform: as?.platform ?? "http",
          userId: userId(as?.userId ?? "api"),
          displayName: as?.userId ?? "api",
          role: as?.role ?? "admin",
          groups: as?.groups ?? [],
        };
  const { passages, degraded } = await knowledge.retrieve(
    {
      query,
      language: detectLanguage(query),
      principal,
      audience: { kind: "private" },
      collections,
      top,
    },
    { signal },
  );
  return restSchemas.Found.parse({ passages, degraded });
}

async function put(call: RestCall, parts: RestParts) {
  const { caller, body, signal } = call;
  assertEditor(caller);
  const { collection, name } = documentParams.parse(call.params);
  const { visibility = parts.defaultVisibility } = putQuery.parse(call.query);
  if (!(body instanceof Uint8Array) || body.length === 0) {
    throw new FrontdeskError("usage", "The body must be the document itself, not empty.");
  }
  const shelf = here(parts.shelf);
  const wanted = visibilityOf(visibility);
  assertReads(caller, wanted);
  const root = shelf.pathOf(collection, name);
  const there = { collection, root, reader: null, after: null, limit: 1 };
  for (const before of await here(parts.documents).list(there)) {
    assertReads(caller, before.visibility);
  }
  const kept = await shelf.put({ collection, name, bytes: body, visibility: wanted }, { signal });
  const { status, title, chunks, warning } = kept;
  return { status, title, passages: chunks, warning };
}

async function remove({ caller, params }: RestCall, parts: RestParts) {
  assertEditor(caller);
  const id = documentId(idParams.parse(params).id);
  const document = await here(parts.documents).read(id, readerOf(caller));
  if (document === null) throw notFound();
  if (await here(parts.shelf).takeAt(document.root)) return { removed: 1 };
  if (document.source === document.root) {
    return { removed: await parts.knowledge.remove({ root: document.root }) };
  }
  throw new FrontdeskError(
    "usage",
    "This document belongs to a folder or site and would come back with it: remove it there, or the whole source (frontdesk sources remove).",
  );
}

/** Everything that can be asked of the knowledge over HTTP. */
export const operations: readonly Operation[] = [
  {
    method: "POST",
    path: "/search",
    id: "search",
    summary: "Find the passages that answer a question, with the caller's rights.",
    body: restSchemas.SearchRequest,
    answer: restSchemas.Found,
    handle: search,
  },
  {
    method: "GET",
    path: "/collections",
    id: "listCollections",
    summary: "List the collections of which the caller may read something.",
    answer: z.object({ collections: z.array(restSchemas.Collection) }),
    handle: async ({ caller }, { knowledge }) => ({
      collections: collectionsOf(await knowledge.sources(), readerOf(caller)),
    }),
  },
  {
    method: "DELETE",
    path: "/collections/{name}",
    id: "removeCollection",
    summary: "Remove a collection with all its documents; with the key only.",
    params: nameParams,
    answer: restSchemas.Removed,
    handle: async ({ caller, params }, { knowledge }) => {
      if (caller.kind !== "operator") {
        throw new FrontdeskError(
          "unauthorized",
          "A whole collection is removed with the key only.",
        );
      }
      return { removed: await knowledge.remove({ collection: nameParams.parse(params).name }) };
    },
  },
  {
    method: "GET",
    path: "/documents",
    id: "listDocuments",
    summary: "List the documents that the caller may read, page by page.",
    query: listQuery,
    answer: z.object({
      documents: z.array(restSchemas.Document),
      next: z
        .string()
        .nullable()
        .describe("Give it as `after` for the next page; null at the end."),
    }),
    handle: async ({ caller, query }, parts) => {
      const { collection = null, after, limit } = listQuery.parse(query);
      const found = await here(parts.documents).list({
        collection,
        root: null,
        reader: readerOf(caller),
        after: after === undefined ? null : documentId(after),
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      return {
        documents: page.map(shown),
        next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
  },
  {
    method: "GET",
    path: "/documents/{id}",
    id: "readDocument",
    summary: "Read a document with its text.",
    params: idParams,
    answer: restSchemas.DocumentWithText,
    handle: async ({ caller, params }, parts) => {
      const id = documentId(idParams.parse(params).id);
      const document = await here(parts.documents).read(id, readerOf(caller));
      if (document === null) throw notFound();
      const { text, ...summary } = document;
      return { ...shown(summary), text };
    },
  },
  {
    method: "PUT",
    path: "/documents/{collection}/{name}",
    id: "putDocument",
    summary: "Add a document, or replace the one of this name; for editors and admins.",
    params: documentParams,
    query: putQuery,
    body: "bytes",
    answer: restSchemas.Stored,
    handle: put,
  },
  {
    method: "DELETE",
    path: "/documents/{id}",
    id: "removeDocument",
    summary:
      "Remove a document that was put, or that is a source by itself; for editors and admins.",
    params: idParams,
    answer: restSchemas.Removed,
    handle: remove,
  },
];
