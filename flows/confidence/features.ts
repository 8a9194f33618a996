import type { Language } from "../../src/core/index.ts";
import type { FoundPassage } from "../rank/find.ts";
import type { Evidence } from "./evidence.ts";

/** Measurements that confidence is computed from, by name. */
export const FEATURE_NAMES = [
  "score",
  "margin",
  "unit",
  "unitOwn",
  "heading",
  "headingMatch",
  "near",
  "top",
  "topStrong",
  "absent",
  "fit",
  "terms",
  "cosine",
  "cosineMargin",
  "rerank",
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One retrieval as numbers; null where something was not measured. */
export type FeatureVector = Readonly<Record<FeatureName, number | null>>;

const COMPARED = 10;

function vectorFeatures(passages: readonly FoundPassage[], language: Language) {
  const cosines = passages
    .map(({ passage }) => passage.parts.vector)
    .filter((cosine) => cosine !== null)
    .toSorted((left, right) => right - left);
  const [first] = cosines;
  // The embedding model that is shipped knows no Chinese.
  if (first === undefined || language !== "en") return { cosine: null, cosineMargin: null };
  return {
    cosine: first,
    cosineMargin: first - (cosines[COMPARED - 1] ?? cosines.at(-1) ?? first),
  };
}

/** Harmonic mean: high only when the heading says the question and the question says the heading. */
function harmonic(left: number, right: number): number {
  return left + right === 0 ? 0 : (2 * left * right) / (left + right);
}

/** Puts what was found, best first, and what the passages hold of the question into one vector. */
export function featureVector(
  passages: readonly FoundPassage[],
  evidence: Evidence,
  terms: number,
  language: Language,
): FeatureVector {
  const [first, second] = passages;
  const score = first?.score ?? 0;
  return {
    score,
    margin: score - (second?.score ?? 0),
    unit: evidence.unit,
    unitOwn: evidence.unitOwn,
    heading: evidence.heading,
    headingMatch:
      first === undefined ? 0 : harmonic(first.vector.innermost, first.vector.precision),
    near: evidence.near,
    top: evidence.top,
    topStrong: evidence.topStrong,
    absent: evidence.absent,
    fit: evidence.fit,
    terms: Math.log1p(terms),
    ...vectorFeatures(passages, language),
    rerank: first?.passage.parts.rerank ?? null,
  };
}
