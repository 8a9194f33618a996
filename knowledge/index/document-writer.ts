import { setImmediate as nextTick } from "node:timers/promises";
import type { DocumentId, PassageId } from "../../src/core/index.ts";
import type { Chunk, DocumentRef, ParsedDocument } from "../document.ts";
import type { LexicalIndex } from "../lexical/lexical-index.ts";
import { encodeTermVector } from "../lexical/term-vector.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";
import { chunkTerms, type IndexedTerms } from "./chunk-terms.ts";
import { passageIdsOf } from "./identity.ts";
import type { Revision } from "./revision.ts";
import { asNumber, asText, type Sql, withoutNul } from "./sql.ts";

/** A document with its place in the catalog. */
interface DocumentToWrite {
  readonly id: DocumentId;
  readonly sourceId: number;
  readonly scopeId: number;
  readonly ref: DocumentRef;
  readonly contentHash: string;
  /** What its web server calls this version; null for files. */
  readonly version: string | null;
  readonly document: ParsedDocument;
}

/** Writes documents, their chunks and the lexical index together: one transaction for each document. */
export interface DocumentWriter {
  /** Chunks that say the same as before keep their row, their id and their vector. */
  write(document: DocumentToWrite, call: { readonly signal: AbortSignal }): Promise<void>;
  /** Gives a document another source or other readers; nothing is parsed or cut again. */
  assign(id: DocumentId, place: { readonly sourceId: number; readonly scopeId: number }): void;
  /** Keeps what the server now calls the version whose text is known. */
  noteVersion(id: DocumentId, version: string): void;
  /** Gives all documents of a source other readers. */
  assignSource(sourceId: number, scopeId: number): void;
  /** After this no search finds it, whatever Chroma still holds. */
  remove(id: DocumentId): void;
}

const CHUNKS_PER_SLICE = 16;

interface PreparedChunk {
  readonly passageId: PassageId;
  readonly position: number;
  readonly chunk: Chunk;
}

/** Creates the writer. */
export function createDocumentWriter(options: {
  readonly sql: Sql;
  readonly lexical: LexicalIndex;
  readonly tokenizer: Tokenizer;
  readonly revision: Revision;
}): DocumentWriter {
  const { sql, lexical, tokenizer, revision } = options;
  const rows = createChunkRows(sql, lexical);
  const putDocument = sql.prepare(
    `INSERT INTO documents (id, source_id, scope_id, location, title, language, content_hash, updated_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET source_id = excluded.source_id, scope_id = excluded.scope_id,
       title = excluded.title, language = excluded.language, content_hash = excluded.content_hash,
       updated_at = excluded.updated_at, version = excluded.version`,
  );
  const putVersion = sql.prepare("UPDATE documents SET version = ? WHERE id = ?");
  const moveDocument = sql.prepare("UPDATE documents SET source_id = ?, scope_id = ? WHERE id = ?");
  const moveChunks = sql.prepare("UPDATE chunks SET scope_id = ? WHERE document_id = ?");
  const countOthers = sql.prepare(
    "SELECT count(*) FROM documents WHERE source_id = ? AND scope_id <> ?",
  );
  const openDocuments = sql.prepare("UPDATE documents SET scope_id = ? WHERE source_id = ?");
  const openChunks = sql.prepare(
    `UPDATE chunks SET scope_id = ?
     WHERE document_id IN (SELECT id FROM documents WHERE source_id = ?)`,
  );
  const dropDocument = sql.prepare("DELETE FROM documents WHERE id = ?");

  const changing = (work: () => void): void => {
    sql.transaction(work);
    revision.advance();
  };

  return {
    async write(entry, { signal }) {
      const { document, ref } = entry;
      const title = withoutNul(document.title);
      const clean = document.chunks.map((chunk) => ({
        ...chunk,
        section: withoutNul(chunk.section),
        text: withoutNul(chunk.text),
      }));
      const ids = passageIdsOf(entry.id, title, clean);
      const known = rows.of(entry.id);
      const fresh: (PreparedChunk & { readonly indexed: IndexedTerms })[] = [];
      const kept: (PreparedChunk & { readonly rowId: number })[] = [];
      for (const [position, chunk] of clean.entries()) {
        const id = ids[position];
        if (id === undefined) continue;
        const rowId = known.get(id);
        if (rowId === undefined) {
          const indexed = chunkTerms(tokenizer, { ...chunk, title });
          fresh.push({ passageId: id, position, chunk, indexed });
        } else kept.push({ passageId: id, position, chunk, rowId });
        // A book has thousands of chunks: conversations go on while they are cut into terms.
        if (fresh.length % CHUNKS_PER_SLICE === 0) await nextTick();
      }
      signal.throwIfAborted();

      changing(() => {
        putDocument.run(
          entry.id,
          entry.sourceId,
          entry.scopeId,
          ref.source,
          title,
          document.language,
          entry.contentHash,
          ref.updatedAt,
          entry.version,
        );
        const staying = new Set<string>(ids);
        for (const [id, rowId] of known) if (!staying.has(id)) rows.remove(rowId, id);
        moveChunks.run(entry.scopeId, entry.id);
        for (const chunk of kept) rows.place(chunk.rowId, chunk.position, chunk.chunk);
        for (const { passageId, position, chunk, indexed } of fresh) {
          rows.add(entry, { passageId, position, chunk }, indexed);
        }
      });
    },
    assign(id, { sourceId, scopeId }) {
      changing(() => {
        moveDocument.run(sourceId, scopeId, id);
        moveChunks.run(scopeId, id);
      });
    },
    noteVersion: (id, version) => void putVersion.run(version, id),
    assignSource(sourceId, scopeId) {
      if (countOthers.rows(sourceId, scopeId)[0]?.[0] === 0) return;
      changing(() => {
        openDocuments.run(scopeId, sourceId);
        openChunks.run(scopeId, sourceId);
      });
    },
    remove(id) {
      changing(() => {
        for (const [passage, rowId] of rows.of(id)) rows.remove(rowId, passage);
        dropDocument.run(id);
      });
    },
  };
}

/** The rows of chunks with everything that hangs on them. */
function createChunkRows(sql: Sql, lexical: LexicalIndex) {
  const list = sql.prepare("SELECT passage_id, id FROM chunks WHERE document_id = ?");
  const insert = sql.prepare(
    `INSERT INTO chunks (passage_id, document_id, scope_id, position, section, page, language, text, length, terms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const place = sql.prepare("UPDATE chunks SET position = ?, page = ?, language = ? WHERE id = ?");
  const drop = sql.prepare("DELETE FROM chunks WHERE id = ?");
  const dropVector = sql.prepare("DELETE FROM vectors WHERE chunk_id = ?");
  const bury = sql.prepare("INSERT INTO vanished (passage_id) VALUES (?) ON CONFLICT DO NOTHING");
  const exhume = sql.prepare("DELETE FROM vanished WHERE passage_id = ?");

  return {
    of: (id: DocumentId): ReadonlyMap<string, number> =>
      new Map(list.rows(id).map(([passage, rowId]) => [asText(passage), asNumber(rowId)])),
    add(
      entry: { readonly id: DocumentId; readonly scopeId: number },
      { passageId, position, chunk }: PreparedChunk,
      { terms, length }: IndexedTerms,
    ): void {
      const { lastId } = insert.run(
        passageId,
        entry.id,
        entry.scopeId,
        position,
        chunk.section,
        chunk.page,
        chunk.language,
        chunk.text,
        length,
        encodeTermVector(terms),
      );
      lexical.add(lastId, terms);
      exhume.run(passageId);
    },
    place(rowId: number, position: number, chunk: Chunk): void {
      place.run(position, chunk.page, chunk.language, rowId);
    },
    remove(rowId: number, passage: string): void {
      lexical.remove(rowId);
      if (dropVector.run(rowId).changes > 0) bury.run(passage);
      drop.run(rowId);
    },
  };
}
