import type { Language } from "../../src/core/index.ts";
import { type Cluster, clustersOf, inLanguage } from "../clarify/clusters.ts";
import { contendersOf } from "../clarify/contenders.ts";
import { isTelling, questionLength } from "../language/index.ts";
import type { Found, FoundPassage } from "../rank/find.ts";
import { rankScore } from "../rank/weights.ts";
import type { Evidence } from "./evidence.ts";
import { measureWording, type Wording } from "./wording.ts";

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
  "unseen",
  "nouns",
  "rarest",
  "unfit",
  "ahead",
  "sameDocument",
  "cosine",
  "cosineMargin",
  "rerank",
  "negated",
  "opposed",
  "elsewhere",
  "gap",
  "strangeNames",
  "strangeNumbers",
  "pairs",
  "scattered",
  "extreme",
  "missingRarity",
  "ample",
  "plain",
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

/** The score without what codes are worth: they are looked at by themselves afterwards. */
function plainScore(found: FoundPassage | undefined, language: Language): number {
  return found === undefined ? 0 : rankScore({ ...found.vector, names: 0 }, language);
}

/** Harmonic mean: high only when the heading says the question and the question says the heading. */
function harmonic(left: number, right: number): number {
  return left + right === 0 ? 0 : (2 * left * right) / (left + right);
}

/** How much more of the question the first section holds than the second one. */
function aheadOf(clusters: readonly Cluster[], language: Language): number {
  const [first, second] = inLanguage(clusters, language);
  return (first?.coverage ?? 0) - (second?.coverage ?? 0);
}

/** A short question is no harder than one of so many terms. */
const LEAST_TERMS = 3;
const FIRST_FEW = 5;

/** How many of the first few passages stand in the document of the first. */
export function fromSameDocument(passages: readonly FoundPassage[]): number {
  const few = passages.slice(0, FIRST_FEW).map(({ passage }) => passage.documentId);
  return few.filter((document) => document === few[0]).length;
}

/** Fewer passages than this are all of a small collection, in which scores mean something else. */
const LEAST_OF_MANY = 20;

/**
 * Whether many texts without headings were found, such as articles or answers of a list: there headings say nothing either
 * way, and words are often found by accident.
 */
function isPlain(passages: readonly FoundPassage[]): boolean {
  const few = passages.slice(0, FIRST_FEW).map(({ passage }) => passage);
  const isOurs = few.every(({ section, origin }) => section === "" && origin === "local");
  return isOurs && passages.length >= LEAST_OF_MANY;
}

const UNMEASURED_WORDING: Readonly<Record<keyof Wording, null>> = {
  negated: null,
  opposed: null,
  elsewhere: null,
  gap: null,
  strangeNames: null,
  strangeNumbers: null,
  pairs: null,
  scattered: null,
  extreme: null,
  missingRarity: null,
};

/** Puts what was found, best first, and what the passages hold of the question into one vector. */
export function featureVector(
  found: Omit<Found, "result">,
  evidence: Evidence,
  question: string,
  language: Language,
): FeatureVector {
  const { passages, query, scored } = found;
  const [first, second] = passages;
  const score = plainScore(first, language);
  const clusters = clustersOf(passages, scored);
  const isPlainText = isPlain(passages);
  return {
    score,
    margin: score - plainScore(second, language),
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
    ample: Math.log1p(Math.max(LEAST_TERMS, query.terms.length)),
    length: Math.log1p(questionLength(question)),
    found: evidence.found,
    named: evidence.named,
    crowd: Math.min(MOST_CONTENDERS, contendersOf(query, clusters, language).length),
    unseen: evidence.unseen,
    nouns: evidence.nouns,
    rarest: evidence.rarest,
    unfit: evidence.unfit,
    ahead: aheadOf(clusters, language),
    sameDocument: fromSameDocument(passages),
    ...vectorFeatures(passages, language),
    rerank: first?.passage.parts.rerank ?? null,
    // Where there are headings no calibration looks at the wording.
    ...(isPlainText ? measureWording(question, query, scored) : UNMEASURED_WORDING),
    plain: isPlainText ? 1 : 0,
  };
}
