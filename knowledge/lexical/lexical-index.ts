import { HIDDEN_CHUNKS } from "../index/hidden.ts";
import { asNumber, type Sql } from "../index/sql.ts";
import { type ChunkTerms, COLUMNS, type ColumnWeights } from "./term-vector.ts";

/** Chunks that may be read, as a filter of a search; null for all. */
type ScopeFilter = ReadonlySet<number> | null;

/** Finds chunks by their words: FTS5 over text that was cut into terms before. */
export interface LexicalIndex {
  add(chunkId: number, terms: ChunkTerms): void;
  remove(chunkId: number): void;
  clear(): void;
  /** The chunks that hold any of the terms, best first by FTS5's own BM25, at most `limit`. */
  search(terms: readonly string[], scopes: ScopeFilter, limit: number): readonly number[];
  /** How many chunks hold the term. */
  count(term: string, scopes: ScopeFilter): number;
}

/** Creates the lexical index over its table; add and remove belong into the caller's transaction. */
export function createLexicalIndex(sql: Sql, weights: ColumnWeights): LexicalIndex {
  const rank = `bm25(lexical, ${COLUMNS.map((column) => weights[column]).join(", ")})`;
  const permitted = "SELECT value FROM json_each(?)";
  // What editors have hidden must not take the places of what is shown.
  const shown = `lexical.rowid NOT IN (${HIDDEN_CHUNKS})`;
  const insert = sql.prepare(
    "INSERT INTO lexical (rowid, title, heading, body, identifiers) VALUES (?, ?, ?, ?, ?)",
  );
  const erase = sql.prepare("DELETE FROM lexical WHERE rowid = ?");
  const searchAll = sql.prepare(
    `SELECT rowid FROM lexical WHERE lexical MATCH ? AND ${shown} ORDER BY ${rank} LIMIT ?`,
  );
  const searchSome = sql.prepare(
    `SELECT lexical.rowid FROM lexical JOIN chunk_scopes AS own ON own.chunk_id = lexical.rowid
     WHERE lexical MATCH ? AND own.scope_id IN (${permitted}) AND ${shown} ORDER BY ${rank} LIMIT ?`,
  );
  const countAll = sql.prepare("SELECT count(*) FROM lexical WHERE lexical MATCH ?");
  const countSome = sql.prepare(
    `SELECT count(*) FROM lexical JOIN chunk_scopes AS own ON own.chunk_id = lexical.rowid
     WHERE lexical MATCH ? AND own.scope_id IN (${permitted})`,
  );

  return {
    add(chunkId, terms) {
      insert.run(chunkId, ...COLUMNS.map((column) => terms[column].join(" ")));
    },
    remove: (chunkId) => void erase.run(chunkId),
    clear: () => sql.execute("DELETE FROM lexical"),
    search(terms, scopes, limit) {
      if (terms.length === 0) return [];
      const match = terms.map(quote).join(" OR ");
      const rows =
        scopes === null
          ? searchAll.rows(match, limit)
          : searchSome.rows(match, JSON.stringify([...scopes]), limit);
      return rows.map(([id]) => asNumber(id));
    },
    count(term, scopes) {
      const rows =
        scopes === null
          ? countAll.rows(quote(term))
          : countSome.rows(quote(term), JSON.stringify([...scopes]));
      return asNumber(rows[0]?.[0]);
    },
  };
}

/** A term as FTS5 takes it; terms hold no quotation mark, but a query is never trusted. */
function quote(term: string): string {
  return `"${term.replaceAll('"', "")}"`;
}
