import type { Reranker } from "../../src/ports/reranker.ts";
import { EXPIRED, withDeadline } from "../deadline.ts";
import type { Ranked } from "./passages.ts";

/** What a boosted document is given on top of the reranker's logit. */
const BOOST = 1;

/** Passages after the reranker; `logits` is null when it could not be used. */
export interface Reranked {
  readonly ranked: readonly Ranked[];
  /** Best first. */
  readonly logits: readonly number[] | null;
}

/**
 * Lets the reranker order the first `top` passages. Their score becomes 1 + its probability, so that they stay before
 * those it has not seen.
 */
export async function rerankPassages(
  reranker: Reranker,
  query: string,
  ranked: readonly Ranked[],
  options: { readonly top: number; readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<Reranked> {
  const head = ranked.slice(0, options.top);
  if (head.length === 0) return { ranked, logits: [] };
  const texts = head.map(({ passage: { title, section, text } }) =>
    [title, section, text].filter((part) => part.length > 0).join("\n"),
  );
  const logits = await logitsOf(reranker, query, texts, options);
  if (logits === null) return { ranked, logits: null };
  const judged = head
    .map(({ scored, passage }, index) => {
      const logit = logits[index] ?? Number.NEGATIVE_INFINITY;
      const place = logit + (scored.isBoosted ? BOOST : 0);
      const score = 1 + 1 / (1 + Math.exp(-place));
      const parts = { ...passage.parts, rerank: logit };
      return { logit, place, ranked: { scored, passage: { ...passage, score, parts } } };
    })
    .sort((left, right) => right.place - left.place);
  return {
    ranked: [...judged.map((entry) => entry.ranked), ...ranked.slice(options.top)],
    logits: judged.map(({ logit }) => logit).sort((left, right) => right - left),
  };
}

async function logitsOf(
  reranker: Reranker,
  query: string,
  texts: readonly string[],
  options: { readonly deadlineMs: number; readonly signal: AbortSignal },
): Promise<readonly number[] | null> {
  try {
    const logits = await withDeadline((signal) => reranker.rerank(query, texts, { signal }), {
      ms: options.deadlineMs,
      signal: options.signal,
    });
    return logits === EXPIRED || logits.length !== texts.length ? null : logits;
  } catch {
    options.signal.throwIfAborted();
    return null;
  }
}
