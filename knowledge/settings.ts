import type { Bm25Settings } from "./lexical/bm25.ts";

/**
 * How much the vector side counts in the fused score, 0 to 1: fused = weight · cosine + (1 − weight) · BM25/limit.
 * 0 leaves the vectors unasked.
 */
export interface FusionWeights {
  readonly en: number;
  readonly zh: number;
  /** Upper limit for queries that name something exactly: an error code, a version, one or two words. */
  readonly identifier: number;
}

/** What can be set about indexing and retrieval. */
export interface KnowledgeSettings {
  readonly fusion: FusionWeights;
  readonly bm25: Bm25Settings;
  /** Best so many of each side are looked at. */
  readonly candidates: number;
  /**
   * An embedding model that still loads, or a Chroma that does not answer, is given up for a query after this time, in
   * milliseconds: words answer at once, and vectors can be compared without Chroma.
   */
  readonly vectorDeadlineMs: number;
  /** A model that is at work on the question is given up after this time: without it the question is half understood. */
  readonly embedDeadlineMs: number;
  /** Up to so many vectors are compared one by one when Chroma cannot be asked. */
  readonly exactScanLimit: number;
  /** So many passages are put before the reranker. */
  readonly rerankTop: number;
  /** The reranker is given up for a query after this time, in milliseconds. */
  readonly rerankDeadlineMs: number;
  /** Further chunks of one document stand back behind others. */
  readonly chunksPerDocument: number;
  /**
   * Chunks that share this part of their terms with a better one are left out, 0 to 1. Near 1: two chunks that differ in
   * one number may be the two answers between which the asker has to choose.
   */
  readonly duplicateSimilarity: number;
  /** The most that a document's age can take from the score of its passages, 0 to 1; 0 lets age out. */
  readonly freshness: number;
}

/** Weights for the small English embedder that comes with Frontdesk; measured, see README.md. */
export const STARTER_FUSION: FusionWeights = { en: 0.25, zh: 0, identifier: 0.25 };

/** Weights for a multilingual embedder of some size (bge-m3, Qwen3-Embedding and the like). */
export const STRONG_FUSION: FusionWeights = { en: 0.6, zh: 0.6, identifier: 0.3 };

/** Settings for the embedder at hand; every number but the weights is the same for all. */
export function knowledgeSettings(fusion: FusionWeights): KnowledgeSettings {
  return {
    fusion,
    bm25: { k1: 1.2, b: 0.75, weights: { title: 3, heading: 2, body: 1, identifiers: 1 } },
    candidates: 100,
    vectorDeadlineMs: 300,
    embedDeadlineMs: 1_500,
    exactScanLimit: 10_000,
    rerankTop: 24,
    rerankDeadlineMs: 2_000,
    chunksPerDocument: 3,
    duplicateSimilarity: 0.995,
    freshness: 0.05,
  };
}
