import type { Language } from "../../src/core/index.ts";
import { fromSameDocument } from "../confidence/features.ts";
import { questionLength } from "../language/index.ts";
import type { Found } from "../rank/find.ts";
import { isExactHeading } from "../rank/weights.ts";
import { type Cluster, inLanguage } from "./clusters.ts";
import { contendersOf } from "./contenders.ts";

/** Measurements that ambiguity is computed from, by name. */
export const AMBIGUITY_FEATURES = [
  "length",
  "terms",
  "third",
  "exact",
  "own",
  "crowd",
  "sameDocument",
  "open",
  "expanded",
] as const;
export type AmbiguityFeature = (typeof AMBIGUITY_FEATURES)[number];
export type AmbiguityVector = Readonly<Record<AmbiguityFeature, number>>;

/** More sections than this that speak of a question as well as the best one say no more. */
const MOST_CONTENDERS = 6;

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
  const own = inLanguage(clusters, language);
  const [first, , third] = own.length > 0 ? own : clusters;
  const top = found.passages.find(
    ({ passage }) => passage.documentId === first?.documentId && passage.section === first.section,
  )?.vector;
  return {
    length: Math.log1p(questionLength(question)),
    terms: found.query.terms.filter(({ isOptional }) => !isOptional).length,
    third: (third?.score ?? 0) / Math.max(1, first?.score ?? 0),
    exact: top !== undefined && isExactHeading(top) ? 1 : 0,
    own: top?.unitOwn ?? 0,
    crowd: Math.min(MOST_CONTENDERS, contendersOf(found.query, clusters, language).length),
    sameDocument: fromSameDocument(found.passages),
    open: found.query.type === "other" ? 1 : 0,
    expanded: top?.expanded ?? 0,
  };
}
