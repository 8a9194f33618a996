import type { Keys } from "../answer/match.ts";
import { unitedKeys } from "../answer/match.ts";
import { type Query, type ScoredPassage, weightIn } from "../answer/score.ts";
import { stem, type Term } from "../language/index.ts";
import { isNegated, saysExtreme, saysOpposite } from "./opposites.ts";

/**
 * How the one or two neighbouring sentences that speak most of a question differ from it: a question about the right subject
 * that no sentence answers has its words scattered, a name or number of its own, or says the contrary.
 */
export interface Wording {
  /** The question denies something and they do not: 1, else 0. */
  readonly negated: number;
  /** They say the opposite of one of its words: 1, else 0. */
  readonly opposed: number;
  /** Share of its weight that stands in the passage, but elsewhere. */
  readonly elsewhere: number;
  /** Share of the heaviest term that they have not got. */
  readonly gap: number;
  /** Share of its names that the passage has not got. */
  readonly strangeNames: number;
  /** The same of its numbers. */
  readonly strangeNumbers: number;
  /** Share of its neighbouring terms that are neighbours there, too; a half when it has only one. */
  readonly pairs: number;
  /** How many words apart its terms stand there, for each of them; 1 when they are neighbours, {@link MOST_SCATTERED} at most. */
  readonly scattered: number;
  /** It asks for the first, the only, the largest one, and they speak of none: 1, else 0. */
  readonly extreme: number;
  /** How rare the rarest term is that they have not got, 0 to 1; 0 when they have all. */
  readonly missingRarity: number;
}

const NOTHING: Wording = {
  negated: 0,
  opposed: 0,
  elsewhere: 0,
  gap: 1,
  strangeNames: 0,
  strangeNumbers: 0,
  pairs: 0.5,
  scattered: 3,
  extreme: 0,
  missingRarity: 0,
};

interface Window {
  readonly text: string;
  readonly keys: Keys;
  readonly passage: ScoredPassage;
  readonly worth: number;
}

const LOOKED_AT = 5;
const HEADING_SHARE = 0.5;
/** Two sentences say more than one by accident; later passages stand back. */
const LENGTH_PENALTY = 0.06;
const RANK_PENALTY = 0.03;
const MOST_SCATTERED = 6;
/** Terms of a question that are neighbours stand at most so many words apart in the text. */
const NEAR = 4;

interface Word {
  readonly raw: string;
  readonly stem: string;
}

const WORD =
  /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])(?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}'’-])*/gu;

function wordsOf(text: string): readonly Word[] {
  return (text.match(WORD) ?? []).map((raw) => ({
    raw,
    stem: stem(raw.toLowerCase().replace(/['’]s$/u, "")),
  }));
}

/** The one or two neighbouring pieces that hold most of a question; null when nothing was found. */
function bestWindow(query: Query, scored: readonly ScoredPassage[]): Window | null {
  let best: Window | null = null;
  for (const [rank, passage] of scored.slice(0, LOOKED_AT).entries()) {
    for (const { at } of passage.units) {
      for (const length of [1, 2]) {
        const units = passage.units.slice(at, at + length);
        if (units.length < length) continue;
        const keys = unitedKeys(units.map((each) => each.keys));
        const above = [...passage.heading].filter(([key]) => !keys.has(key));
        const share =
          (weightIn(query, keys) + HEADING_SHARE * weightIn(query, above)) / query.total;
        const worth = share - LENGTH_PENALTY * (length - 1) - RANK_PENALTY * rank;
        if (best !== null && best.worth >= worth) continue;
        best = { text: units.map(({ unit }) => unit.text).join(" "), keys, passage, worth };
      }
    }
  }
  return best;
}

function shareMissing(words: readonly Word[], held: ReadonlySet<string>): number {
  const missing = words.filter((word) => !held.has(word.stem));
  return words.length === 0 ? 0 : missing.length / words.length;
}

/** Share of neighbouring terms of a question that a text has near each other, in the same order. */
function pairShare(
  terms: ReadonlySet<string>,
  asked: readonly Word[],
  text: readonly string[],
): number {
  const order = asked.map((word) => word.stem).filter((word) => terms.has(word));
  const pairs = order.slice(1).map((word, at) => [order[at] ?? "", word] as const);
  const kept = pairs.filter(([left, right]) =>
    text.some((word, at) => word === left && text.slice(at + 1, at + 1 + NEAR).includes(right)),
  );
  return pairs.length === 0 ? NOTHING.pairs : kept.length / pairs.length;
}

/** How many words there are from the first to the last term of a question, for each of them. */
function scatterOf(terms: readonly Term[], text: readonly string[]): number {
  const places = terms.map(({ key }) => text.indexOf(key)).filter((place) => place >= 0);
  if (places.length < 2) return NOTHING.scattered;
  const span = Math.max(...places) - Math.min(...places) + 1;
  return Math.min(MOST_SCATTERED, span / places.length);
}

function weightOf(query: Query, terms: readonly Term[]): number {
  return terms.reduce((sum, { key }) => sum + (query.weights.get(key) ?? 0), 0);
}

/** Compares a question word by word with what speaks most of it. */
export function measureWording(
  question: string,
  query: Query,
  scored: readonly ScoredPassage[],
): Wording {
  const window = query.total === 0 ? null : bestWindow(query, scored);
  if (window === null) return NOTHING;
  const { keys, passage } = window;
  const asked = wordsOf(question);
  const text = wordsOf(window.text).map((word) => word.stem);
  const { title, section, text: whole } = passage.passage;
  const held = new Set(wordsOf(`${title} ${section} ${whole}`).map((word) => word.stem));
  const terms = query.terms.filter(({ isOptional }) => !isOptional);
  const missing = terms.filter(({ key }) => !keys.has(key) && !passage.heading.has(key));
  const all = weightOf(query, terms) || 1;
  const stems = new Set(terms.flatMap(({ key, kind }) => (kind === "word" ? key.split(" ") : [])));
  const names = asked.slice(1).filter(({ raw }) => /^\p{Lu}/u.test(raw));
  const numbers = asked.filter(({ raw }) => /\d/u.test(raw));
  return {
    negated: isNegated(question) && !isNegated(window.text) ? 1 : 0,
    opposed: saysOpposite(
      asked.map((word) => word.stem),
      new Set(text),
    )
      ? 1
      : 0,
    elsewhere:
      weightOf(
        query,
        missing.filter(({ key }) => passage.keys.has(key)),
      ) / all,
    gap: Math.max(0, ...missing.map((term) => weightOf(query, [term]))) / all,
    strangeNames: shareMissing(names, held),
    strangeNumbers: shareMissing(numbers, held),
    pairs: pairShare(stems, asked, text),
    scattered: scatterOf(terms, text),
    extreme: saysExtreme(question) && !saysExtreme(window.text) ? 1 : 0,
    missingRarity: Math.max(0, ...missing.map(({ key }) => query.rarities.get(key) ?? 0)),
  };
}
