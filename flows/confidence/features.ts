import type { Language, RetrievalFeatures } from "../../src/core/index.ts";
import type { Evidence } from "./evidence.ts";

/** Measurements that confidence is computed from, by name. */
export const FEATURE_NAMES = [
  "coverage",
  "coverageTop3",
  "unseen",
  "lexicalPerIdf",
  "lexicalMargin",
  "topCosine",
  "cosineMargin",
  "overlapAt10",
  "rerankTop",
  "rerankMargin",
  "terms",
  "unit",
  "unitOwn",
  "heading",
  "near",
  "isChinese",
] as const;
export type FeatureName = (typeof FEATURE_NAMES)[number];

/** One retrieval as numbers; null where something was not measured. */
export type FeatureVector = Readonly<Record<FeatureName, number | null>>;

/** Puts the retriever's raw measurements and what the best passages hold into one vector. */
export function featureVector(
  features: RetrievalFeatures,
  evidence: Evidence,
  language: Language,
): FeatureVector {
  return {
    coverage: features.coverage,
    coverageTop3: features.coverageTop3,
    unseen: features.unseen,
    lexicalPerIdf: features.lexicalPerIdf,
    lexicalMargin: features.lexicalMargin,
    topCosine: features.topCosine,
    cosineMargin: features.cosineMargin,
    overlapAt10: features.overlapAt10,
    rerankTop: features.rerankTop,
    rerankMargin: features.rerankMargin,
    terms: Math.log1p(features.queryTerms),
    unit: evidence.unit,
    unitOwn: evidence.unitOwn,
    heading: evidence.heading,
    near: evidence.near,
    isChinese: language === "zh" ? 1 : 0,
  };
}
