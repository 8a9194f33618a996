import { execFile } from "node:child_process";
import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { beforeEach, describe, expect, it } from "vitest";
import { createDocumentReader } from "../../../knowledge/ingest/index.ts";
import { makeFolder, type TestFolder } from "./folder.ts";

const signal = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
const reader = createDocumentReader();
let folder: TestFolder;

beforeEach(() => {
  folder = makeFolder();
});

const listed = async (root = folder.path): Promise<string[]> => {
  const { documents } = await reader.list(root, { signal });
  return documents.map(({ source }) => relative(folder.path, source));
};

describe("listing a folder", () => {
  it("finds the files of all folders below it, sorted, with size and time", async () => {
    await folder.write("b.md", "1234");
    await folder.write("a/z.txt", "x");
    await folder.write("a/b/c.html", "x");

    const { isContainer, documents } = await reader.list(folder.path, { signal });

    expect(isContainer).toBe(true);
    expect(documents.map(({ source }) => relative(folder.path, source))).toEqual([
      "a/b/c.html",
      "a/z.txt",
      "b.md",
    ]);
    expect(documents[2]).toMatchObject({ root: folder.path, sizeBytes: 4 });
    expect(documents[2]?.updatedAt).toBeGreaterThan(Date.now() - 3_600_000);
  });

  it("leaves out hidden files and folders, and what packages install", async () => {
    for (const name of [
      "a.md",
      ".env.md",
      ".git/x.md",
      "node_modules/p/README.md",
      "sub/.hidden/y.md",
    ]) {
      await folder.write(name, "x");
    }

    expect(await listed()).toEqual(["a.md"]);
  });

  it("leaves out what .frontdeskignore names, also one further down, and keeps its exceptions", async () => {
    await folder.write(".frontdeskignore", "drafts/\n*.log\n/top.md\n");
    await folder.write("sub/.frontdeskignore", "*.txt\n!keep.txt\n");
    for (const name of [
      "a.md",
      "drafts/x.md",
      "x.log",
      "top.md",
      "sub/top.md",
      "sub/a.txt",
      "sub/keep.txt",
    ]) {
      await folder.write(name, "x");
    }

    expect(await listed()).toEqual(["a.md", "sub/keep.txt", "sub/top.md"]);
  });

  it("ends at links that go round in circles, and takes a linked document once", async () => {
    await folder.write("real/a.md", "x");
    await symlink(folder.path, join(folder.path, "real", "round"));
    await symlink(join(folder.path, "real"), join(folder.path, "also"));
    await symlink(join(folder.path, "gone.md"), join(folder.path, "broken.md"));

    expect(await listed()).toEqual(["real/a.md"]);
  });

  it("does not follow links that lead out of it, and names them", async () => {
    const outside = makeFolder();
    const file = await outside.write("docs/a.md", "x");
    await folder.write("own.md", "x");
    await symlink(join(outside.path, "docs"), join(folder.path, "linked"));
    await symlink(file, join(folder.path, "file.md"));

    const { refused } = await reader.list(folder.path, { signal });

    expect(await listed()).toEqual(["own.md"]);
    expect(refused.map(({ source }) => source)).toEqual([
      join(folder.path, "file.md"),
      join(folder.path, "linked"),
    ]);
    expect(refused[0]?.reason).toContain("leads out of the folder");
  });

  it("names links that lead nowhere, pipes and sockets, unless it is told to ignore them", async () => {
    await folder.write("own.md", "x");
    await symlink(join(folder.path, "gone.md"), join(folder.path, "broken.md"));
    await promisify(execFile)("mkfifo", [join(folder.path, "pipe"), join(folder.path, "ignored")]);
    await folder.write(".frontdeskignore", "ignored");

    const { refused } = await reader.list(folder.path, { signal });

    expect(refused).toEqual([
      { source: join(folder.path, "broken.md"), reason: containing("leads nowhere") },
      { source: join(folder.path, "pipe"), reason: containing("neither a file nor a folder") },
    ]);
  });

  it("says so when it holds nothing but links that lead out of it", async () => {
    const outside = makeFolder();
    await symlink(await outside.write("a.md", "x"), join(folder.path, "a.md"));

    await expect(reader.list(folder.path, { signal })).rejects.toThrow("nothing but links");
  });

  it("takes ten thousand files", async () => {
    for (let part = 0; part < 10; part += 1) {
      await mkdir(join(folder.path, `part-${part}`));
      const names = Array.from({ length: 1000 }, (_, index) => `part-${part}/${index}.md`);
      await Promise.all(names.map((name) => writeFile(join(folder.path, name), "x")));
    }

    const { documents } = await reader.list(folder.path, { signal });

    expect(documents).toHaveLength(10_000);
    expect(new Set(documents.map(({ source }) => source)).size).toBe(10_000);
  });

  it("stops when it is told to", async () => {
    await folder.write("a.md", "x");

    const listing = reader.list(folder.path, { signal: AbortSignal.abort(new Error("enough")) });

    await expect(listing).rejects.toThrow("enough");
  });
});

describe("listing what is not there", () => {
  it("names the path and says what to do", async () => {
    const path = join(folder.path, "nowhere");

    await expect(reader.list(path, { signal })).rejects.toMatchObject({
      code: "source_not_found",
      message: `there is no file or folder ${path}; check the path`,
    });
  });

  it("tells a folder without documents, be it empty or full of pictures", async () => {
    await expect(reader.list(folder.path, { signal })).rejects.toMatchObject({
      code: "source_empty",
    });

    await folder.write("a.png", "x");
    await expect(reader.list(folder.path, { signal })).rejects.toMatchObject({
      code: "source_empty",
      message: containing("supported are Markdown"),
    });
  });

  it("does not take a device for a document", async () => {
    await expect(reader.list("/dev/null", { signal })).rejects.toMatchObject({
      code: "source_unreadable",
    });
  });
});

/** Runs as somebody without rights, also when the tests run as root, who may read everything. */
async function withoutRights<Result>(task: () => Promise<Result>): Promise<Result> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await task();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("listing what may not be read", () => {
  it("fails for a file, which it names", async () => {
    const file = await folder.write("secret.md", "x");
    await chmod(folder.path, 0o755);
    await chmod(file, 0);

    const listing = withoutRights(() => reader.list(file, { signal }));

    await expect(listing).rejects.toMatchObject({
      code: "source_unreadable",
      message: containing(file),
    });
  });

  it("fails for any folder below, rather than taking its documents for deleted", async () => {
    await folder.write("open.md", "x");
    await folder.write("closed/a.md", "x");
    await chmod(folder.path, 0o755);
    await chmod(join(folder.path, "closed"), 0);

    const listing = withoutRights(() => reader.list(folder.path, { signal }));

    await expect(listing).rejects.toMatchObject({
      code: "source_unreadable",
      message: containing(join(folder.path, "closed")),
    });
  });
});

describe("listing one file", () => {
  it("gives it, whatever it is called", async () => {
    const file = await folder.write("odd.xyz", "x");

    expect(await reader.list(file, { signal })).toMatchObject({
      isContainer: false,
      documents: [{ source: file, root: file, sizeBytes: 1 }],
    });
  });
});
