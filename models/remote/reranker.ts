import { z } from "zod";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { ModelStatus } from "../../src/ports/chat-model.ts";
import type { Reranker } from "../../src/ports/reranker.ts";
import { createRemoteClient, DEFAULT_FIRST_BYTE_MS, type RemoteClient } from "./remote-client.ts";
import { notUnderstood } from "./remote-error.ts";
import { createRemoteHealth } from "./remote-health.ts";
import type { RemoteModelOptions } from "./remote-options.ts";
import { withRetries } from "./retry.ts";

const PASSAGES_PER_REQUEST = 64;
const DEFAULT_MAX_CHARS = 6_000;
/** A text that is refused even at this length is not refused for its length. */
const MIN_CHARS = 256;
/** Keeps the logit of a probability that was rounded to 0 or 1 finite. */
const EDGE = 1e-7;

const responseSchema = z.object({
  results: z.array(
    z.object({ index: z.number().int().nonnegative(), relevance_score: z.number() }),
  ),
});

export interface RemoteRerankerOptions extends RemoteModelOptions {
  /** Passages are cut here, and shorter when the server still finds them too long. Default 6,000 characters. */
  readonly maxChars?: number;
}

/** A reranker behind a server. */
export interface RemoteReranker extends Reranker {
  /** How the last request went. */
  status(): ModelStatus;
}

/**
 * Rates passages with any server that has `/rerank` as Jina and Cohere define it: vLLM, llama-server, Infinity and others. Some
 * give probabilities, some logits: a score outside of 0 to 1 shows that it is logits. Until one was seen, scores
 * are taken for probabilities, which never changes their order.
 */
export function createRemoteReranker(options: RemoteRerankerOptions): RemoteReranker {
  const client = createRemoteClient(options);
  const health = createRemoteHealth(options.model);
  const maxChars = options.maxChars ?? DEFAULT_MAX_CHARS;
  let givesLogits = false;

  const rateAll = async (
    query: string,
    passages: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly number[]> => {
    const scores: number[] = [];
    for (let start = 0; start < passages.length; start += PASSAGES_PER_REQUEST) {
      const part = passages.slice(start, start + PASSAGES_PER_REQUEST);
      scores.push(...(await rateFitting(options, client, query, part, maxChars, signal)));
    }
    return scores;
  };

  return {
    status: () => health.status(),
    rerank: async (query, passages, { signal }) => {
      signal.throwIfAborted();
      if (passages.length === 0) return [];
      const scores = await health.watch(signal, () => rateAll(query, passages, signal));
      givesLogits ||= scores.some((score) => score < 0 || score > 1);
      return givesLogits ? scores : scores.map(logit);
    },
  };
}

/** Halves the passages as long as the server says that they are too long. */
async function rateFitting(
  options: RemoteRerankerOptions,
  client: RemoteClient,
  query: string,
  passages: readonly string[],
  maxChars: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const cut = (text: string): string => text.slice(0, maxChars);
  try {
    return await rate(options, client, cut(query), passages.map(cut), signal);
  } catch (error) {
    if (!isFrontdeskError(error, "prompt_too_long") || maxChars / 2 < MIN_CHARS) throw error;
    return await rateFitting(options, client, query, passages, Math.floor(maxChars / 2), signal);
  }
}

async function rate(
  options: RemoteRerankerOptions,
  client: RemoteClient,
  query: string,
  passages: readonly string[],
  signal: AbortSignal,
): Promise<readonly number[]> {
  const body = { model: options.model, query, documents: passages, top_n: passages.length };
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
        "rerank request tried again",
      ),
  };
  const json = await withRetries(retries, async () => {
    const answer = await client.post("/rerank", body, signal);
    return await answer.json();
  });
  const parsed = responseSchema.safeParse(json);
  const scores = new Map(
    parsed.data?.results.map((result) => [result.index, result.relevance_score]),
  );
  return passages.map((_, index) => {
    const score = scores.get(index);
    if (score !== undefined && Number.isFinite(score)) return score;
    throw notUnderstood(options, parsed.error ?? new RangeError("scores are missing"));
  });
}

function logit(probability: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return Math.log(inside / (1 - inside));
}
