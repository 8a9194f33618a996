import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLocalReranker, modelFileAt } from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { makeTinyReranker } from "../support/scripted-gguf.ts";
import { describeReranker, type RerankerHarness } from "./reranker-suite.ts";

/** The real engine in child processes, with a generated model. */
async function startLocal(): Promise<RerankerHarness> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-rerank-"));
  const at = (path: string) =>
    createLocalReranker({
      model: modelFileAt(path),
      logger: silentLogger,
      threads: 1,
      gpu: "off",
      limits: { startPatienceMs: 110_000 },
    });
  const reranker = at(makeTinyReranker(folder));
  const unreachable = at(join(folder, "missing.gguf"));
  await reranker.ready({ signal: new AbortController().signal });
  return {
    reranker,
    unreachable,
    close: async () => {
      await Promise.all([reranker.close(), unreachable.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

describeReranker("llama.cpp in a child process", startLocal);
