import {
  documentId,
  FrontdeskError,
  type Principal,
  parseVisibility,
  principalMayRead,
} from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import {
  type DocumentStandings,
  type JudgedDocument,
  STANDINGS,
  type Standing,
} from "../../src/ports/document-standings.ts";
import type { Revision } from "./revision.ts";
import { asNumber, asText, type Row, type Sql, safeText } from "./sql.ts";

const SHOWN = 5;
const COLUMNS = `d.id, ${safeText("d.title")}, ${safeText("d.location")}, s.collection, s.visibility,
  t.standing, t.set_by, t.set_at`;
const TABLES = `documents d JOIN scopes s ON s.id = d.scope_id LEFT JOIN standings t ON t.document_id = d.id`;

/** What is stored that nobody knows any more counts as nothing said. */
function storedStanding(value: unknown): Standing {
  return STANDINGS.find((standing) => standing === value) ?? "normal";
}

/** Creates what editors say of documents, over the tables. */
export function createStandings(parts: {
  readonly sql: Sql;
  readonly revision: Revision;
  readonly clock: Clock;
}): DocumentStandings {
  const { sql, revision, clock } = parts;
  const exact = sql.prepare(
    `SELECT ${COLUMNS} FROM ${TABLES}
     WHERE d.id = ?1 OR d.location = ?1 OR lower(d.title) = lower(?1) ORDER BY d.location`,
  );
  const byEnd = sql.prepare(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE d.location LIKE ? ESCAPE '\\' ORDER BY d.location`,
  );
  const list = sql.prepare(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE t.standing <> 'normal' ORDER BY t.set_at DESC, d.id`,
  );
  const put = sql.prepare(
    `INSERT INTO standings (document_id, standing, set_by, set_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (document_id) DO UPDATE SET standing = excluded.standing, set_by = excluded.set_by, set_at = excluded.set_at`,
  );
  // Answers are kept under the version of what their readers see: with another one, none of them is found again.
  const renew = sql.prepare(
    `UPDATE scopes SET version = hex(randomblob(8))
     WHERE id = (SELECT scope_id FROM documents WHERE id = ?)`,
  );

  const readable = (rows: readonly Row[], reader: Principal | null): readonly JudgedDocument[] =>
    rows.filter((row) => mayRead(row, reader)).map(toJudged);

  const find = (document: string, reader: Principal | null): JudgedDocument => {
    const wanted = document.trim();
    const named = wanted === "" ? [] : readable(exact.rows(wanted), reader);
    const end = `%/${wanted.replaceAll(/[\\%_]/gu, "\\$&")}`;
    const found = named.length > 0 || wanted === "" ? named : readable(byEnd.rows(end), reader);
    const [first, ...others] = found;
    if (first === undefined) {
      throw new FrontdeskError(
        "source_not_found",
        `There is no document “${wanted}”. Give its title, or its path or address as it stands under an answer.`,
      );
    }
    if (others.length === 0) return first;
    const places = found.slice(0, SHOWN).map(({ source }) => source);
    const more = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : "";
    throw new FrontdeskError(
      "usage",
      `Several documents are called “${wanted}”: ${places.join(", ")}${more}. Give the whole path or address.`,
    );
  };

  return {
    async judge({ document, standing, by, reader }) {
      const found = find(document, reader);
      const judged = { ...found, standing, by, at: clock.now() };
      sql.transaction(() => {
        put.run(found.id, standing, by, judged.at);
        renew.run(found.id);
      });
      revision.advance();
      return judged;
    },
    judged: async (reader) => readable(list.rows(), reader),
  };
}

function mayRead(row: Row, reader: Principal | null): boolean {
  if (reader === null) return true;
  const visibility = parseVisibility(asText(row[4]));
  return visibility !== null && principalMayRead(reader, visibility);
}

function toJudged(row: Row): JudgedDocument {
  return {
    id: documentId(asText(row[0])),
    title: asText(row[1]),
    source: asText(row[2]),
    collection: asText(row[3]),
    standing: storedStanding(row[5]),
    by: row[6] === null ? "" : asText(row[6]),
    at: row[7] === null ? 0 : asNumber(row[7]),
  };
}
