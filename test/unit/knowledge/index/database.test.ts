import { truncateSync, writeFileSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openKnowledgeDatabase } from "../../../../knowledge/index/schema.ts";
import { openSql } from "../../../../knowledge/index/sql.ts";
import { FrontdeskError } from "../../../../src/core/index.ts";
import { openKnowledge } from "../../../support/knowledge-fixture.ts";
import { createMemoryDocuments } from "../../../support/memory-documents.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

async function failureOf(work: () => Promise<unknown>): Promise<FrontdeskError> {
  const failure: unknown = await work().catch((error: unknown) => error);
  if (failure instanceof FrontdeskError) return failure;
  throw new Error("it did not fail in our terms", { cause: failure });
}

describe("the knowledge database", () => {
  it("is named in the message when it is no database, and left as it is", async () => {
    const dataDir = temporaryFolder();
    const file = join(dataDir, "knowledge.db");
    writeFileSync(file, "this is not a database ".repeat(300));

    const failure = await failureOf(() => openKnowledge({ dataDir }));

    expect(failure.code).toBe("database_corrupt");
    expect(failure.message).toContain(file);
    expect(await readFile(file, "utf8")).toContain("this is not a database");
  });

  it("is not opened by an older version than the one that wrote it", async () => {
    const dataDir = temporaryFolder();
    const sql = openSql(join(dataDir, "knowledge.db"));
    sql.execute("PRAGMA user_version = 9999");
    sql.close();

    const failure = await failureOf(() => openKnowledge({ dataDir }));

    expect(failure.code).toBe("unsupported");
  });

  it("that is cut off is refused at the start", async () => {
    const dataDir = temporaryFolder();
    const documents = createMemoryDocuments();
    for (let index = 0; index < 60; index += 1) {
      documents.put("/kb", `${index}.md`, `rule ${index} about leave `.repeat(40));
    }
    const first = await openKnowledge({ dataDir, documents });
    await first.ingest("/kb");
    await first.knowledge.close();
    const file = join(dataDir, "knowledge.db");
    const { size } = await stat(file);
    truncateSync(file, Math.floor(size / 2 / 4096) * 4096);

    const failure = await failureOf(() => openKnowledge({ dataDir, documents }));

    expect(failure.code).toBe("database_corrupt");
  });

  it("cannot be made where there is a file in the way", async () => {
    const file = join(temporaryFolder(), "taken");
    writeFileSync(file, "");

    const failure = await failureOf(() => openKnowledge({ dataDir: join(file, "data") }));

    expect(failure.code).toBe("data_dir_unusable");
  });

  it("says that the disk is full, and keeps what it had", () => {
    const sql = openSql(join(temporaryFolder(), "small.db"));
    sql.execute("CREATE TABLE t (a TEXT); PRAGMA max_page_count = 8");
    const insert = sql.prepare("INSERT INTO t VALUES (?)");
    insert.run("first");

    const fill = (): void => sql.transaction(() => void insert.run("x".repeat(200_000)));

    expect(fill).toThrow(expect.objectContaining({ code: "disk_full" }));
    expect(sql.prepare("SELECT a FROM t").rows()).toEqual([["first"]]);
    sql.close();
  });

  it("keeps what was ingested over a restart", async () => {
    const dataDir = temporaryFolder();
    const documents = createMemoryDocuments();
    documents.put("/kb", "leave.md", "Thirty days of leave. 年假三十天。");
    const first = await openKnowledge({ dataDir, documents });
    await first.ingest("/kb");
    await first.knowledge.close();

    const second = await openKnowledge({ dataDir, documents });

    expect(await second.find("年假")).toHaveLength(1);
    expect(await second.knowledge.status()).toMatchObject({ documents: 1, chunks: 1 });
  });

  it("is cut into terms once more when another tokenizer had done it", async () => {
    const dataDir = temporaryFolder();
    const documents = createMemoryDocuments();
    documents.put("/kb", "leave.md", "Thirty days of leave.");
    const first = await openKnowledge({ dataDir, documents });
    await first.ingest("/kb");
    await first.knowledge.close();
    const sql = openKnowledgeDatabase(join(dataDir, "knowledge.db"));
    sql.execute("UPDATE meta SET value = 'older' WHERE key = 'tokenizer'; DELETE FROM lexical");
    sql.close();

    const second = await openKnowledge({ dataDir, documents });

    expect(await second.find("leave")).toHaveLength(1);
  });

  it("undoes a transaction whole", () => {
    const sql = openSql(join(temporaryFolder(), "some.db"));
    sql.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)");
    const insert = sql.prepare("INSERT INTO t VALUES (?)");

    const write = (): void =>
      sql.transaction(() => {
        insert.run(1);
        insert.run(1);
      });

    expect(write).toThrow();
    expect(sql.prepare("SELECT count(*) FROM t").rows()).toEqual([[0]]);
    sql.close();
  });
});
