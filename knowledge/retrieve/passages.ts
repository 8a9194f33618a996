import { documentId, passageId, type RankedPassage } from "../../src/core/index.ts";
import { storedLanguage, storedVisibility } from "../index/catalog.ts";
import { HIDDEN_DOCUMENTS } from "../index/hidden.ts";
import { asNumber, asNumberOrNull, asText, type Row, type Sql, safeText } from "../index/sql.ts";
import { commitOf } from "../ingest/git/read-blob.ts";
import type { Scored } from "./fuse.ts";

const COMMIT_LENGTH = 12;

/** A ranked chunk with its text. */
export interface Ranked {
  readonly scored: Scored;
  readonly passage: RankedPassage;
}

/** Reads the text of ranked chunks as it stands now; those that vanished meanwhile are missing. */
export interface PassageReader {
  read(ranked: readonly Scored[]): readonly Ranked[];
}

/** Creates the reader over the tables. */
export function createPassageReader(sql: Sql): PassageReader {
  const select = sql.prepare(
    `SELECT c.id, c.passage_id, c.document_id, s.collection, ${safeText("d.title")},
            ${safeText("c.section")}, ${safeText("d.location")}, c.page, ${safeText("c.text")},
            c.language, s.visibility, d.updated_at, d.version
     FROM chunks c JOIN documents d ON d.id = c.document_id JOIN scopes s ON s.id = d.scope_id
     WHERE c.id IN (SELECT value FROM json_each(?))
       AND d.id NOT IN (${HIDDEN_DOCUMENTS})`,
  );
  return {
    read(ranked) {
      const rows = new Map(
        select
          .rows(JSON.stringify(ranked.map(({ chunkId }) => chunkId)))
          .map((row) => [asNumber(row[0]), row]),
      );
      return ranked.flatMap((scored) => {
        const row = rows.get(scored.chunkId);
        return row === undefined ? [] : [{ scored, passage: toPassage(row, scored) }];
      });
    },
  };
}

/** A file out of a repository is cited with the commit in which it reads so: `/srv/wiki/leave.md@1a2b3c4d5e6f`. */
function citedAs(location: string, version: string | null): string {
  const commit = commitOf(version);
  return commit === null ? location : `${location}@${commit.slice(0, COMMIT_LENGTH)}`;
}

function toPassage(row: Row, scored: Scored): RankedPassage {
  return {
    id: passageId(asText(row[1])),
    documentId: documentId(asText(row[2])),
    collection: asText(row[3]),
    title: asText(row[4]),
    section: asText(row[5]),
    source: citedAs(asText(row[6]), row[12] === null ? null : asText(row[12])),
    page: asNumberOrNull(row[7]),
    text: asText(row[8]),
    language: storedLanguage(row[9]),
    visibility: storedVisibility(row[10]),
    origin: "local",
    updatedAt: asNumberOrNull(row[11]),
    ...(scored.isBoosted ? { isBoosted: true } : {}),
    score: scored.score,
    parts: { vector: scored.cosine, lexical: scored.lexical, rerank: null },
  };
}
