import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeBackup, restoreBackup } from "../../../src/runtime/index.ts";
import { type KnowledgeFixture, openKnowledge } from "../../support/knowledge-fixture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const { signal } = new AbortController();
const now = new Date("2027-01-31T10:00:00Z");

async function filled(): Promise<KnowledgeFixture> {
  const fixture = await openKnowledge();
  fixture.documents.put("/kb", "leave.md", "Everybody has 26 days of leave.");
  await fixture.ingest("/kb");
  writeFileSync(join(fixture.dataDir, "samples.json"), "{}");
  for (const name of ["models", "chroma", "documents"]) {
    mkdirSync(join(fixture.dataDir, name));
    writeFileSync(join(fixture.dataDir, name, "file"), name);
  }
  writeFileSync(join(fixture.dataDir, "frontdesk.log"), "log");
  writeFileSync(join(fixture.dataDir, "owner.json"), "{}");
  return fixture;
}

async function backUp(dataDir: string): Promise<string> {
  const folder = join(temporaryFolder(), "backup");
  const of = { dataDir, folder, version: "1.2.3", conversations: "sqlite" } as const;
  await makeBackup({ ...of, now, onFile: () => {}, signal });
  return folder;
}

const restore = (dataDir: string, folder: string) =>
  restoreBackup({ directory: { path: dataDir }, folder, now, onFile: () => {}, signal });

describe("a backup", () => {
  it("holds databases that are in use, and files, but nothing that comes back by itself", async () => {
    const { dataDir } = await filled();

    const folder = await backUp(dataDir);

    expect(readdirSync(folder).toSorted()).toEqual([
      "backup.json",
      "documents",
      "knowledge.db",
      "samples.json",
    ]);
    expect(JSON.parse(readFileSync(join(folder, "backup.json"), "utf8"))).toMatchObject({
      format: 1,
      frontdesk: "1.2.3",
      createdAt: "2027-01-31T10:00:00.000Z",
      conversations: "sqlite",
    });
  });

  it("brings everything back as it was, and puts aside what was there", async () => {
    const fixture = await filled();
    const folder = await backUp(fixture.dataDir);
    fixture.documents.put("/kb", "leave.md", "Everybody has 27 days of leave.");
    await fixture.ingest("/kb");
    await fixture.knowledge.close();

    const { away } = await restore(fixture.dataDir, folder);

    const restored = await openKnowledge({ dataDir: fixture.dataDir });
    expect(await restored.find("leave")).toEqual(["Everybody has 26 days of leave."]);
    expect(readFileSync(join(fixture.dataDir, "documents", "file"), "utf8")).toBe("documents");
    expect(existsSync(join(fixture.dataDir, "models", "file"))).toBe(true);
    const before = await openKnowledge({ dataDir: away ?? "" });
    expect(await before.find("leave")).toEqual(["Everybody has 27 days of leave."]);
  });

  it("can be restored where nothing was, on another machine", async () => {
    const { dataDir } = await filled();
    const elsewhere = temporaryFolder();

    const { away, manifest } = await restore(elsewhere, await backUp(dataDir));

    expect(away).toBeNull();
    expect(manifest.frontdesk).toBe("1.2.3");
    const { find } = await openKnowledge({ dataDir: elsewhere });
    expect(await find("leave")).toHaveLength(1);
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      "a file was changed",
      (folder) => writeFileSync(join(folder, "samples.json"), "[]"),
      "database_corrupt",
    ],
    [
      "a database was cut off",
      (folder) => writeFileSync(join(folder, "knowledge.db"), "SQLite format 3"),
      "database_corrupt",
    ],
    [
      "it was broken off before its end",
      (folder) => writeFileSync(join(folder, "backup.json"), ""),
      "usage",
    ],
    [
      "a newer version made it",
      (folder) => writeFileSync(join(folder, "backup.json"), '{"format":99}'),
      "unsupported",
    ],
    [
      "it names a file outside of it",
      (folder) => {
        const file = join(folder, "backup.json");
        const text = readFileSync(file, "utf8");
        writeFileSync(file, text.replace("samples.json", "../samples.json"));
      },
      "usage",
    ],
  ])("is refused, and nothing is changed, when %s", async (_what, spoil, code) => {
    const { dataDir, knowledge, find } = await filled();
    const folder = await backUp(dataDir);
    spoil(folder);
    const before = readdirSync(dataDir);

    await expect(restore(dataDir, folder)).rejects.toMatchObject({ code });

    expect(readdirSync(dataDir)).toEqual(before);
    expect(await find("leave")).toHaveLength(1);
    await knowledge.close();
  });

  it("wants a new folder outside of the data directory", async () => {
    const { dataDir } = await filled();
    const full = temporaryFolder();
    writeFileSync(join(full, "mine"), "x");

    for (const folder of [full, dataDir, join(dataDir, "backup")]) {
      const of = { dataDir, folder, version: "1", conversations: "sqlite" } as const;
      const failed = makeBackup({ ...of, now, onFile: () => {}, signal });
      await expect(failed).rejects.toMatchObject({ code: "usage" });
    }
    expect(readdirSync(full)).toEqual(["mine"]);
  });
});
