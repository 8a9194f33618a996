import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kvBytesPerToken } from "../../../models/fit/memory-need.ts";
import {
  catalog,
  checkModelFile,
  listModels,
  resolveModel,
  starterEmbedder,
  verifyModels,
} from "../../../models/index.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { thrown } from "./thrown.ts";

const signal = new AbortController().signal;

describe("catalog of models", () => {
  it("names each model and each file once", () => {
    expect(new Set(catalog.map(({ name }) => name)).size).toBe(catalog.length);
    expect(new Set(catalog.map(({ file }) => file)).size).toBe(catalog.length);
  });

  it("says of the bundled model what the code says", () => {
    const resolved = resolveModel(starterEmbedder.name, { directory: "/unused" });

    expect(resolved).toMatchObject(starterEmbedder);
  });

  it("names one version of each file that is not bundled, which nobody can change", () => {
    const moving = catalog.filter(({ isBundled, url, file }) => {
      const pinned = /^https:\/\/huggingface\.co\/[^/]+\/[^/]+\/resolve\/[0-9a-f]{40}\/([^/]+)$/u;
      return !isBundled && pinned.exec(url ?? "")?.[1] !== file;
    });

    expect(moving).toEqual([]);
  });

  it("has the models that the documentation promises, each with how it is used", () => {
    const uses = catalog.map(({ name, role, wrapper, pooling }) => [
      name,
      role,
      wrapper ?? pooling,
    ]);

    expect(uses).toEqual([
      ["starter-embed-en", "embed", "mean"],
      ["bge-small-en-v1.5", "embed", "cls"],
      ["bge-m3", "embed", "cls"],
      ["qwen3-embedding-0.6b", "embed", "last"],
      ["bge-reranker-v2-m3", "rerank", "rank"],
      ["qwen3-0.6b", "chat", "qwen"],
      ["qwen3-1.7b", "chat", "qwen"],
      ["qwen3-4b", "chat", "qwen"],
      ["qwen3-8b", "chat", "qwen"],
      ["deepseek-r1-distill-qwen-1.5b", "chat", "deepseek"],
      ["deepseek-r1-distill-qwen-7b", "chat", "deepseek"],
      ["deepseek-r1-distill-llama-8b", "chat", "deepseek"],
      ["deepseek-r1-distill-qwen-14b", "chat", "deepseek"],
    ]);
  });

  it("says of the bundled model what its own header says", () => {
    const { header, sizeBytes } = checkModelFile(starterEmbedder.path);
    const [bundled] = catalog;

    expect(bundled).toMatchObject({ sizeBytes, kvBytesPerToken: kvBytesPerToken(header) });
  });

  it("finds a model by name in the folder of downloads", () => {
    const model = resolveModel("bge-m3", { directory: "/var/models" });

    expect(model.path).toBe(join("/var/models", "bge-m3-q8_0.gguf"));
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/u);
  });

  it("takes a path for a path", () => {
    const model = resolveModel("/srv/my model.GGUF", { directory: "/unused" });

    expect(model).toMatchObject({ name: "my model", path: "/srv/my model.GGUF", sha256: null });
  });

  it("says which names there are when it knows neither", () => {
    const error = thrown(() => resolveModel("gpt-9", { directory: "/unused" }));

    expect(error.code).toBe("model_not_found");
    expect(error.message).toContain("starter-embed-en");
  });
});

describe("inventory of models", () => {
  it("lists all models and which of them are here", () => {
    const listing = listModels({ directory: temporaryFolder() });

    expect(listing).toHaveLength(catalog.length);
    expect(listing.filter(({ isInstalled }) => isInstalled).map(({ name }) => name)).toEqual([
      "starter-embed-en",
    ]);
  });

  it("says of an own file what it needs and whether it fits, and of a broken one that nobody knows", () => {
    const directory = temporaryFolder();
    copyFileSync(starterEmbedder.path, join(directory, "own.gguf"));
    writeFileSync(join(directory, "broken.gguf"), "no model");

    const own = (freeMemory: number): readonly (readonly unknown[])[] =>
      listModels({ directory }, freeMemory)
        .slice(catalog.length)
        .map(({ name, role, needsBytes, fits }) => [name, role, needsBytes, fits])
        .sort();

    const needs = own(2 ** 40)[1]?.[2];
    expect(own(2 ** 40)).toEqual([
      ["broken", null, null, null],
      ["own", null, expect.any(Number), true],
    ]);
    expect(own(Number(needs) - 1)[1]).toEqual(["own", null, needs, false]);
  });

  it("verifies what is here", async () => {
    const directory = temporaryFolder();
    copyFileSync(starterEmbedder.path, join(directory, "bge-m3-q8_0.gguf"));
    copyFileSync(starterEmbedder.path, join(directory, "Qwen3-8B-Q4_K_M.gguf"));
    copyFileSync(starterEmbedder.path, join(directory, "own.gguf"));
    writeFileSync(join(directory, "Qwen3-1.7B-Q8_0.gguf"), "no model");

    const verified = await verifyModels({ directory }, null, { signal });

    const results = Object.fromEntries(verified.map(({ name, result }) => [name, result]));
    expect(results).toEqual({
      "starter-embed-en": "ok",
      "bge-m3": "mismatch",
      "qwen3-1.7b": "broken",
      "qwen3-8b": "mismatch",
      own: "unpinned",
    });
  });

  it("says that a model is missing when it is asked for by name", async () => {
    const directory = temporaryFolder();

    const verified = await verifyModels({ directory }, ["bge-m3"], { signal });

    expect(verified).toMatchObject([{ name: "bge-m3", result: "missing" }]);
  });

  it("rejects with the caller's reason when aborted", async () => {
    const reason = new Error("stop");

    const verifying = verifyModels({ directory: temporaryFolder() }, null, {
      signal: AbortSignal.abort(reason),
    });

    await expect(verifying).rejects.toBe(reason);
  });
});
