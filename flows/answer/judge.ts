import type { Passage } from "../../src/core/index.ts";
import {
  hasTerm,
  indexTerms,
  shorten,
  splitSentences,
  type Term,
  type TermIndex,
  termsOf,
} from "../language/index.ts";
import { isOfPrompt } from "./prompt.ts";

/** A passage made ready for being looked into. */
export interface Source {
  readonly passage: Passage;
  /** Its lines and pieces of inline code as they stand there. */
  readonly verbatim: ReadonlySet<string>;
  readonly index: TermIndex;
  /** Of the title and the headings. */
  readonly heading: TermIndex;
  readonly sentences: readonly { readonly text: string; readonly index: TermIndex }[];
}

const MIN_SUPPORT = 0.5;
const MIN_SUPPORT_IN_ONE_SENTENCE = 0.34;
/** So many words in a row that a passage does not have are a statement of their own, however well the rest is supported. */
const FOREIGN_RUN = 3;
/** Of so many words in a row, one sentence of the passage (with its heading) must hold at least so many. */
const WINDOW = 4;
const MIN_HELD_OF_WINDOW = 2;
/** Where something may be put behind what is supported. */
const CLAUSES = /[,;，；]\s*|\s(?:and|but|or|then)\s|然后|并且|而且/u;
/** Fewer words say nothing of their own. */
const LEAST_OF_CLAUSE = 3;
/** Words of lines that lead over to a list, and say nothing by themselves. */
const LEADING_WORDS =
  /\b(?:follow(?:s|ing)?|steps?|options?|ways?|lists?|points?|rules?|exceptions?|answers?)\b|步骤|如下|以下|下列|方法|方式|规定|情况/giu;
const MARKERS = /\s*[[【](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】]/gu;
const NUMBER = /\d+(?:[.,:]\d+)*/gu;
const INLINE_CODE = /`([^`\n]+)`/gu;
const IDENTIFIER = /[A-Za-z][\w.-]*[\d_][\w.-]*/gu;

/** Makes a passage ready for {@link judgeSentence}. */
export function sourceOf(passage: Passage): Source {
  const whole = `${passage.title}\n${passage.section}\n${passage.text}`;
  return {
    passage,
    verbatim: new Set([
      ...passage.text.split("\n").map((line) => line.trim()),
      ...[...passage.text.matchAll(INLINE_CODE)].map((match) => (match[1] ?? "").trim()),
    ]),
    index: indexTerms(whole),
    heading: indexTerms(`${passage.title}\n${passage.section}`),
    sentences: passage.text
      .split(/\n+/u)
      .flatMap(splitSentences)
      .map((text) => ({ text, index: indexTerms(text) })),
  };
}

function holdsAll(passage: Passage, tokens: readonly string[]): boolean {
  const whole = `${passage.title}\n${passage.section}\n${passage.text}`.toLowerCase();
  const digits = whole.replace(/(?<=\d)[,\s](?=\d{3})/gu, "");
  return tokens.every((token) => {
    const plain = token
      .toLowerCase()
      .replace(/(?<=\d),(?=\d{3})/gu, "")
      .replace(/[.:,]+$/u, "");
    const at = new RegExp(
      `(?<![\\d.])${plain.replace(/[.*+?^${}()|[\]\\]/gu, "\\$&")}(?!\\d)`,
      "u",
    );
    return at.test(digits);
  });
}

/** The most terms in a row that are not there: something that was put beside what is supported. */
function longestRunWithout(terms: readonly Term[], index: TermIndex): number {
  let longest = 0;
  let run = 0;
  for (const term of terms) {
    run = hasTerm(index, term) ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** Words that stand scattered over a long passage do not support what is made of them. */
function isHeldThroughout(terms: readonly Term[], source: Source): boolean {
  const inHeading = terms.map((term) => hasTerm(source.heading, term));
  const held = source.sentences.map(({ index }) =>
    terms.map((term, at) => inHeading[at] === true || hasTerm(index, term)),
  );
  for (let from = 0; from + WINDOW <= terms.length; from += 1) {
    const most = Math.max(
      0,
      ...held.map((flags) => flags.slice(from, from + WINDOW).filter(Boolean).length),
    );
    if (most < MIN_HELD_OF_WINDOW) return false;
  }
  return true;
}

/**
 * What a sentence is put together of must each stand in one sentence of the passage (with its heading), short pieces by most of
 * their words: otherwise any order could be made of the words of a long passage.
 */
function areClausesHeld(sentence: string, source: Source): boolean {
  return sentence.split(CLAUSES).every((clause) => {
    const terms = termsOf(clause).filter((term) => !term.isOptional);
    if (terms.length < LEAST_OF_CLAUSE) return true;
    const held = Math.max(
      0,
      ...source.sentences.map(
        ({ index }) =>
          terms.filter((term) => hasTerm(source.heading, term) || hasTerm(index, term)).length,
      ),
    );
    return held >= (terms.length <= 5 ? Math.floor(terms.length / 2) + 1 : terms.length / 2);
  });
}

/** Share of a sentence's terms that a source has; a sentence in another language is judged by its numbers and names. */
function supportOf(sentence: string, source: Source): number {
  const exact = [...(sentence.match(NUMBER) ?? []), ...(sentence.match(IDENTIFIER) ?? [])];
  if (!holdsAll(source.passage, exact)) return 0;
  const terms = termsOf(sentence).filter((term) => !term.isOptional);
  if (terms.length === 0) return exact.length > 0 ? 1 : 0;
  const found = terms.filter((term) => hasTerm(source.index, term));
  const isHan = terms.some((term) => term.kind === "han");
  const isForeign = isHan !== (source.passage.language === "zh");
  // What is in letters of the other script, and numbers, stand in it as they are; its own words cannot.
  const own = isHan ? found.filter((term) => term.kind === "han") : found;
  if (isForeign && own.length === 0) return exact.length > 0 ? MIN_SUPPORT : 0;
  if (longestRunWithout(terms, source.index) >= FOREIGN_RUN) return 0;
  if (!isHeldThroughout(terms, source) || !areClausesHeld(sentence, source)) return 0;
  const share = found.length / terms.length;
  const inOne = Math.max(
    0,
    ...source.sentences.map(
      ({ index }) => terms.filter((term) => hasTerm(index, term)).length / terms.length,
    ),
  );
  return inOne >= MIN_SUPPORT_IN_ONE_SENTENCE ? share : share * 0.6;
}

function bestSource(
  sentence: string,
  named: readonly number[],
  sources: readonly Source[],
): { readonly source: Source; readonly support: number } | null {
  const scored = sources.map((source, index) => ({
    source,
    support: supportOf(sentence, source) + (named.includes(index + 1) ? 0.05 : 0),
  }));
  const best = scored.reduce<(typeof scored)[number] | null>(
    (top, each) => (top === null || each.support > top.support ? each : top),
    null,
  );
  return best !== null && best.support >= MIN_SUPPORT ? best : null;
}

/** The sentence of a source that says most of this. */
export function quoteFor(sentence: string, source: Source): string {
  const terms = termsOf(sentence);
  const count = (index: TermIndex): number => terms.filter((term) => hasTerm(index, term)).length;
  const best = source.sentences.reduce<Source["sentences"][number] | null>(
    (top, each) => (top === null || count(each.index) > count(top.index) ? each : top),
    null,
  );
  return shorten(best?.text ?? source.passage.text, 300);
}

/**
 * Lines that only lead over to what follows ("Here is how:") state nothing: all of their words are of that kind, or all but one
 * and the others stand together in a passage's sentence or heading.
 */
function isLeadIn(sentence: string, sources: readonly Source[]): boolean {
  if (!/[:：]$/u.test(sentence) || /\d/u.test(sentence)) return false;
  const terms = termsOf(sentence.replace(LEADING_WORDS, " ")).filter((term) => !term.isOptional);
  if (terms.length <= 1) return true;
  return sources.some(({ heading, sentences }) =>
    [heading, ...sentences.map(({ index }) => index)].some((index) =>
      terms.every((term) => hasTerm(index, term)),
    ),
  );
}

/** One sentence: supported by a source, a lead to what follows, or nothing that may be said. */
export type Judgement =
  | { readonly type: "held"; readonly bare: string; readonly source: Source }
  | { readonly type: "lead"; readonly bare: string }
  | { readonly type: "unsupported" }
  | { readonly type: "empty" };

/** Judges a sentence with the numbers of passages behind it. */
export function judgeSentence(piece: string, sources: readonly Source[]): Judgement {
  const named = [...piece.matchAll(MARKERS)].flatMap((match) =>
    (match[1] ?? "").split(/\D+/u).map(Number),
  );
  const bare = piece.replace(MARKERS, "").trim();
  if (bare === "" || /^[\p{P}\s]*$/u.test(bare)) return { type: "empty" };
  if (isOfPrompt(bare)) return { type: "unsupported" };
  if (isLeadIn(bare, sources)) return { type: "lead", bare };
  // A line that leads over with words of its own states nothing that could be supported.
  if (/^\D+[:：]$/u.test(bare)) return { type: "unsupported" };
  const found = bestSource(bare, named, sources);
  return found === null ? { type: "unsupported" } : { type: "held", bare, source: found.source };
}

/** A number of a passage that a model put behind a line of code. */
const NUMBER_BEHIND = /\s+[[【]\d{1,2}[\]】]\s*$/u;

/**
 * Judges a line of code, which is kept as it is written. Marks alone (brackets, blank lines) state nothing and are `empty`: they stay
 * with the lines that a passage supports.
 */
export function judgeCode(line: string, sources: readonly Source[]): Judgement {
  const standsThere = (text: string): Source | undefined =>
    sources.find(({ verbatim }) => verbatim.has(text.trim()));
  const whole = line.trimEnd();
  const bare = standsThere(whole) === undefined ? whole.replace(NUMBER_BEHIND, "") : whole;
  // It would end the block for whoever shows it.
  if (/`{3}/u.test(bare) || isOfPrompt(bare)) return { type: "unsupported" };
  if (/^[\p{P}\p{S}\s]*$/u.test(bare)) return { type: "empty" };
  const source = standsThere(bare) ?? bestSource(bare, [], sources)?.source;
  return source === undefined ? { type: "unsupported" } : { type: "held", bare, source };
}
