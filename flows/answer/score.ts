import type { Passage } from "../../src/core/index.ts";
import { type Term, termsOf } from "../language/index.ts";
import type { Unit } from "./blocks.ts";
import { type Keys, type MatchedPassage, matchPassage } from "./match.ts";
import { fitsType, type QuestionType, questionType } from "./question-type.ts";

/** A question made ready for comparing. */
export interface Query {
  readonly terms: readonly Term[];
  /** By term key: how much finding it says; rare words in these passages say more. */
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
  /** By term key: how rare it is in all that may be read, 0 to 1; without those of which nobody can tell. */
  readonly rarities: ReadonlyMap<string, number>;
  readonly type: QuestionType;
}

/** A piece of a passage with how well it answers. */
export interface ScoredUnit {
  readonly unit: Unit;
  readonly keys: Keys;
  /** Position among the pieces of its passage. */
  readonly at: number;
  /** Share of the question's weight in the piece itself, 0 to 1. */
  readonly own: number;
  /** The same together with the headings above it. */
  readonly about: number;
  /** It holds the kind of words that are asked for: a number, a time, a person. */
  readonly fits: boolean;
  /** For choosing what to quote: headings and neighbours count in part. */
  readonly score: number;
}

/** A passage cut and scored. */
export interface ScoredPassage extends Omit<MatchedPassage, "units"> {
  /** Place in the ranking, from 0. */
  readonly rank: number;
  readonly units: readonly ScoredUnit[];
  /** Share of the question's weight anywhere in it, headings included. */
  readonly coverage: number;
}

/** Passages scored against one question. */
export interface ScoredQuestion {
  readonly query: Query;
  readonly scored: readonly ScoredPassage[];
}

const HEADING_SHARE = 0.55;
const NEIGHBOUR_SHARE = 0.3;
const RANK_PENALTY = 0.12;
const TYPE_BONUS = 0.18;
/** Under a heading that says what was asked, the answer begins at the top. */
const LEAD_SHARE = 0.4;
const OPTIONAL_WEIGHT = 0.4;
const WEAK_WEIGHT = 0.4;
const VERB_WEIGHT = 0.7;
/** Where rarity is known it says most of how telling a word is. */
const WEAK_SHARE = 0.7;
const LEAST_RARITY = 0.1;
const NOTHING: Keys = new Map();

/** How rare the words of a term are in all documents, 0 to 1; null where nobody can tell. */
export type RarityOf = (term: Term) => number | null;

const unknownRarity: RarityOf = () => null;

/** That a common word is rare here says nothing; that a telling one is, does. */
function weightOf(term: Term, rarity: number): number {
  const optional = term.isOptional ? OPTIONAL_WEIGHT : 1;
  if (term.isWeak) return WEAK_WEIGHT * optional * (0.6 + 0.4 * Math.min(rarity, 1));
  return (0.6 + 0.4 * rarity) * optional * (term.isVerb ? VERB_WEIGHT : 1);
}

function weightByRarity(term: Term, rarity: number): number {
  const optional = term.isOptional ? OPTIONAL_WEIGHT : 1;
  const weak = term.isWeak ? WEAK_SHARE : 1;
  return (LEAST_RARITY + rarity) * optional * weak * (term.isVerb ? VERB_WEIGHT : 1);
}

function weigh(
  question: string,
  terms: readonly Term[],
  matched: readonly MatchedPassage[],
  rarityOf: RarityOf,
): Query {
  const weights = new Map<string, number>();
  const rarities = new Map<string, number>();
  let total = 0;
  for (const term of terms) {
    const found = matched.filter(({ keys }) => keys.has(term.key)).length;
    const rarity = Math.log(1 + (matched.length + 0.5) / (found + 0.5));
    const known = rarityOf(term);
    if (known !== null) rarities.set(term.key, known);
    const weight = known === null ? weightOf(term, rarity) : weightByRarity(term, known);
    weights.set(term.key, weight);
    if (!term.isOptional || found > 0) total += weight;
  }
  return { terms, weights, total, rarities, type: questionType(question) };
}

/** How much of a question's weight these terms hold. */
export function weightIn(query: Query, keys: Iterable<readonly [string, number]>): number {
  let sum = 0;
  for (const [key, strength] of keys) sum += (query.weights.get(key) ?? 0) * strength;
  return sum;
}

/** The same as a share of all of it, 0 to 1. */
export function shareOf(query: Query, keys: Iterable<readonly [string, number]>): number {
  return query.total === 0 ? 0 : weightIn(query, keys) / query.total;
}

function without(keys: Keys, ...others: readonly Keys[]): readonly (readonly [string, number])[] {
  return [...keys].filter(([key]) => !others.some((other) => other.has(key)));
}

function scoreUnit(query: Query, matched: MatchedPassage, at: number): readonly ScoredUnit[] {
  const current = matched.units[at];
  if (current === undefined) return [];
  const { unit, keys } = current;
  const { heading } = matched;
  const before = matched.units[at - 1]?.keys ?? NOTHING;
  const own = shareOf(query, keys);
  const inherited = shareOf(query, without(heading, keys));
  const near = shareOf(query, without(before, keys, heading));
  const fits = fitsType(unit.text, query.type);
  const isStepWanted = query.type === "how" && unit.step !== null;
  const isShort = unit.text.length < 12 && unit.kind === "sentence";
  const isLead = unit.block === matched.units[0]?.unit.block;
  const score =
    own +
    HEADING_SHARE * inherited +
    NEIGHBOUR_SHARE * near +
    (fits ? TYPE_BONUS : 0) +
    (isStepWanted ? TYPE_BONUS : 0) +
    (isLead ? 0.04 + LEAD_SHARE * shareOf(query, heading) : 0) -
    (isShort ? 0.1 : 0) -
    (unit.kind === "heading" ? 0.5 : 0);
  return [{ unit, keys, at, own, about: own + inherited, fits, score }];
}

/** A passage at its place in the ranking: pieces of later ones stand back. */
export function withRank(scored: ScoredPassage, rank: number): ScoredPassage {
  const shift = RANK_PENALTY * (rank - scored.rank);
  const units = scored.units.map((each) => ({ ...each, score: each.score - shift }));
  return { ...scored, rank, units };
}

/** Cuts passages, best first, into pieces and scores each against the question. */
export function scoreQuestion(
  question: string,
  passages: readonly Passage[],
  rarityOf: RarityOf = unknownRarity,
): ScoredQuestion {
  const terms = termsOf(question);
  const matched = passages.map((passage) => matchPassage(passage, terms));
  const query = weigh(question, terms, matched, rarityOf);
  const scored = matched.map((each, rank) =>
    withRank(
      {
        ...each,
        rank: 0,
        units: each.units.flatMap((_, at) => scoreUnit(query, each, at)),
        coverage: shareOf(query, each.keys),
      },
      rank,
    ),
  );
  return { query, scored };
}
