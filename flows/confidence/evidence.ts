import { type Query, type ScoredPassage, shareOf } from "../answer/score.ts";
import { hasTerm } from "../language/index.ts";

/** How well the best passages speak of the question, each 0 to 1. */
export interface Evidence {
  /** Best share of the question in one sentence, row or item together with its heading. */
  readonly unit: number;
  /** Best share in one sentence, row or item alone. */
  readonly unitOwn: number;
  /** Best share of the question in a heading. */
  readonly heading: number;
  /** Best share within three neighbouring pieces. */
  readonly near: number;
  /** Informative words that none of the passages has, as the person wrote them. */
  readonly missing: readonly string[];
}

const LOOKED_AT = 5;

function nearShare(query: Query, scored: ScoredPassage): number {
  return Math.max(
    0,
    ...scored.units.map(({ at }) =>
      shareOf(query, (term) =>
        scored.units.slice(Math.max(0, at - 1), at + 2).some(({ index }) => hasTerm(index, term)),
      ),
    ),
  );
}

function unitShare(query: Query, scored: ScoredPassage): number {
  return Math.max(
    0,
    ...scored.units.map(({ index }) =>
      shareOf(query, (term) => hasTerm(index, term) || hasTerm(scored.heading, term)),
    ),
  );
}

/** Measures what the best passages hold of the question. */
export function measureEvidence(query: Query, scored: readonly ScoredPassage[]): Evidence {
  const best = scored.slice(0, LOOKED_AT);
  const over = (measure: (each: ScoredPassage) => number): number =>
    Math.max(0, ...best.map(measure));
  const isMissing = (each: Query["terms"][number]): boolean =>
    !each.isOptional &&
    !best.some(
      ({ heading, units }) =>
        hasTerm(heading, each) || units.some(({ index }) => hasTerm(index, each)),
    );
  return {
    unit: over((each) => unitShare(query, each)),
    unitOwn: over(({ units }) => Math.max(0, ...units.map(({ own }) => own))),
    heading: over(({ heading }) => shareOf(query, (term) => hasTerm(heading, term))),
    near: over((each) => nearShare(query, each)),
    missing: [...new Set(query.terms.filter(isMissing).map(({ surface }) => surface))],
  };
}
