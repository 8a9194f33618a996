import type { Passage } from "../../src/core/index.ts";
import {
  hasTerm,
  indexTerms,
  isWeakTerm,
  type Term,
  type TermIndex,
  termsOf,
} from "../language/index.ts";
import { type Unit, unitsOf } from "./blocks.ts";
import { fitsType, type QuestionType, questionType } from "./question-type.ts";

/** A question made ready for comparing. */
export interface Query {
  readonly terms: readonly Term[];
  /** By term key: how much finding it says; rare words in these passages say more. */
  readonly weights: ReadonlyMap<string, number>;
  readonly total: number;
  readonly type: QuestionType;
}

/** A piece of a passage with how well it answers. */
export interface ScoredUnit {
  readonly unit: Unit;
  readonly index: TermIndex;
  /** Position among the pieces of its passage. */
  readonly at: number;
  /** Share of the question's weight in the piece itself, 0 to 1. */
  readonly own: number;
  /** It holds the kind of words that are asked for: a number, a time, a person. */
  readonly fits: boolean;
  /** The same counting heading and neighbours, in part. */
  readonly score: number;
}

/** A passage cut and scored. */
export interface ScoredPassage {
  readonly passage: Passage;
  readonly rank: number;
  readonly heading: TermIndex;
  readonly units: readonly ScoredUnit[];
  /** Share of the question's weight anywhere in it, heading included. */
  readonly coverage: number;
}

const HEADING_SHARE = 0.55;
const NEIGHBOUR_SHARE = 0.3;
const RANK_PENALTY = 0.12;
const TYPE_BONUS = 0.18;
/** Under a heading that says what was asked, the answer begins at the top. */
const LEAD_SHARE = 0.25;
const OPTIONAL_WEIGHT = 0.4;
const WEAK_WEIGHT = 0.4;
const VERB_WEIGHT = 0.7;

function documentFrequency(term: Term, indexes: readonly TermIndex[]): number {
  return indexes.filter((index) => hasTerm(index, term)).length;
}

/** That a common word is rare here says nothing; that a telling one is, does. */
function weightOf(term: Term, rarity: number): number {
  const optional = term.isOptional ? OPTIONAL_WEIGHT : 1;
  if (isWeakTerm(term.key)) return WEAK_WEIGHT * optional * (0.6 + 0.4 * Math.min(rarity, 1));
  return (0.6 + 0.4 * rarity) * optional * (term.isVerb ? VERB_WEIGHT : 1);
}

/** Weighs the terms of a question by how rare they are among these passages. */
export function prepareQuery(question: string, passages: readonly Passage[]): Query {
  const terms = termsOf(question);
  const indexes = passages.map(({ title, section, text }) =>
    indexTerms(`${title}\n${section}\n${text}`),
  );
  const weights = new Map<string, number>();
  let total = 0;
  for (const term of terms) {
    const found = documentFrequency(term, indexes);
    const rarity = Math.log(1 + (indexes.length + 0.5) / (found + 0.5));
    weights.set(term.key, weightOf(term, rarity));
    if (!term.isOptional || found > 0) total += weightOf(term, rarity);
  }
  return { terms, weights, total, type: questionType(question) };
}

/** Sum of the weights of the terms for which `isFound` holds, as a share of all. */
export function shareOf(query: Query, isFound: (term: Term) => boolean): number {
  if (query.total === 0) return 0;
  const found = query.terms.filter(isFound);
  return found.reduce((sum, term) => sum + (query.weights.get(term.key) ?? 0), 0) / query.total;
}

function headingOf(passage: Passage): string {
  return `${passage.title}\n${passage.section}`;
}

function scoreUnit(
  query: Query,
  units: readonly Unit[],
  indexes: readonly TermIndex[],
  at: number,
  heading: TermIndex,
): ScoredUnit {
  const unit = units[at] ?? { kind: "sentence", text: "", raw: "", block: 0, step: null };
  const index = indexes[at] ?? { words: new Set<string>(), han: "" };
  const before = indexes[at - 1];
  const isNear = before !== undefined && units[at - 1]?.block !== undefined;
  const own = shareOf(query, (term) => hasTerm(index, term));
  const inherited = shareOf(query, (term) => !hasTerm(index, term) && hasTerm(heading, term));
  const near = shareOf(
    query,
    (term) => !hasTerm(index, term) && !hasTerm(heading, term) && isNear && hasTerm(before, term),
  );
  const isShort = unit.text.length < 12 && unit.kind === "sentence";
  const fits = fitsType(unit.text, query.type);
  const bonus = fits ? TYPE_BONUS : 0;
  const steps = query.type === "how" && unit.step !== null ? TYPE_BONUS : 0;
  const penalty = (isShort ? 0.1 : 0) + (unit.kind === "heading" ? 0.5 : 0);
  const underHeading = shareOf(query, (term) => hasTerm(heading, term));
  const lead = unit.block === units[0]?.block ? 0.04 + LEAD_SHARE * underHeading : 0;
  const score =
    own + HEADING_SHARE * inherited + NEIGHBOUR_SHARE * near + bonus + steps + lead - penalty;
  return { unit, index, at, own, fits, score };
}

/** A passage at its place in the ranking: pieces of later ones stand back. */
export function withRank(scored: ScoredPassage, rank: number): ScoredPassage {
  const shift = RANK_PENALTY * (rank - scored.rank);
  const units = scored.units.map((each) => ({ ...each, score: each.score - shift }));
  return { ...scored, rank, units };
}

/** Cuts passages into pieces and scores each against the question. */
export function scorePassages(
  query: Query,
  passages: readonly Passage[],
): readonly ScoredPassage[] {
  return passages.map((passage, rank) => {
    const heading = indexTerms(headingOf(passage));
    const units = unitsOf(passage.text);
    const indexes = units.map(({ text }) => indexTerms(text));
    const whole = indexTerms(`${headingOf(passage)}\n${passage.text}`);
    const cut: ScoredPassage = {
      passage,
      rank: 0,
      heading,
      units: units.map((_, at) => scoreUnit(query, units, indexes, at, heading)),
      coverage: shareOf(query, (term) => hasTerm(whole, term)),
    };
    return withRank(cut, rank);
  });
}
