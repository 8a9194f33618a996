import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openKnowledgeDatabase } from "../../../knowledge/index/schema.ts";
import { createTitleSearch } from "../../../knowledge/index/titles.ts";
import { type Principal, userId } from "../../../src/core/index.ts";

const person = (role: Principal["role"], groups: readonly string[] = []): Principal => ({
  platform: "discord",
  userId: userId("u"),
  displayName: "u",
  role,
  groups,
});

function aSearch() {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-titles-"));
  const sql = openKnowledgeDatabase(join(folder, "knowledge.db"));
  onTestFinished(() => {
    sql.close();
    rmSync(folder, { recursive: true });
  });
  sql.execute(
    "INSERT INTO sources (id, collection, root, visibility, updated_at) VALUES (1, 'c', 'r', 'public', 0)",
  );
  const documents = [
    ["Leave", "internal"],
    ["Parental leave", "public"],
    ["Leave of managers", "group:hr"],
    ["100%_sure", "public"],
    ["Travel", "public"],
  ] as const;
  for (const [index, [title, visibility]] of documents.entries()) {
    sql.execute(
      `INSERT OR IGNORE INTO scopes (collection, visibility) VALUES ('c', '${visibility}');
       INSERT INTO documents (id, source_id, scope_id, location, title, language, content_hash)
       SELECT 'd${index}', 1, id, 'l', '${title}', 'en', 'h' FROM scopes WHERE visibility = '${visibility}'`,
    );
  }
  return createTitleSearch(sql);
}

describe("titles for suggestions", () => {
  it("holds the words, the shortest first, and only what the person may read", () => {
    const find = aSearch();

    expect(find("leave", person("viewer"), 10)).toEqual(["Leave", "Parental leave"]);
    expect(find("leave", person("guest"), 10)).toEqual(["Parental leave"]);
    expect(find("leave", person("viewer", ["hr"]), 10)).toContain("Leave of managers");
  });

  it("takes signs of the pattern language for plain signs, and keeps to the limit", () => {
    const find = aSearch();

    expect(find("100%_", person("guest"), 10)).toEqual(["100%_sure"]);
    expect(find("%", person("guest"), 10)).toEqual(["100%_sure"]);
    expect(find("", person("viewer", ["hr"]), 2)).toHaveLength(2);
  });
});
