import { FrontdeskError } from "../../src/core/index.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import { createVectorCache } from "../vector-cache.ts";
import { commonLoadOptions } from "./load-options.ts";
import {
  createEngineClient,
  type LocalModel,
  type LocalModelOptions,
  localModel,
} from "./local-model.ts";

/** Texts per message to the child: small enough to resend after a crash, large enough to hide the way there. */
const TEXTS_PER_CALL = 32;
const CACHED_QUERIES = 256;
/** More than any model reads: what lies beyond is not even sent to the child. */
const MAX_CHARS = 65_536;

/** An embedder that runs in a child process of its own. */
export interface LocalEmbedder extends Embedder, LocalModel {}

/**
 * Embeds with a GGUF model in a child process, which starts with the first call or by `start()`. Remembers the vectors of
 * the last 256 queries. A text that is too long is cut at the end of the model's context.
 */
export function createLocalEmbedder(options: LocalModelOptions): LocalEmbedder {
  const { model } = options;
  const client = createEngineClient(options, {
    role: "embed",
    ...commonLoadOptions(model, options),
  });
  const cache = createVectorCache(CACHED_QUERIES);

  const embedQueries = async (
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> => {
    const vectors = new Map<string, Float32Array>();
    for (const text of texts) {
      const cached = cache.get(text);
      if (cached !== null) vectors.set(text, cached);
    }
    const missing = [...new Set(texts)].filter((text) => !vectors.has(text));
    const found = await embedTexts(client, missing, "query", signal);
    for (const [index, text] of missing.entries()) {
      const vector = required(found[index]);
      vectors.set(text, vector);
      cache.set(text, vector);
    }
    return texts.map((text) => required(vectors.get(text)));
  };

  return {
    ...localModel(client),
    identity: async (call) => {
      const info = await client.ready(call);
      if (info.dimensions === null) throw new FrontdeskError("internal", "no dimensions");
      const hash = (info.sha256 ?? "").slice(0, 12);
      return { model: `${model.name}@${hash}`, dimensions: info.dimensions };
    },
    embed: async (texts, { purpose, signal }) => {
      signal.throwIfAborted();
      const prefix = purpose === "query" ? model.queryPrefix : model.passagePrefix;
      const prefixed = texts.map((text) => prefix + text.slice(0, MAX_CHARS));
      if (purpose === "query") return await embedQueries(prefixed, signal);
      return await embedTexts(client, prefixed, "passage", signal);
    },
  };
}

/** One call after the other, so that many texts never fill the child's memory. */
async function embedTexts(
  client: EngineClient,
  texts: readonly string[],
  purpose: "query" | "passage",
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += TEXTS_PER_CALL) {
    const chunk = texts.slice(start, start + TEXTS_PER_CALL);
    const result = await client.call({ kind: "embed", texts: chunk, purpose }, { signal });
    if (result.kind !== "vectors") throw new FrontdeskError("internal", "not an embedder");
    for (let i = 0; i < chunk.length; i += 1) {
      vectors.push(result.values.slice(i * result.dimensions, (i + 1) * result.dimensions));
    }
  }
  return vectors;
}

function required(vector: Float32Array | undefined): Float32Array {
  if (vector === undefined) throw new FrontdeskError("internal", "a vector is missing");
  return vector;
}
