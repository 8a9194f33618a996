import type { ColumnWeights, TermVector } from "./term-vector.ts";

/** A term that is asked for, with what it is worth. */
export interface WeightedTerm {
  readonly text: string;
  readonly hash: number;
  /** Inverse document frequency among what the asker may read; more for rarer terms, always above 0. */
  readonly idf: number;
}

/** Shape of the BM25 function. */
export interface Bm25Settings {
  /** How soon repetition stops to count. */
  readonly k1: number;
  /** How much long chunks are held back, 0 to 1. */
  readonly b: number;
  readonly weights: ColumnWeights;
}

/** Inverse document frequency as Lucene has it: ln(1 + (N − n + ½)/(n + ½)), never negative. */
export function inverseDocumentFrequency(chunks: number, containing: number): number {
  return Math.log(1 + (chunks - containing + 0.5) / (containing + 0.5));
}

/** BM25 over weighted columns (BM25F with one length): 0 when no term is in the chunk. */
export function bm25(
  terms: readonly WeightedTerm[],
  chunk: { readonly vector: TermVector; readonly length: number },
  averageLength: number,
  settings: Bm25Settings,
): number {
  const { k1, b, weights } = settings;
  const stretch = k1 * (1 - b + (b * chunk.length) / Math.max(1, averageLength));
  let score = 0;
  for (const term of terms) {
    const frequency = chunk.vector.frequency(term.hash, weights);
    if (frequency > 0) score += (term.idf * frequency * (k1 + 1)) / (frequency + stretch);
  }
  return score;
}
