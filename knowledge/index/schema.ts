import { statSync } from "node:fs";
import { FrontdeskError } from "../../src/core/index.ts";
import { asNumber, databaseCorrupt, openSql, type Sql } from "./sql.ts";

const CHECKED_BYTES = 32 * 1024 * 1024;

/**
 * One step each, from an empty file to today's shape. Never change a step that was released: add one.
 *
 * - `scopes`: who may read what — each pair of collection and visibility that occurs. Access is decided on these rows.
 * - `chunks.terms`: the packed terms of a chunk (see term-vector.ts); `chunks.length`: how many words it has.
 * - `vectors.stored_in`: the Chroma collection that holds the vector; null while none does.
 * - `documents.version`: what its web server calls the version that is known; null for files.
 * - `sources.settings`: JSON of what was said of how it is looked after (see source-settings.ts).
 * - `scopes.version`: a word that no earlier state of the scope's documents had, whichever index it was in.
 * - `standings`: what editors have said of a document. By its id, which it keeps when it is read anew or comes back.
 * - `chunk_scopes`: `chunks.scope_id` once more, in a table that is small enough to stay in memory: a search looks at it for
 *   every chunk that holds a word of the question, and rows of `chunks` are far apart.
 * - `vanished`: chunks that are gone here and may still be in Chroma.
 */
const STEPS: readonly string[] = [
  `CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE sources (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     collection TEXT NOT NULL, root TEXT NOT NULL, visibility TEXT NOT NULL, updated_at INTEGER NOT NULL,
     UNIQUE (collection, root)
   );
   CREATE TABLE scopes (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     collection TEXT NOT NULL, visibility TEXT NOT NULL,
     UNIQUE (collection, visibility)
   );
   CREATE TABLE documents (
     id TEXT PRIMARY KEY,
     source_id INTEGER NOT NULL REFERENCES sources (id), scope_id INTEGER NOT NULL REFERENCES scopes (id),
     location TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL,
     content_hash TEXT NOT NULL, updated_at INTEGER
   ) WITHOUT ROWID;
   CREATE INDEX documents_by_source ON documents (source_id);
   CREATE TABLE chunks (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     passage_id TEXT NOT NULL UNIQUE,
     document_id TEXT NOT NULL REFERENCES documents (id), scope_id INTEGER NOT NULL REFERENCES scopes (id),
     position INTEGER NOT NULL, section TEXT NOT NULL, page INTEGER, language TEXT NOT NULL,
     text TEXT NOT NULL, length INTEGER NOT NULL, terms BLOB NOT NULL
   );
   CREATE INDEX chunks_by_document ON chunks (document_id, position);
   CREATE INDEX chunks_by_scope ON chunks (scope_id, length);
   CREATE TABLE models (
     id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, dimensions INTEGER NOT NULL,
     UNIQUE (model, dimensions)
   );
   CREATE TABLE vectors (
     chunk_id INTEGER PRIMARY KEY REFERENCES chunks (id), model_id INTEGER NOT NULL REFERENCES models (id),
     vector BLOB NOT NULL, stored_in TEXT
   );
   CREATE INDEX vectors_by_place ON vectors (model_id, stored_in);
   CREATE TABLE vanished (passage_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE VIRTUAL TABLE lexical USING fts5 (
     title, heading, body, identifiers,
     content = '', contentless_delete = 1, tokenize = "ascii tokenchars '-_.@+#&'"
   );`,
  `ALTER TABLE documents ADD COLUMN version TEXT;
   ALTER TABLE sources ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';`,
  `ALTER TABLE scopes ADD COLUMN version TEXT NOT NULL DEFAULT '';
   UPDATE scopes SET version = hex(randomblob(8));
   CREATE TRIGGER document_added AFTER INSERT ON documents BEGIN
     UPDATE scopes SET version = hex(randomblob(8)) WHERE id = new.scope_id;
   END;
   CREATE TRIGGER document_changed AFTER UPDATE OF scope_id, title, content_hash ON documents BEGIN
     UPDATE scopes SET version = hex(randomblob(8)) WHERE id IN (old.scope_id, new.scope_id);
   END;
   CREATE TRIGGER document_removed AFTER DELETE ON documents BEGIN
     UPDATE scopes SET version = hex(randomblob(8)) WHERE id = old.scope_id;
   END;`,
  `CREATE TABLE standings (
     document_id TEXT PRIMARY KEY, standing TEXT NOT NULL, set_by TEXT NOT NULL, set_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  `CREATE TABLE chunk_scopes (chunk_id INTEGER PRIMARY KEY, scope_id INTEGER NOT NULL);
   INSERT INTO chunk_scopes SELECT id, scope_id FROM chunks;
   CREATE TRIGGER chunk_added AFTER INSERT ON chunks BEGIN
     INSERT INTO chunk_scopes VALUES (new.id, new.scope_id);
   END;
   CREATE TRIGGER chunk_moved AFTER UPDATE OF scope_id ON chunks BEGIN
     UPDATE chunk_scopes SET scope_id = new.scope_id WHERE chunk_id = new.id;
   END;
   CREATE TRIGGER chunk_removed AFTER DELETE ON chunks BEGIN
     DELETE FROM chunk_scopes WHERE chunk_id = old.id;
   END;`,
];

/**
 * Opens the knowledge database and brings it to today's shape.
 * @throws FrontdeskError `database_corrupt`; `unsupported` when a newer version wrote it; as {@link openSql}
 */
export function openKnowledgeDatabase(path: string): Sql {
  const sql = openSql(path);
  try {
    sql.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
    check(sql, path);
    migrate(sql, path);
    return sql;
  } catch (error) {
    sql.close();
    throw error;
  }
}

/** Finds damage before it is met in the middle of a conversation; larger files would take too long at every start. */
function check(sql: Sql, path: string): void {
  if (statSync(path).size > CHECKED_BYTES) return;
  const verdict = sql.prepare("PRAGMA quick_check(1)").rows()[0]?.[0];
  if (verdict !== "ok") throw databaseCorrupt(path, String(verdict));
}

function migrate(sql: Sql, path: string): void {
  const version = asNumber(sql.prepare("PRAGMA user_version").rows()[0]?.[0]);
  if (version > STEPS.length) {
    throw new FrontdeskError(
      "unsupported",
      `${path} was written by a newer version of Frontdesk (shape ${version}, this one knows ${STEPS.length}). ` +
        "Update Frontdesk, or use another data directory.",
    );
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue;
    sql.transaction(() => sql.execute(`${step} PRAGMA user_version = ${index + 1}`));
  }
}
