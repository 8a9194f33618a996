import { byScore, type Scored } from "./fuse.ts";

const STAND_BACK = 0.85;

/**
 * Leaves out what says the same as something better, and lets further chunks of one document stand back, so that a
 * handful of passages shows what there is. Looks at the first `depth` only.
 */
export function diversify(
  ranked: readonly Scored[],
  options: {
    readonly depth: number;
    readonly duplicateSimilarity: number;
    readonly chunksPerDocument: number;
  },
): readonly Scored[] {
  const kept: Scored[] = [];
  const perDocument = new Map<string, number>();
  for (const candidate of ranked) {
    if (kept.length >= options.depth) break;
    if (kept.some((better) => isDuplicate(better, candidate, options.duplicateSimilarity)))
      continue;
    const before = perDocument.get(candidate.documentId) ?? 0;
    perDocument.set(candidate.documentId, before + 1);
    const tooMany = Math.max(0, before + 1 - options.chunksPerDocument);
    kept.push({ ...candidate, score: candidate.score * STAND_BACK ** tooMany });
  }
  return kept.sort(byScore);
}

function isDuplicate(better: Scored, candidate: Scored, similarity: number): boolean {
  const smaller = Math.min(better.terms.size, candidate.terms.size);
  const larger = Math.max(better.terms.size, candidate.terms.size);
  // Sets of such different sizes cannot overlap enough; this spares nearly all comparisons.
  if (smaller < larger * similarity) return false;
  return better.terms.similarity(candidate.terms) >= similarity;
}
