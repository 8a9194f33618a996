import { createRemoteEmbedder } from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { startOpenAiStub } from "../support/openai-stub.ts";
import { describeEmbedder, type EmbedderHarness } from "./embedder-suite.ts";

/** A stub of an OpenAI-compatible server on this machine. */
async function startRemote(): Promise<EmbedderHarness> {
  const stub = await startOpenAiStub();
  const gone = await startOpenAiStub();
  await gone.close();
  const server = { model: "stub", apiKey: null, logger: silentLogger, retryMinMs: 1 };
  return {
    embedder: createRemoteEmbedder({ ...server, baseUrl: stub.baseUrl }),
    dimensions: 8,
    unreachable: createRemoteEmbedder({ ...server, baseUrl: gone.baseUrl }),
    close: () => stub.close(),
  };
}

describeEmbedder("OpenAI-compatible server", startRemote);
