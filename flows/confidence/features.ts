import type { Language } from "../../src/core/index.ts";
import { clustersOf } from "../clarify/clusters.ts";
import { contendersOf } from "../clarify/contenders.ts";
import { isTelling, questionLength } from "../language/index.ts";
import type { Found, FoundPassage } from "../rank/find.ts";
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
  "telling",
  "length",
  "found",
  "named",
  "crowd",
  "cosine",
  "cosineMargin",
  "rerank",
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One retrieval as numbers; null where something was not measured. */
export type FeatureVector = Readonly<Record<FeatureName, number | null>>;

const COMPARED = 10;
/** More sections than this that speak of a question as well as the best one say no more. */
const MOST_CONTENDERS = 6;

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
  found: Omit<Found, "result">,
  evidence: Evidence,
  question: string,
  language: Language,
): FeatureVector {
  const { passages, query, scored } = found;
  const [first, second] = passages;
  const score = first?.score ?? 0;
  const clusters = clustersOf(passages, scored);
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
    terms: Math.log1p(query.terms.length),
    telling: query.terms.filter(isTelling).length,
    length: Math.log1p(questionLength(question)),
    found: evidence.found,
    named: evidence.named,
    crowd: Math.min(MOST_CONTENDERS, contendersOf(query, clusters, language).length),
    ...vectorFeatures(passages, language),
    rerank: first?.passage.parts.rerank ?? null,
  };
}
