import type { Candidate } from "./candidates.ts";

/** A candidate with its place in the order. */
export interface Scored extends Candidate {
  /** Orders; 0 to 1 for fused scores. */
  readonly score: number;
}

/**
 * Orders candidates by a convex combination of raw scores (Bruch et al., ACM TOIS 2023): the cosine as it is, BM25 over
 * the most it could be for this question (Σ idf · (k1 + 1)). Nothing is scaled to the best candidate of the query, so
 * that a weak best one stays weak.
 */
export function fuse(
  candidates: readonly Candidate[],
  options: { readonly vectorWeight: number; readonly lexicalLimit: number },
): readonly Scored[] {
  const { vectorWeight, lexicalLimit } = options;
  return candidates
    .map((candidate) => {
      const lexical = lexicalLimit > 0 ? candidate.lexical / lexicalLimit : 0;
      const vector = Math.max(0, candidate.cosine ?? 0);
      return { ...candidate, score: vectorWeight * vector + (1 - vectorWeight) * lexical };
    })
    .filter((candidate) => candidate.score > 0)
    .sort(byScore);
}

/** Best first; equal scores in the order in which the chunks were added, so that a result does not change by itself. */
export function byScore(left: Scored, right: Scored): number {
  return right.score - left.score || left.chunkId - right.chunkId;
}
