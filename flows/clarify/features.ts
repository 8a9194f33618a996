import type { Language } from "../../src/core/index.ts";
import { questionLength } from "../language/index.ts";
import type { Found } from "../rank/find.ts";
import { isExactHeading } from "../rank/weights.ts";
import type { Cluster } from "./clusters.ts";

/** Measurements that ambiguity is computed from, by name. */
export const AMBIGUITY_FEATURES = [
  "length",
  "terms",
  "third",
  "fourth",
  "near",
  "precision",
  "exact",
  "rival",
] as const;
export type AmbiguityFeature = (typeof AMBIGUITY_FEATURES)[number];
export type AmbiguityVector = Readonly<Record<AmbiguityFeature, number>>;

function harmonic(left: number, right: number): number {
  return left + right === 0 ? 0 : (2 * left * right) / (left + right);
}

/**
 * Measures how open a question leaves which section it means: a short one that many sections speak of alike is ambiguous, one
 * whose words are the first heading is not.
 */
export function ambiguityVector(
  found: Omit<Found, "result">,
  clusters: readonly Cluster[],
  question: string,
  language: Language,
): AmbiguityVector {
  const own = clusters.filter((cluster) => cluster.language === language);
  const [first, second, third, fourth] = own.length > 0 ? own : clusters;
  const vectorOf = (cluster: Cluster | undefined) =>
    found.passages.find(
      ({ passage }) =>
        passage.documentId === cluster?.documentId && passage.section === cluster.section,
    )?.vector;
  const top = vectorOf(first);
  const next = vectorOf(second);
  return {
    length: Math.log1p(questionLength(question)),
    terms: found.query.terms.filter(({ isOptional }) => !isOptional).length,
    third: third?.coverage ?? 0,
    fourth: (fourth?.score ?? 0) / Math.max(1, first?.score ?? 0),
    near: top?.near ?? 0,
    precision: top?.precision ?? 0,
    exact: top !== undefined && isExactHeading(top) ? 1 : 0,
    rival: next === undefined ? 0 : harmonic(next.innermost, next.precision),
  };
}
