import { byScore, type Scored } from "./fuse.ts";

/** So much better a passage of a boosted document counts: about what lies between the first and the second of a good search. */
const BOOST = 1.3;
/** After a year, half of what age may take is taken. */
const HALF_LIFE_MS = 365 * 24 * 3_600_000;

/**
 * What editors and age say of passages that answer about equally well. Age counts against the newest of the candidates only,
 * and not at all where nobody knows it: where all documents are of one day nothing changes.
 * @param freshness the most that age can take from a score, 0 to 1; 0 lets age out
 */
export function prefer(ranked: readonly Scored[], freshness: number): readonly Scored[] {
  const newest = Math.max(...ranked.map(({ updatedAt }) => updatedAt ?? Number.NEGATIVE_INFINITY));
  const preferred = ranked.map((candidate): Scored => {
    const factor = preferenceOf(candidate, newest, freshness);
    return factor === 1 ? candidate : { ...candidate, score: candidate.score * factor };
  });
  return preferred.sort(byScore);
}

function preferenceOf(
  { isBoosted, updatedAt }: Pick<Scored, "isBoosted" | "updatedAt">,
  newest: number,
  freshness: number,
): number {
  const age = updatedAt === null ? 0 : (newest - updatedAt) / HALF_LIFE_MS;
  return (isBoosted ? BOOST : 1) * (1 - freshness * (1 - 2 ** -age));
}
