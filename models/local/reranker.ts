import { FrontdeskError } from "../../src/core/index.ts";
import type { Reranker } from "../../src/ports/reranker.ts";
import { commonLoadOptions } from "./load-options.ts";
import {
  createEngineClient,
  type LocalModel,
  type LocalModelOptions,
  localModel,
} from "./local-model.ts";

/** A reranker that runs in a child process of its own. */
export interface LocalReranker extends Reranker, LocalModel {}

/** Rates passages with a GGUF reranker in a child process, which starts with the first call or by `start()`. */
export function createLocalReranker(options: LocalModelOptions): LocalReranker {
  const client = createEngineClient(options, {
    role: "rerank",
    ...commonLoadOptions(options.model, options),
  });
  return {
    ...localModel(client),
    rerank: async (query, passages, { signal }) => {
      if (passages.length === 0) return [];
      const work = { kind: "rerank" as const, query, passages: [...passages] };
      const result = await client.call(work, { signal });
      if (result.kind !== "scores") throw new FrontdeskError("internal", "not a reranker");
      return result.scores;
    },
  };
}
