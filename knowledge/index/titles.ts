import { type Principal, parseVisibility, principalMayRead } from "../../src/core/index.ts";
import type { Sql } from "./sql.ts";

/** Rows looked at for one suggestion: what a person may not read is passed over. */
const MAX_ROWS = 500;

/** Finds titles by a part of them. */
export function createTitleSearch(
  sql: Sql,
): (words: string, principal: Principal, limit: number) => readonly string[] {
  const select = sql.prepare(
    "SELECT DISTINCT documents.title, scopes.visibility FROM documents JOIN scopes ON scopes.id = documents.scope_id WHERE documents.title LIKE ? ESCAPE '\\' ORDER BY length(documents.title), documents.title LIMIT ?",
  );
  return (words, principal, limit) => {
    const pattern = `%${words.replaceAll(/[\\%_]/gu, "\\$&")}%`;
    const titles = new Set<string>();
    for (const [title, scope] of select.rows(pattern, MAX_ROWS)) {
      const visibility = parseVisibility(String(scope));
      if (visibility !== null && principalMayRead(principal, visibility)) titles.add(String(title));
      if (titles.size >= limit) break;
    }
    return [...titles];
  };
}
