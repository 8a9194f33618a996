import { type Query, type ScoredPassage, shareOf } from "../answer/score.ts";
import { hasTerm, isWeakTerm, type Term } from "../language/index.ts";

/** How well the best passages speak of the question; shares of its weight are 0 to 1. */
export interface Evidence {
  /** Best share in one sentence, row or item together with its heading. */
  readonly unit: number;
  /** Best share in one sentence, row or item alone. */
  readonly unitOwn: number;
  /** Best share in a heading. */
  readonly heading: number;
  /** Best share within three neighbouring pieces. */
  readonly near: number;
  /** Share in the first passage with its heading. */
  readonly top: number;
  /** Share of the telling terms (no weak ones) in the first passage with its heading. */
  readonly topStrong: number;
  /** Share of the telling terms that none of the passages has. */
  readonly absent: number;
  /** The best piece holds the kind of words that are asked for, with this share of the question. */
  readonly fit: number;
  /** Informative words that none of the best passages has, as the person wrote them. */
  readonly missing: readonly string[];
}

const LOOKED_AT = 5;

function best(values: readonly number[]): number {
  return Math.max(0, ...values);
}

function isIn({ heading, units }: ScoredPassage, term: Term): boolean {
  return hasTerm(heading, term) || units.some(({ index }) => hasTerm(index, term));
}

function nearShare(query: Query, scored: ScoredPassage): number {
  const around = (at: number) => scored.units.slice(Math.max(0, at - 1), at + 2);
  return best(
    scored.units.map(({ at }) =>
      shareOf(query, (term) => around(at).some(({ index }) => hasTerm(index, term))),
    ),
  );
}

function unitShare(query: Query, scored: ScoredPassage): number {
  return best(
    scored.units.map(({ index }) =>
      shareOf(query, (term) => hasTerm(index, term) || hasTerm(scored.heading, term)),
    ),
  );
}

function isTelling(term: Term): boolean {
  return !term.isOptional && !isWeakTerm(term.key);
}

function strongShare(query: Query, isFound: (term: Term) => boolean): number {
  const telling = query.terms.filter(isTelling);
  const weigh = (terms: readonly Term[]): number =>
    terms.reduce((sum, term) => sum + (query.weights.get(term.key) ?? 0), 0);
  const all = weigh(telling);
  return all === 0 ? 1 : weigh(telling.filter(isFound)) / all;
}

/** Telling words, no verbs, that none of the passages has: what the answer will not speak of. */
function missingWords(query: Query, scored: readonly ScoredPassage[]): readonly string[] {
  const isFound = (term: Term): boolean => scored.some((each) => isIn(each, term));
  const found = new Set(query.terms.filter(isFound).map(({ surface }) => surface));
  const missing = query.terms.filter(
    (term) => isTelling(term) && !term.isVerb && !found.has(term.surface) && !isFound(term),
  );
  return [...new Set(missing.map(({ surface }) => surface))].filter((word) => word.length > 1);
}

/** Measures what passages, best first, hold of the question. */
export function measureEvidence(query: Query, scored: readonly ScoredPassage[]): Evidence {
  const looked = scored.slice(0, LOOKED_AT);
  const [first] = scored;
  const over = (measure: (each: ScoredPassage) => number): number => best(looked.map(measure));
  return {
    unit: over((each) => unitShare(query, each)),
    unitOwn: over(({ units }) => best(units.map(({ own }) => own))),
    heading: over(({ heading }) => shareOf(query, (term) => hasTerm(heading, term))),
    near: over((each) => nearShare(query, each)),
    top: first?.coverage ?? 0,
    topStrong: first === undefined ? 0 : strongShare(query, (term) => isIn(first, term)),
    absent: 1 - strongShare(query, (term) => scored.some((each) => isIn(each, term))),
    fit: over(({ units }) => best(units.map(({ own, fits }) => (fits ? own : 0)))),
    missing: missingWords(query, scored),
  };
}
