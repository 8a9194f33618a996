import {
  type DocumentId,
  documentId,
  type Principal,
  parseVisibility,
  principalMayRead,
} from "../../src/core/index.ts";
import type { DocumentSummary, KnowledgeDocuments } from "../../src/ports/knowledge-documents.ts";
import { storedLanguage, storedVisibility } from "./catalog.ts";
import { asNumber, asNumberOrNull, asText, type Row, type Sql, safeText } from "./sql.ts";

const COLUMNS = `d.id, s.collection, ${safeText("d.title")}, ${safeText("d.location")}, o.root, d.language,
  s.visibility, (SELECT count(*) FROM chunks c WHERE c.document_id = d.id), d.updated_at`;
const TABLES =
  "documents d JOIN scopes s ON s.id = d.scope_id JOIN sources o ON o.id = d.source_id";

/** Lists and reads documents; what a reader may not see is chosen away in the query itself. */
export function createDocuments(sql: Sql): KnowledgeDocuments {
  const listScopes = sql.prepare("SELECT id, collection, visibility FROM scopes");
  const list = sql.prepare(
    `SELECT ${COLUMNS} FROM ${TABLES}
     WHERE d.scope_id IN (SELECT value FROM json_each(?)) AND d.id > ? AND coalesce(o.root = ?, TRUE)
     ORDER BY d.id LIMIT ?`,
  );
  const find = sql.prepare(
    `SELECT ${COLUMNS} FROM ${TABLES}
     WHERE d.scope_id IN (SELECT value FROM json_each(?)) AND d.id = ?`,
  );
  const texts = sql.prepare(
    `SELECT ${safeText("section")}, page, ${safeText("text")} FROM chunks WHERE document_id = ? ORDER BY position`,
  );

  function readable(reader: Principal | null, collection: string | null): string {
    const ids = listScopes.rows().flatMap(([id, name, text]) => {
      if (collection !== null && asText(name) !== collection) return [];
      const visibility = parseVisibility(asText(text));
      const isAllowed =
        reader === null || (visibility !== null && principalMayRead(reader, visibility));
      return isAllowed ? [asNumber(id)] : [];
    });
    return JSON.stringify(ids);
  }

  return {
    list: ({ collection, root, reader, after, limit }) =>
      Promise.resolve(
        list.rows(readable(reader, collection), after ?? "", root, limit).map(readSummary),
      ),
    async read(id: DocumentId, reader) {
      const [row] = find.rows(readable(reader, null), id);
      if (row === undefined) return null;
      const text = texts.rows(id).map(([section, page, said]) => ({
        section: asText(section),
        page: asNumberOrNull(page),
        text: asText(said),
      }));
      return { ...readSummary(row), text };
    },
  };
}

function readSummary(row: Row): DocumentSummary {
  return {
    id: documentId(asText(row[0])),
    collection: asText(row[1]),
    title: asText(row[2]),
    source: asText(row[3]),
    root: asText(row[4]),
    language: storedLanguage(row[5]),
    visibility: storedVisibility(row[6]),
    passages: asNumber(row[7]),
    updatedAt: asNumberOrNull(row[8]),
  };
}
