import { storedLanguage, storedVisibility } from "../index/catalog.ts";
import type { Revision } from "../index/revision.ts";
import { asNumber, asText, type Sql } from "../index/sql.ts";
import { inverseDocumentFrequency } from "../lexical/bm25.ts";
import type { LexicalIndex } from "../lexical/lexical-index.ts";
import type { Permission, Scope } from "./permit.ts";

/** Counts over the index, remembered until it changes. */
export interface Corpus {
  scopes(): readonly Scope[];
  /** In how many chunks that may be read the term stands. */
  frequency(term: string, permission: Permission): number;
  /** The term's inverse document frequency among what may be read. */
  idf(term: string, permission: Permission): number;
}

const REMEMBERED_TERMS = 50_000;

/** Creates the counts over the index. */
export function createCorpus(options: {
  readonly sql: Sql;
  readonly lexical: LexicalIndex;
  readonly revision: Revision;
}): Corpus {
  const { sql, lexical, revision } = options;
  const listScopes = sql.prepare(
    `SELECT s.id, s.collection, s.visibility, count(c.id), sum(c.length), s.version, group_concat(DISTINCT c.language)
     FROM scopes s JOIN chunks c ON c.scope_id = s.id GROUP BY s.id ORDER BY s.id`,
  );
  let known = -1;
  let scopes: readonly Scope[] = [];
  // One table for each group of readers who may see the same.
  const frequencies = new Map<string, Map<string, number>>();
  let remembered = 0;

  function refresh(): void {
    if (known === revision.current() && remembered < REMEMBERED_TERMS) return;
    if (known !== revision.current()) {
      scopes = listScopes.rows().map((row) => ({
        id: asNumber(row[0]),
        collection: asText(row[1]),
        visibility: storedVisibility(row[2]),
        chunks: asNumber(row[3]),
        words: asNumber(row[4]),
        version: asText(row[5]),
        languages: asText(row[6]).split(",").map(storedLanguage),
      }));
    }
    frequencies.clear();
    remembered = 0;
    known = revision.current();
  }

  function frequency(term: string, permission: Permission): number {
    refresh();
    const table = frequencies.get(permission.key) ?? new Map<string, number>();
    frequencies.set(permission.key, table);
    const seen = table.get(term);
    if (seen !== undefined) return seen;
    const count = lexical.count(term, permission.filter);
    table.set(term, count);
    remembered += 1;
    return count;
  }

  return {
    scopes() {
      refresh();
      return scopes;
    },
    frequency,
    idf: (term, permission) =>
      inverseDocumentFrequency(permission.chunks, frequency(term, permission)),
  };
}
