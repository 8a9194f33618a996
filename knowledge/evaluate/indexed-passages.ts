import { join } from "node:path";
import type { Visibility } from "../../src/core/index.ts";
import { storedVisibility } from "../index/catalog.ts";
import { openKnowledgeDatabase } from "../index/schema.ts";
import { asText, safeText } from "../index/sql.ts";

/** A passage as it stands in an index. */
export interface IndexedPassage {
  readonly id: string;
  readonly title: string;
  readonly section: string;
  readonly text: string;
  readonly source: string;
  readonly visibility: Visibility;
}

/** Everything that an index of our own holds, whoever may read it: for measuring, never for answering. */
export function listIndexedPassages(dataDir: string): readonly IndexedPassage[] {
  const sql = openKnowledgeDatabase(join(dataDir, "knowledge.db"));
  try {
    return sql
      .prepare(
        `SELECT c.passage_id, ${safeText("d.title")}, ${safeText("c.section")}, ${safeText("c.text")},
                ${safeText("d.location")}, s.visibility
         FROM chunks c JOIN documents d ON d.id = c.document_id JOIN scopes s ON s.id = d.scope_id ORDER BY c.id`,
      )
      .rows()
      .map((row) => ({
        id: asText(row[0]),
        title: asText(row[1]),
        section: asText(row[2]),
        text: asText(row[3]),
        source: asText(row[4]),
        visibility: storedVisibility(row[5]),
      }));
  } finally {
    sql.close();
  }
}
