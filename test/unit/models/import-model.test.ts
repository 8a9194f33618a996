import { createHash } from "node:crypto";
import { copyFileSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFile } from "../../../models/download/file-lock.ts";
import { importModel, resolveModel, starterEmbedder, verifyModels } from "../../../models/index.ts";
import { randomLlama } from "../../support/gguf/llama.ts";
import { encodeGguf } from "../../support/gguf/writer.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const content = encodeGguf(randomLlama());
const signal = new AbortController().signal;

function stick(name: string, bytes: Buffer = content): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, bytes);
  return path;
}

describe("import of a model", () => {
  it("takes in an own file, writes its hash down, and finds it by name", async () => {
    const directory = join(temporaryFolder(), "models");

    const imported = await importModel({
      path: stick("mine.gguf"),
      as: null,
      folder: { directory },
      signal,
    });

    expect(imported).toMatchObject({ name: "mine", result: "imported", verifiedBy: "recorded" });
    expect(readFileSync(imported.path).equals(content)).toBe(true);
    expect(resolveModel("mine", { directory })).toMatchObject({
      path: imported.path,
      sha256: createHash("sha256").update(content).digest("hex"),
    });
    expect(await verifyModels({ directory }, ["mine"], { signal })).toMatchObject([
      { result: "ok" },
    ]);
  });

  it("notices later on that the file was changed", async () => {
    const directory = join(temporaryFolder(), "models");
    const { path } = await importModel({
      path: stick("mine.gguf"),
      as: null,
      folder: { directory },
      signal,
    });
    const changed = Buffer.from(content);
    changed[content.length - 1] = 0xff ^ (content.at(-1) ?? 0);
    writeFileSync(path, changed);

    expect(await verifyModels({ directory }, null, { signal })).toContainEqual(
      expect.objectContaining({ name: "mine", result: "mismatch" }),
    );
  });

  it("refuses a file that is not what the catalog knows by that name", async () => {
    const directory = join(temporaryFolder(), "models");
    const path = stick("bge-m3-q8_0.gguf");

    const importing = importModel({ path, as: null, folder: { directory }, signal });

    await expect(importing).rejects.toMatchObject({ code: "model_invalid" });
    expect(existsSync(join(directory, "bge-m3-q8_0.gguf"))).toBe(false);
  });

  it("does not give another file the catalog's name, even when told so", async () => {
    const directory = join(temporaryFolder(), "models");

    const importing = importModel({
      path: stick("x.gguf"),
      as: "qwen3-8b",
      folder: { directory },
      signal,
    });

    await expect(importing).rejects.toMatchObject({ code: "model_invalid" });
    expect(existsSync(join(directory, "Qwen3-8B-Q4_K_M.gguf"))).toBe(false);
  });

  it("refuses what is no model, what is not there, and names that nobody knows", async () => {
    const folder = { directory: join(temporaryFolder(), "models") };
    const text = stick("text.gguf", Buffer.from("hello"));

    await expect(importModel({ path: text, as: null, folder, signal })).rejects.toMatchObject({
      code: "model_invalid",
    });
    await expect(
      importModel({ path: "/nowhere/x.gguf", as: null, folder, signal }),
    ).rejects.toMatchObject({ code: "model_not_found" });
    await expect(
      importModel({ path: stick("x.gguf"), as: "gpt-9", folder, signal }),
    ).rejects.toMatchObject({ code: "model_not_found" });
  });

  it("does nothing when the same file is there, and replaces no other one", async () => {
    const directory = join(temporaryFolder(), "models");
    const folder = { directory };
    await importModel({ path: stick("mine.gguf"), as: null, folder, signal });

    const again = await importModel({ path: stick("mine.gguf"), as: null, folder, signal });
    const other = stick("mine.gguf", readFileSync(starterEmbedder.path));

    expect(again.result).toBe("present");
    await expect(importModel({ path: other, as: null, folder, signal })).rejects.toMatchObject({
      code: "model_invalid",
    });
  });

  it("is not kept back by the lock of an earlier process that had the same number, but by its own", async () => {
    const directory = temporaryFolder();
    const importing = (): ReturnType<typeof importModel> =>
      importModel({ path: stick("mine.gguf"), as: null, folder: { directory }, signal });
    const target = join(directory, "mine.gguf");
    const held = lockFile(target);
    const lock = readFileSync(`${target}.lock`, "utf8");

    await expect(importing()).rejects.toMatchObject({ code: "download_running" });
    held.release();
    writeFileSync(`${target}.lock`, `${process.pid} 1`);

    expect((await importing()).result).toBe("imported");
    expect(existsSync(`${target}.lock`)).toBe(false);
    expect(lock).toMatch(new RegExp(`^${process.pid} \\d+$`, "u"));
  });

  it("says that a folder's record of hashes is damaged instead of passing it over", async () => {
    const directory = temporaryFolder();
    copyFileSync(stick("mine.gguf"), join(directory, "mine.gguf"));
    writeFileSync(join(directory, "models.lock.json"), "{");

    expect(() => resolveModel("mine", { directory })).toThrow("models.lock.json");
  });

  it("follows a link and copies what it leads to", async () => {
    const directory = join(temporaryFolder(), "models");
    const link = join(temporaryFolder(), "linked.gguf");
    symlinkSync(stick("real.gguf"), link);

    const imported = await importModel({ path: link, as: null, folder: { directory }, signal });

    expect(readFileSync(imported.path).equals(content)).toBe(true);
  });
});
