import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createFolderWatch } from "../../../knowledge/ingest/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Watches a folder; `next` resolves with the next thing that is told, `ended` when the watch is over. */
async function watched(path: string) {
  const told: string[] = [];
  let wake = (): void => {};
  const tell = (what: string) => (): void => {
    told.push(what);
    wake();
  };
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const watch = await createFolderWatch().watch(path, { onChange: tell("change"), onEnd: end });
  onTestFinished(() => watch.close());
  return {
    told,
    ended,
    async next(): Promise<string | undefined> {
      if (told.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return told.splice(0).at(-1);
    },
  };
}

it.each<readonly [string, (folder: string) => void]>([
  ["changes", (folder) => writeFileSync(join(folder, "a.md"), "two")],
  ["comes", (folder) => writeFileSync(join(folder, "b.md"), "new")],
  ["goes", (folder) => rmSync(join(folder, "a.md"))],
  ["comes with a folder", (folder) => mkdirSync(join(folder, "sub"))],
])("tells of what %s", async (_what, act) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.md"), "one");
  const { next } = await watched(folder);

  act(folder);

  expect(await next()).toBe("change");
});

it("tells of a commit, and of nothing else that is hidden or not read", async () => {
  const folder = temporaryFolder();
  for (const name of [".git/logs", ".cache", "node_modules"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  const { told, next } = await watched(folder);

  writeFileSync(join(folder, ".git", "index"), "x");
  writeFileSync(join(folder, ".cache", "x.md"), "x");
  writeFileSync(join(folder, "node_modules", "x.md"), "x");
  writeFileSync(join(folder, ".git", "logs", "HEAD"), "x");

  expect(await next()).toBe("change");
  expect(told).toEqual([]);
});

it("ends when the folder goes, and refuses one that is not there", async () => {
  const folder = join(temporaryFolder(), "wiki");
  mkdirSync(folder);
  writeFileSync(join(folder, "a.md"), "one");
  const { ended } = await watched(folder);

  rmSync(folder, { recursive: true });

  await ended;
  await expect(watched(folder)).rejects.toMatchObject({ code: "ENOENT" });
});
