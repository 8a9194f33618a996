import { z } from "zod";
import { errorMessage, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { ModelStatus } from "../../src/ports/chat-model.ts";
import type { Embedder, EmbedderIdentity } from "../../src/ports/embedder.ts";
import { createVectorCache } from "../vector-cache.ts";
import { createRemoteClient, DEFAULT_FIRST_BYTE_MS, type RemoteClient } from "./remote-client.ts";
import { notUnderstood } from "./remote-error.ts";
import { createRemoteHealth } from "./remote-health.ts";
import type { RemoteModelOptions } from "./remote-options.ts";
import { withRetries } from "./retry.ts";

const TEXTS_PER_REQUEST = 64;
const CACHED_QUERIES = 256;
const DEFAULT_MAX_CHARS = 6_000;
/** A text that is refused even at this length is not refused for its length. */
const MIN_CHARS = 256;

const responseSchema = z.object({
  data: z.array(z.object({ index: z.number().int(), embedding: z.array(z.number()).min(1) })),
});

export interface RemoteEmbedderOptions extends RemoteModelOptions {
  /** Texts are cut here, and shorter when the server still finds them too long. Default 6,000 characters. */
  readonly maxChars?: number;
  /** Put before every query, for models that want it. */
  readonly queryPrefix?: string;
  readonly passagePrefix?: string;
}

/** An embedder behind a server. */
export interface RemoteEmbedder extends Embedder {
  /** How the last request went. */
  status(): ModelStatus;
}

/** Embeds with any server that has `/embeddings`. Vectors are normalised here, whatever the server does. */
export function createRemoteEmbedder(options: RemoteEmbedderOptions): RemoteEmbedder {
  const client = createRemoteClient(options);
  const health = createRemoteHealth(options.model);
  const cache = createVectorCache(CACHED_QUERIES);
  const maxChars = options.maxChars ?? DEFAULT_MAX_CHARS;
  let identity: EmbedderIdentity | null = null;

  const embedAll = async (
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> => {
    const vectors: Float32Array[] = [];
    for (let start = 0; start < texts.length; start += TEXTS_PER_REQUEST) {
      const chunk = texts.slice(start, start + TEXTS_PER_REQUEST);
      const fitting = (): Promise<readonly Float32Array[]> =>
        embedFitting(options, client, chunk, maxChars, signal);
      vectors.push(...(await health.watch(signal, fitting)));
    }
    return vectors;
  };

  const embedQuery = async (text: string, signal: AbortSignal): Promise<Float32Array> => {
    const cached = cache.get(text);
    if (cached !== null) return cached;
    const [vector] = await embedAll([text], signal);
    if (vector === undefined) throw new FrontdeskError("internal", "a vector is missing");
    cache.set(text, vector);
    return vector;
  };

  return {
    status: () => health.status(),
    identity: async ({ signal }) => {
      if (identity === null) {
        const probe = await embedQuery("dimensions", signal);
        identity = { model: `remote:${options.model}`, dimensions: probe.length };
      }
      return identity;
    },
    embed: async (texts, { purpose, signal }) => {
      signal.throwIfAborted();
      if (purpose === "passage") {
        return await embedAll(
          texts.map((text) => (options.passagePrefix ?? "") + text),
          signal,
        );
      }
      const vectors: Float32Array[] = [];
      for (const text of texts) {
        vectors.push(await embedQuery((options.queryPrefix ?? "") + text, signal));
      }
      return vectors;
    },
  };
}

/** Halves the texts as long as the server says that they are too long. */
async function embedFitting(
  options: RemoteEmbedderOptions,
  client: RemoteClient,
  texts: readonly string[],
  maxChars: number,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  try {
    return await request(
      options,
      client,
      texts.map((text) => text.slice(0, maxChars)),
      signal,
    );
  } catch (error) {
    if (!isFrontdeskError(error, "prompt_too_long") || maxChars / 2 < MIN_CHARS) throw error;
    return await embedFitting(options, client, texts, Math.floor(maxChars / 2), signal);
  }
}

async function request(
  options: RemoteEmbedderOptions,
  client: RemoteClient,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const body = { model: options.model, input: texts.map(nonEmpty), encoding_format: "float" };
  const retries = {
    attempts: options.attempts ?? 3,
    patienceMs: options.firstByteMs ?? DEFAULT_FIRST_BYTE_MS,
    minMs: options.retryMinMs ?? 1_000,
    timers: client.timers,
    random: options.random ?? Math.random,
    signal,
    onRetry: (error: unknown, waitMs: number) =>
      options.logger.warn(
        { model: options.model, waitMs: Math.round(waitMs), reason: errorMessage(error) },
        "embedding request tried again",
      ),
  };
  const json = await withRetries(retries, async () => {
    const answer = await client.post("/embeddings", body, signal);
    return await answer.json();
  });
  const parsed = responseSchema.safeParse(json);
  if (!parsed.success || parsed.data.data.length !== texts.length) {
    throw notUnderstood(options, parsed.error ?? new RangeError("vectors are missing"));
  }
  const ordered = [...parsed.data.data].sort((a, b) => a.index - b.index);
  return ordered.map((item) => normalised(options, item.embedding));
}

/** Servers refuse an empty text. */
function nonEmpty(text: string): string {
  return text.trim() === "" ? "." : text;
}

function normalised(options: RemoteEmbedderOptions, vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  if (!Number.isFinite(length) || length === 0) {
    throw notUnderstood(options, new RangeError("a vector has no direction"));
  }
  return Float32Array.from(vector, (value) => value / length);
}
