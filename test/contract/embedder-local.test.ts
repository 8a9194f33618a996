import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createLocalEmbedder,
  type ModelFile,
  modelFileAt,
  starterEmbedder,
} from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { makeTinyEmbedder } from "../support/scripted-gguf.ts";
import { describeEmbedder, type EmbedderHarness } from "./embedder-suite.ts";

const resources = { logger: silentLogger, threads: 1, gpu: "off" } as const;

async function startLocal(
  dimensions: number,
  modelIn: (folder: string) => ModelFile,
): Promise<EmbedderHarness> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-embed-"));
  const embedder = createLocalEmbedder({ ...resources, model: modelIn(folder) });
  const missing = modelFileAt(join(folder, "missing.gguf"));
  const unreachable = createLocalEmbedder({ ...resources, model: missing });
  await embedder.ready({ signal: new AbortController().signal });
  return {
    embedder,
    dimensions,
    unreachable,
    close: async () => {
      await Promise.all([embedder.close(), unreachable.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

describeEmbedder("generated model in a child process", () =>
  startLocal(32, (folder) => modelFileAt(makeTinyEmbedder(folder))),
);
describeEmbedder("starter model in a child process", () => startLocal(384, () => starterEmbedder));
