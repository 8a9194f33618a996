import type { Citation, Passage } from "../../src/core/index.ts";
import { shorten, termsOf } from "../language/index.ts";
import { defuse } from "./defuse.ts";
import { innermostHeading } from "./match.ts";
import { questionParts } from "./question-parts.ts";
import { renderUnits } from "./render.ts";
import {
  type Query,
  type ScoredPassage,
  type ScoredUnit,
  scoreQuestion,
  shareOf,
  withRank,
} from "./score.ts";

/** What is quoted from one passage: pieces in the order of the source. */
interface Excerpt {
  readonly scored: ScoredPassage;
  readonly units: readonly ScoredUnit[];
}

/** An answer made of the documents' own sentences. */
export interface Quoted {
  readonly text: string;
  readonly citations: readonly Citation[];
}

const MAX_PIECES = 4;
const MAX_LIST = 12;
const MAX_CHARACTERS = 600;
const MAX_LIST_CHARACTERS = 700;
const MAX_EXCERPTS = 3;
const MIN_SCORE = 0.2;
const MIN_GAIN = 0.2;
const MIN_ABOUT = 0.5;
/** A paragraph up to this length is quoted whole; so many Han characters say what three times the letters do. */
const WHOLE_PARAGRAPH = 320;
const WHOLE_HAN_PARAGRAPH = 75;
const SHORT_SENTENCE = 40;
const SHORT_HAN_SENTENCE = 12;
const CONTINUES =
  /^(?:this|that|these|those|it|they|he|she|there|then|otherwise|however|but|in this case|if not|after that|without|here|its|their|这|该|此|其|它|否则|但|如果|若|另外|此外|同时|之后|然后)/iu;

function lengthOf(units: readonly ScoredUnit[]): number {
  return units.reduce((sum, { unit }) => sum + unit.text.length, 0);
}

function blockOf(scored: ScoredPassage, unit: ScoredUnit): readonly ScoredUnit[] {
  return scored.units.filter((other) => other.unit.block === unit.unit.block);
}

/** A sentence that ends in a colon and what it introduces belong together. */
function introOf(scored: ScoredPassage, first: ScoredUnit | undefined): readonly ScoredUnit[] {
  const before = first === undefined ? undefined : scored.units[first.at - 1];
  return before !== undefined && /[:：]$/u.test(before.unit.text) ? [before] : [];
}

function listAround(query: Query, scored: ScoredPassage, best: ScoredUnit): readonly ScoredUnit[] {
  const list = blockOf(scored, best);
  const isWanted = best.unit.step !== null || query.type === "how" || query.type === "list";
  if (isWanted && lengthOf(list) <= MAX_LIST_CHARACTERS) {
    return [...introOf(scored, list[0]), ...list];
  }
  const fitting = list.filter((item) => item.own >= best.own * 0.75 && item.own > 0).slice(0, 4);
  return [...introOf(scored, list[0]), ...(fitting.length > 0 ? fitting : [best])];
}

function tableAround(scored: ScoredPassage, best: ScoredUnit): readonly ScoredUnit[] {
  return blockOf(scored, best)
    .filter((row) => row.own >= best.own * 0.85)
    .slice(0, 4);
}

function paragraphAround(scored: ScoredPassage, best: ScoredUnit): readonly ScoredUnit[] {
  const block = blockOf(scored, best);
  const next = scored.units[best.at + 1];
  if (/[:：]$/u.test(best.unit.text) && next !== undefined && next.unit.block !== best.unit.block) {
    const introduced = blockOf(scored, next);
    return lengthOf(introduced) <= MAX_LIST_CHARACTERS
      ? [best, ...introduced]
      : [best, ...introduced.slice(0, 3)];
  }
  const isHan = /\p{Script=Han}/u.test(best.unit.text);
  if (lengthOf(block) <= (isHan ? WHOLE_HAN_PARAGRAPH : WHOLE_PARAGRAPH)) return block;
  const chosen = [best];
  const before = scored.units[best.at - 1];
  if (before?.unit.block === best.unit.block && CONTINUES.test(best.unit.text))
    chosen.unshift(before);
  const isFollowed = next?.unit.block === best.unit.block;
  const isShort = best.unit.text.length < (isHan ? SHORT_HAN_SENTENCE : SHORT_SENTENCE);
  if (isFollowed && (CONTINUES.test(next.unit.text) || isShort)) chosen.push(next);
  return chosen;
}

/** The piece with what belongs to it: the list, the row's siblings, the paragraph when it is short. */
function expand(query: Query, scored: ScoredPassage, best: ScoredUnit): readonly ScoredUnit[] {
  switch (best.unit.kind) {
    case "item":
      return listAround(query, scored, best);
    case "row":
      return tableAround(scored, best);
    case "code":
      return [...introOf(scored, best), best];
    case "heading":
      return blockOf(scored, scored.units[best.at + 1] ?? best);
    case "sentence":
      return paragraphAround(scored, best);
  }
}

interface Candidate {
  readonly scored: ScoredPassage;
  readonly unit: ScoredUnit;
  readonly worth: number;
}

function bestOf(candidates: readonly Candidate[]): Candidate | null {
  return candidates.reduce<Candidate | null>(
    (top, each) => (top === null || each.worth > top.worth ? each : top),
    null,
  );
}

/** What a piece says of the question that nothing chosen says yet; 0 unless it is about the question as a whole. */
function gainOf(query: Query, open: ReadonlySet<string>, unit: ScoredUnit): number {
  if (unit.about < MIN_ABOUT) return 0;
  const gained = query.terms.filter(
    ({ key, isVerb, isWeak }) => open.has(key) && !isVerb && !isWeak && unit.keys.has(key),
  );
  return shareOf(
    query,
    gained.map(({ key }) => [key, unit.keys.get(key) ?? 0] as const),
  );
}

/** Picks the best piece, then pieces that cover what is still open, as long as they add something. */
function select(query: Query, passages: readonly ScoredPassage[]): readonly Excerpt[] {
  const open = new Set(query.terms.map((term) => term.key));
  const excerpts: Excerpt[] = [];
  let characters = 0;
  while (excerpts.length < MAX_EXCERPTS && characters < MAX_CHARACTERS) {
    const isFirst = excerpts.length === 0;
    const candidates = passages
      .filter((scored) => !excerpts.some((excerpt) => excerpt.scored === scored))
      .flatMap((scored) =>
        scored.units.map((unit) => ({
          scored,
          unit,
          worth: isFirst ? unit.score : gainOf(query, open, unit),
        })),
      );
    const best = bestOf(candidates);
    if (best === null || best.worth < (isFirst ? MIN_SCORE : MIN_GAIN)) break;
    const units = expand(query, best.scored, best.unit).slice(0, isFirst ? MAX_LIST : MAX_PIECES);
    if (!isFirst && characters + lengthOf(units) > MAX_CHARACTERS) break;
    excerpts.push({ scored: best.scored, units: units.toSorted((a, b) => a.at - b.at) });
    characters += lengthOf(units);
    for (const keys of [best.scored.heading, ...units.map((unit) => unit.keys)]) {
      for (const key of keys.keys()) open.delete(key);
    }
  }
  return excerpts;
}

/** Passages were ranked for all parts together; for one of them the nearest heading and text come first. */
function reranked(query: Query, scored: readonly ScoredPassage[]): readonly ScoredPassage[] {
  const worth = ({ passage, innermost, coverage }: ScoredPassage): number => {
    const words = termsOf(innermostHeading(passage)).filter((term) => !term.isOptional).length;
    return coverage + shareOf(query, innermost) * (innermost.size / Math.max(1, words));
  };
  return scored
    .toSorted((left, right) => worth(right) - worth(left))
    .map((each, rank) => withRank(each, rank));
}

/** An excerpt with its number: behind the words, and before a block of code at the end, which nothing may touch. */
function marked(units: readonly ScoredUnit[], mark: string): string {
  const words = units.slice(0, units.findLastIndex(({ unit }) => unit.kind !== "code") + 1);
  if (words.length === units.length) return `${renderUnits(units)} ${mark}`;
  const code = renderUnits(units.slice(words.length));
  return words.length === 0 ? `${mark}\n${code}` : `${renderUnits(words)} ${mark}\n${code}`;
}

function quoteOf(units: readonly ScoredUnit[]): string {
  const best = units.reduce((top, each) => (each.score > top.score ? each : top));
  return shorten(best.unit.raw, 300);
}

/** A source of an answer. */
export function citationOf(passage: Passage, n: number, quote: string): Citation {
  return {
    n,
    passageId: passage.id,
    title: passage.title,
    section: passage.section,
    source: passage.source,
    quote,
    origin: passage.origin,
  };
}

/**
 * Answers with the sentences of the passages that cover the question: idf-weighted coverage with help of headings and
 * neighbours; lists of steps, table rows and introduced blocks stay whole; about five sentences or 600 characters. Null
 * when no sentence fits.
 */
export function quoteAnswer(question: string, passages: readonly Passage[]): Quoted | null {
  const parts = questionParts(question);
  const found = parts.map((part) => {
    const { query, scored } = scoreQuestion(part, passages);
    if (parts.length === 1) return select(query, scored);
    return select(query, reranked(query, scored)).slice(0, 1);
  });
  const excerpts = withoutDoubles(found.flat());
  if (excerpts.length === 0) return null;
  const numbers = new Map<string, number>();
  for (const { scored } of excerpts) {
    if (!numbers.has(scored.passage.id)) numbers.set(scored.passage.id, numbers.size + 1);
  }
  const numberOf = ({ scored }: Excerpt): number => numbers.get(scored.passage.id) ?? 0;
  const cited = excerpts.filter(
    (excerpt, at) => excerpts.findIndex((other) => numberOf(other) === numberOf(excerpt)) === at,
  );
  const sources = passages.map((passage) => passage.text);
  const text = excerpts
    .map((excerpt) => marked(excerpt.units, `[${numberOf(excerpt)}]`))
    .join("\n\n");
  return {
    text: defuse(text, sources),
    citations: cited.map((excerpt) =>
      citationOf(excerpt.scored.passage, numberOf(excerpt), quoteOf(excerpt.units)),
    ),
  };
}

/** Two halves of a question may find the same sentences. */
function withoutDoubles(excerpts: readonly Excerpt[]): readonly Excerpt[] {
  const seen = new Set<string>();
  return excerpts.filter(({ scored, units }) => {
    const key = `${scored.passage.id}\n${units[0]?.at ?? 0}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
