import { type Principal, parseVisibility, principalMayRead } from "../../src/core/index.ts";
import { HIDDEN_DOCUMENTS } from "./hidden.ts";
import { asText, type Sql, safeText } from "./sql.ts";

/** Finds titles by a part of them, among what this person may read. */
export function createTitleSearch(
  sql: Sql,
): (words: string, principal: Principal, limit: number) => readonly string[] {
  const listScopes = sql.prepare("SELECT id, visibility FROM scopes");
  const select = sql.prepare(
    `SELECT DISTINCT ${safeText("title")} FROM documents
     WHERE scope_id IN (SELECT value FROM json_each(?)) AND title LIKE ? ESCAPE '\\'
       AND id NOT IN (${HIDDEN_DOCUMENTS})
     ORDER BY length(title), title LIMIT ?`,
  );
  return (words, principal, limit) => {
    const readable = listScopes.rows().flatMap(([id, text]) => {
      const visibility = parseVisibility(asText(text));
      return visibility !== null && principalMayRead(principal, visibility) ? [id] : [];
    });
    const pattern = `%${words.replaceAll(/[\\%_]/gu, "\\$&")}%`;
    return select.rows(JSON.stringify(readable), pattern, limit).map(([title]) => asText(title));
  };
}
