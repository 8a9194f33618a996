import type { Language, RankedPassage } from "../../src/core/index.ts";
import { codeShare } from "../answer/exact-names.ts";
import { innermostHeading } from "../answer/match.ts";
import { type Query, type ScoredPassage, shareOf } from "../answer/score.ts";
import { nearShare } from "../confidence/evidence.ts";
import { hasTerm, isTelling, type TermIndex, termsOf } from "../language/index.ts";

/** Measurements by which passages are put in order, by name. */
export const RANK_FEATURES = [
  "asked",
  "expanded",
  "cosine",
  "coverage",
  "heading",
  "innermost",
  "precision",
  "unit",
  "unitOwn",
  "near",
  "fit",
  "isSameLanguage",
  "names",
] as const;
export type RankFeature = (typeof RANK_FEATURES)[number];
export type RankVector = Readonly<Record<RankFeature, number>>;

/** Share of a heading's telling words that the question says, in whatever words; 0 when it has none. */
function headingPrecision(asked: TermIndex, heading: string): number {
  const telling = termsOf(heading).filter(isTelling);
  const said = telling.filter((term) => hasTerm(asked, term));
  return said.length / Math.max(1, telling.length);
}

/** Scores of one passage in the retrievals for one question. */
export interface RetrievedScores {
  /** For the question as asked; 0 when it was not found. */
  readonly asked: number;
  /** For the question with what people say instead; 0 when it was not found. */
  readonly expanded: number;
}

function best(values: readonly number[]): number {
  return Math.max(0, ...values);
}

/** Measures one passage against the question. */
export function rankVector(
  asked: TermIndex,
  query: Query,
  scored: ScoredPassage,
  passage: RankedPassage,
  scores: RetrievedScores,
  language: Language,
): RankVector {
  const { units } = scored;
  return {
    asked: scores.asked,
    expanded: scores.expanded,
    cosine: language === "en" ? (passage.parts.vector ?? 0) : 0,
    coverage: scored.coverage,
    heading: shareOf(query, scored.heading),
    innermost: shareOf(query, scored.innermost),
    precision: headingPrecision(asked, innermostHeading(passage)),
    unit: best(units.map(({ about }) => about)),
    unitOwn: best(units.map(({ own }) => own)),
    near: nearShare(query, scored),
    fit: best(units.map(({ own, fits }) => (fits ? own : 0))),
    isSameLanguage: passage.language === language ? 1 : 0,
    names: codeShare(query, scored.keys),
  };
}
