import { exactNames, namedShare } from "../answer/exact-names.ts";
import { unitedKeys } from "../answer/match.ts";
import { isTyped } from "../answer/question-type.ts";
import { type Query, type ScoredPassage, shareOf, weightIn } from "../answer/score.ts";
import { isTelling, type Term } from "../language/index.ts";

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
  /** Share of the telling terms that nothing has that may be read. */
  readonly unseen: number;
  /** Share of the telling terms, no verbs, that the first passage has; by number. */
  readonly nouns: number;
  /** Weight of the most telling term. */
  readonly rarest: number;
  /** A number, a time or a person is asked for, and the first passage says none where it speaks of the question: 1, else 0. */
  readonly unfit: number;
  /** A number, a time or a sum is asked for, and none of the best passages says one where it speaks of the question. */
  readonly isKindMissing: boolean;
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

/** A rarity from which nothing that may be read has a word. */
export const UNSEEN = 0.999;

/** Whether anything that may be read has a term; where nobody can tell, whether a passage has. */
function isSeen(query: Query, found: ReadonlySet<string>, key: string): boolean {
  const rarity = query.rarities.get(key);
  return rarity === undefined ? found.has(key) : rarity < UNSEEN;
}

function nounShare(query: Query, first: ScoredPassage | undefined): number {
  const nouns = query.terms.filter((term) => isTelling(term) && !term.isVerb);
  const held = nouns.filter(({ key }) => first?.keys.has(key));
  return nouns.length === 0 ? 1 : held.length / nouns.length;
}

/** A piece with less of the question than this speaks of something else. */
const LEAST_ABOUT = 0.3;

/** What only touches a question may still answer it in words of its own. */
const LEAST_TOUCHED = 0.2;

function saysKind({ units }: ScoredPassage, least: number): boolean {
  return units.some(({ fits, about }) => fits && about > least);
}

function isUnfit(query: Query, first: ScoredPassage | undefined): boolean {
  return isTyped(query.type) && (first === undefined || !saysKind(first, LEAST_ABOUT));
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
  const named = exactNames(query);
  if (named.length === 0) return "none";
  return first !== undefined && namedShare(named, first.keys) === 1 ? "found" : "missing";
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
    unseen: 1 - tellingShare(query, (key) => isSeen(query, found, key)),
    nouns: nounShare(query, first),
    rarest: best(query.terms.filter(isTelling).map(({ key }) => query.weights.get(key) ?? 0)),
    unfit: isUnfit(query, first) ? 1 : 0,
    isKindMissing:
      isTyped(query.type) &&
      query.type !== "person" &&
      !looked.some((passage) => saysKind(passage, LEAST_TOUCHED)),
    identifiers: identifiersIn(query, first),
    missing: missingWords(query, found),
  };
}
