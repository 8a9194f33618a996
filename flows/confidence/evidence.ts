import { unitedKeys } from "../answer/match.ts";
import { type Query, type ScoredPassage, shareOf, weightIn } from "../answer/score.ts";
import { isIdentifier, isTelling, type Term } from "../language/index.ts";

/** How well the best passages speak of the question; shares of its weight are 0 to 1. */
export interface Evidence {
  /** Best share in one sentence, row or item together with its heading. */
  readonly unit: number;
  /** Best share in one sentence, row or item alone. */
  readonly unitOwn: number;
  /** Best share in a heading. */
  readonly heading: number;
  /** Weight of what the first passage has of the question, headings included. */
  readonly found: number;
  /** Weight of what its innermost heading has. */
  readonly named: number;
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
  /** Names of something exact in the question: all in the first passage, not all there, or none asked for. */
  readonly identifiers: "found" | "missing" | "none";
  /** Informative words that none of the best passages has, as the person wrote them. */
  readonly missing: readonly string[];
}

const LOOKED_AT = 5;

function best(values: readonly number[]): number {
  return Math.max(0, ...values);
}

/** Best share of a question within three neighbouring pieces of a passage. */
export function nearShare(query: Query, { units }: ScoredPassage): number {
  return best(
    units.map(({ at }) => {
      const around = units.slice(Math.max(0, at - 1), at + 2);
      return shareOf(query, unitedKeys(around.map(({ keys }) => keys)));
    }),
  );
}

function tellingShare(query: Query, isFound: (key: string) => boolean): number {
  const telling = query.terms.filter(isTelling);
  const weigh = (terms: readonly Term[]): number =>
    terms.reduce((sum, term) => sum + (query.weights.get(term.key) ?? 0), 0);
  const all = weigh(telling);
  return all === 0 ? 1 : weigh(telling.filter(({ key }) => isFound(key))) / all;
}

/** Telling words, no verbs, that none of the passages has: what the answer will not speak of. */
function missingWords(query: Query, found: ReadonlySet<string>): readonly string[] {
  const spoken = new Set(
    query.terms.filter(({ key }) => found.has(key)).map(({ surface }) => surface),
  );
  const missing = query.terms
    .filter((term) => isTelling(term) && !term.isVerb && !found.has(term.key))
    .map(({ surface }) => surface)
    .filter((surface) => !spoken.has(surface) && surface.length > 1);
  return [...new Set(missing)];
}

function identifiersIn(query: Query, first: ScoredPassage | undefined): Evidence["identifiers"] {
  const named = query.terms.filter(isIdentifier);
  if (named.length === 0) return "none";
  return named.every(({ key }) => first?.keys.has(key)) ? "found" : "missing";
}

/** Measures what passages, best first, hold of the question. */
export function measureEvidence(query: Query, scored: readonly ScoredPassage[]): Evidence {
  const looked = scored.slice(0, LOOKED_AT);
  const [first] = scored;
  const found = new Set(scored.flatMap(({ keys }) => [...keys.keys()]));
  const units = looked.flatMap((each) => each.units);
  return {
    unit: best(units.map(({ about }) => about)),
    unitOwn: best(units.map(({ own }) => own)),
    heading: best(looked.map(({ heading }) => shareOf(query, heading))),
    found: first === undefined ? 0 : weightIn(query, first.keys),
    named: first === undefined ? 0 : weightIn(query, first.innermost),
    near: best(looked.map((each) => nearShare(query, each))),
    top: first?.coverage ?? 0,
    topStrong: first === undefined ? 0 : tellingShare(query, (key) => first.keys.has(key)),
    absent: 1 - tellingShare(query, (key) => found.has(key)),
    fit: best(units.map(({ own, fits }) => (fits ? own : 0))),
    identifiers: identifiersIn(query, first),
    missing: missingWords(query, found),
  };
}
