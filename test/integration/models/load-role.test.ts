import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { assertGpu } from "../../../models/engine/load-llama.ts";
import { loadRole } from "../../../models/engine/load-role.ts";
import { encodeGguf, text } from "../../support/gguf/writer.ts";
import { makeTinyEmbedder } from "../../support/scripted-gguf.ts";
import { thrown } from "../../unit/models/thrown.ts";
import { modelFolder } from "./local-chat.ts";

const folder = modelFolder();
const common = { sha256: null, contextSize: null, threads: 1, gpu: "off" } as const;

describe("loading of a model", () => {
  it("refuses a file whose header promises what the engine does not find", async () => {
    const modelPath = join(folder, "hollow.gguf");
    writeFileSync(
      modelPath,
      encodeGguf({ header: [["general.architecture", text("llama")]], tensors: [] }),
    );

    const loading = loadRole({ role: "embed", ...common, modelPath }, () => {});

    await expect(loading).rejects.toMatchObject({ code: "model_invalid" });
    await expect(loading).rejects.toThrow("hollow.gguf");
  });

  it("refuses a file that is not the one of the catalog", async () => {
    const modelPath = makeTinyEmbedder(folder);

    const loading = loadRole(
      { role: "embed", ...common, modelPath, sha256: "00".repeat(32) },
      () => {},
    );

    await expect(loading).rejects.toMatchObject({ code: "model_invalid" });
    await expect(loading).rejects.toThrow("sha256");
  });

  it("says what to do where a GPU is required and none can be used", () => {
    const refusal = thrown(() => assertGpu("required", false));

    expect(refusal.code).toBe("unsupported");
    expect(refusal.message).toContain("nvidia-smi");
    expect(refusal.message).toContain("models.gpu to auto");
  });

  it.each([
    ["required", "cuda"],
    ["auto", false],
    ["off", false],
  ] as const)("takes with models.gpu %s what it finds: %s", (wanted, found) => {
    expect(() => assertGpu(wanted, found)).not.toThrow();
  });

  it("refuses an embedder as a reranker", async () => {
    const modelPath = makeTinyEmbedder(folder);

    const loading = loadRole({ role: "rerank", ...common, modelPath }, () => {});

    await expect(loading).rejects.toMatchObject({ code: "model_invalid" });
  });
});
