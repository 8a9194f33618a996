import { setImmediate as nextTick } from "node:timers/promises";
import type { Logger } from "../../src/ports/logger.ts";
import type { LexicalIndex } from "../lexical/lexical-index.ts";
import { encodeTermVector } from "../lexical/term-vector.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";
import { chunkTerms } from "./chunk-terms.ts";
import { asNumber, asText, type Sql, safeText } from "./sql.ts";

const KEY = "tokenizer";
const BATCH = 200;

/**
 * Cuts all chunks into terms once more when the tokenizer is another than the one that indexed them (a new version, or
 * jieba came or went): text cut in one way is not found by a query cut in another. In one transaction; the documents
 * themselves are not read again.
 */
export async function rebuildLexicalIndex(options: {
  readonly sql: Sql;
  readonly lexical: LexicalIndex;
  readonly tokenizer: Tokenizer;
  readonly logger: Logger;
}): Promise<void> {
  const { sql, lexical, tokenizer, logger } = options;
  const recall = sql.prepare("SELECT value FROM meta WHERE key = ?");
  const remember = sql.prepare(
    "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  if (recall.rows(KEY)[0]?.[0] === tokenizer.identity) return;

  const list = sql.prepare(
    `SELECT c.id, ${safeText("d.title")}, ${safeText("c.section")}, ${safeText("c.text")} FROM chunks c JOIN documents d ON d.id = c.document_id
     WHERE c.id > ? ORDER BY c.id LIMIT ?`,
  );
  const update = sql.prepare("UPDATE chunks SET length = ?, terms = ? WHERE id = ?");
  let chunks = 0;
  sql.execute("BEGIN IMMEDIATE");
  try {
    lexical.clear();
    for (let after = 0, last = 0; ; after = last) {
      const rows = list.rows(after, BATCH);
      if (rows.length === 0) break;
      for (const row of rows) {
        last = asNumber(row[0]);
        const { terms, length } = chunkTerms(tokenizer, {
          title: asText(row[1]),
          section: asText(row[2]),
          text: asText(row[3]),
        });
        update.run(length, encodeTermVector(terms), last);
        lexical.add(last, terms);
      }
      chunks += rows.length;
      await nextTick();
    }
    remember.run(KEY, tokenizer.identity);
    sql.execute("COMMIT");
  } catch (error) {
    sql.execute("ROLLBACK");
    throw error;
  }
  if (chunks > 0) logger.info({ chunks, tokenizer: tokenizer.identity }, "lexical index rebuilt");
}
