import { createRemoteReranker } from "../../models/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { startOpenAiStub } from "../support/openai-stub.ts";
import { describeReranker, type RerankerHarness } from "./reranker-suite.ts";

/** A stub of a server with `/rerank` on this machine. */
async function startRemote(): Promise<RerankerHarness> {
  const stub = await startOpenAiStub();
  const gone = await startOpenAiStub();
  await gone.close();
  const server = { model: "stub", apiKey: null, logger: silentLogger, retryMinMs: 1 };
  return {
    reranker: createRemoteReranker({ ...server, baseUrl: stub.baseUrl }),
    unreachable: createRemoteReranker({ ...server, baseUrl: gone.baseUrl }),
    close: () => stub.close(),
  };
}

describeReranker("server with /rerank", startRemote);
