import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openTranscriptFile } from "../../../src/runtime/stores/transcript-file.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function openFile(file = join(temporaryFolder(), "test.db")) {
  const opened = openTranscriptFile(file, "CREATE TABLE IF NOT EXISTS t (v TEXT) STRICT");
  onTestFinished(() => opened.close());
  return opened;
}

describe("a SQLite file", () => {
  it("writes every commit through to the disk before it returns", () => {
    const { connection } = openFile();

    expect(connection.pragma("journal_mode")).toEqual([{ journal_mode: "wal" }]);
    expect(connection.prepare("PRAGMA synchronous").get()).toMatchObject({ synchronous: 2 });
  });

  it("says that the disk is full, and changes nothing", () => {
    const file = openFile();
    file.connection.exec("PRAGMA max_page_count = 4");
    const insert = file.connection.prepare("INSERT INTO t VALUES (?)");

    const filling = (): void =>
      file.transact(() => {
        for (let n = 0; n < 50; n += 1) insert.run("x".repeat(4_000));
      });

    expect(filling).toThrow(expect.objectContaining({ code: "disk_full", retryable: true }));
    expect(file.connection.prepare("SELECT count(*) AS n FROM t").get()).toMatchObject({ n: 0 });
  });

  it("leaves other errors as they are", () => {
    const file = openFile();
    const mistake = new TypeError("a defect");

    expect(() =>
      file.run(() => {
        throw mistake;
      }),
    ).toThrow(mistake);
  });

  it("closes twice without complaint", async () => {
    const file = openFile();

    await file.close();

    await expect(file.close()).resolves.toBeUndefined();
  });
});
