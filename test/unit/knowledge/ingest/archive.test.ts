import { describe, expect, it } from "vitest";
import { checkArchive, openArchive } from "../../../../knowledge/ingest/zip/archive.ts";
import { zipOf } from "../../../support/documents/zip.ts";

const LIMITS = { maxEntries: 3, maxBytes: 200_000, maxRatio: 20, ratioFromBytes: 50_000 };

describe("an archive", () => {
  it("gives its files by name", async () => {
    const archive = await openArchive(zipOf({ "a/b.txt": "Text.", "c.txt": "" }), LIMITS);

    expect(archive.names).toEqual(["a/b.txt", "c.txt"]);
    expect((await archive.read("a/b.txt"))?.toString()).toBe("Text.");
    expect(await archive.read("d.txt")).toBeNull();
  });

  it.each([
    ["more files than are allowed", { a: "1", b: "2", c: "3", d: "4" }],
    ["more bytes than are allowed", { a: "x", b: new Uint8Array(200_000) }],
    ["a multiple of its size", { a: "x", b: new Uint8Array(60_000) }],
  ])("that holds %s is refused before anything is unpacked", async (_, files) => {
    await expect(openArchive(zipOf(files), LIMITS)).rejects.toMatchObject({
      code: "source_too_large",
    });
  });

  it("that lies about its sizes is found out while it is unpacked", async () => {
    const bytes = Buffer.from(zipOf({ a: "x", b: "y".repeat(5_000) }));
    // The directory says that the second file has ten bytes.
    const second = bytes.lastIndexOf("PK\u0001\u0002");
    bytes.writeUInt32LE(10, second + 24);

    await expect(checkArchive(bytes)).rejects.toThrow(/too many bytes/u);
  });
});
