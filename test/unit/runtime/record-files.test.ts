import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRecordFiles } from "../../../src/runtime/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const call = { signal: new AbortController().signal };

async function* linesOf(...lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

describe("a file of records", () => {
  it("appears whole, and only its user may read it", async () => {
    const folder = join(temporaryFolder(), "exports");

    const written = await createRecordFiles({ folder }).write("a.jsonl", linesOf("1", "二"), call);

    expect(written).toMatchObject({ path: join(folder, "a.jsonl"), bytes: 6 });
    expect(readFileSync(written.path, "utf8")).toBe("1\n二\n");
    expect(statSync(written.path).mode & 0o077).toBe(0);
    expect(statSync(folder).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(["a.jsonl"]);
  });

  it("leaves what was there as it was when its writing fails or is stopped", async () => {
    const folder = temporaryFolder();
    const files = createRecordFiles({ folder });
    const path = join(folder, "a.jsonl");
    writeFileSync(path, "before\n");
    const stopping = new AbortController();
    async function* failing(): AsyncGenerator<string> {
      yield "1";
      throw new Error("the store is away");
    }
    async function* stopped(): AsyncGenerator<string> {
      yield "1";
      stopping.abort(new Error("stopped"));
      yield "2";
    }

    await expect(files.write(path, failing(), call)).rejects.toThrow("the store is away");
    const aborted = files.write(path, stopped(), { signal: stopping.signal });
    await expect(aborted).rejects.toThrow("stopped");

    expect(readFileSync(path, "utf8")).toBe("before\n");
    expect(readdirSync(folder)).toEqual(["a.jsonl"]);
  });

  it("sweeps away what a killed attempt left, and nothing else", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "a.jsonl.0123456789ab.part"), "half");
    writeFileSync(join(folder, "b.jsonl.0123456789ab.part"), "of another");
    writeFileSync(join(folder, "a.jsonl.bak"), "of somebody");

    await createRecordFiles({ folder }).write("a.jsonl", linesOf("1"), call);

    expect(readdirSync(folder).toSorted()).toEqual([
      "a.jsonl",
      "a.jsonl.bak",
      "b.jsonl.0123456789ab.part",
    ]);
  });

  it.each([
    ["a folder that is not there", "none/a.jsonl", /its folder does not exist/u],
    ["a folder in its place", "taken", /it is a folder/u],
    ["a file in its path", "file/a.jsonl", /a part of the path is a file/u],
  ])("says what is wrong with %s", async (_name, name, reason) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "taken"));
    writeFileSync(join(folder, "file"), "");

    const writing = createRecordFiles({ folder }).write(join(folder, name), linesOf("1"), call);

    await expect(writing).rejects.toMatchObject({ code: "export_failed", retryable: false });
    await expect(writing).rejects.toThrow(reason);
  });
});
