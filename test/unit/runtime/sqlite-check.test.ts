import { openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { checkSqliteFile } from "../../../src/runtime/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function aDatabase(): string {
  const file = join(temporaryFolder(), "some.db");
  const database = new Database(file);
  database.exec("CREATE TABLE lines (text TEXT)");
  const insert = database.prepare("INSERT INTO lines VALUES (?)");
  database.exec("BEGIN");
  for (let line = 0; line < 2000; line += 1) insert.run(`line ${line} `.repeat(20));
  database.exec("COMMIT");
  database.close();
  return file;
}

describe("checkSqliteFile", () => {
  it("finds nothing in a sound database, also while it is in use", () => {
    const file = aDatabase();
    const user = new Database(file);
    user.pragma("journal_mode = WAL");
    user.exec("INSERT INTO lines VALUES ('open')");

    const fault = checkSqliteFile(file);
    user.close();

    expect(fault).toBeNull();
  });

  it("finds a page that was overwritten", () => {
    const file = aDatabase();
    writeSync(openSync(file, "r+"), Buffer.alloc(4096, 0xab), 0, 4096, 8 * 4096);

    expect(checkSqliteFile(file)).toMatchObject({ code: "database_corrupt" });
  });

  it("finds what is no database at all", () => {
    const file = join(temporaryFolder(), "some.db");
    writeFileSync(file, "nothing of the kind ".repeat(500));

    expect(checkSqliteFile(file)).toMatchObject({ code: "database_corrupt" });
  });
});
