import type { Citation, Passage } from "../../src/core/index.ts";
import {
  hasTerm,
  indexTerms,
  shorten,
  splitSentences,
  type Term,
  type TermIndex,
  termsOf,
} from "../language/index.ts";
import { citationOf } from "./extract.ts";

/** A text of which every sentence stands in a source. */
export interface Attributed {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Sentences left out because no passage holds them. */
  readonly dropped: number;
}

interface Source {
  readonly passage: Passage;
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
/** Words of lines that lead over to a list, and say nothing by themselves. */
const LEADING_WORDS =
  /\b(?:follow(?:s|ing)?|steps?|options?|ways?|lists?|points?|rules?|exceptions?|answers?)\b|步骤|如下|以下|下列|方法|方式|规定|情况/giu;
const MARKERS = /\s*[[【](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】]/gu;
const NUMBER = /\d+(?:[.,:]\d+)*/gu;
const IDENTIFIER = /[A-Za-z][\w.-]*[\d_][\w.-]*/gu;

function sourceOf(passage: Passage): Source {
  const whole = `${passage.title}\n${passage.section}\n${passage.text}`;
  return {
    passage,
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

/** Share of a sentence's terms that a source has; a sentence in another language is judged by its numbers and names. */
function supportOf(sentence: string, source: Source): number {
  const exact = [...(sentence.match(NUMBER) ?? []), ...(sentence.match(IDENTIFIER) ?? [])];
  if (!holdsAll(source.passage, exact)) return 0;
  const terms = termsOf(sentence).filter((term) => !term.isOptional);
  if (terms.length === 0) return exact.length > 0 ? 1 : 0;
  const isForeign =
    terms.every((term) => term.kind === "han") !== (source.passage.language === "zh");
  const found = terms.filter((term) => hasTerm(source.index, term));
  if (isForeign && found.length === 0) return exact.length > 0 ? MIN_SUPPORT : 0;
  if (longestRunWithout(terms, source.index) >= FOREIGN_RUN) return 0;
  if (!isHeldThroughout(terms, source)) return 0;
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

function quoteFor(sentence: string, source: Source): string {
  const terms = termsOf(sentence);
  const count = (index: TermIndex): number => terms.filter((term) => hasTerm(index, term)).length;
  const best = source.sentences.reduce<Source["sentences"][number] | null>(
    (top, each) => (top === null || count(each.index) > count(top.index) ? each : top),
    null,
  );
  return shorten(best?.text ?? source.passage.text, 300);
}

/**
 * Lines that only lead over to what follows ("Here is how:") state nothing; all but one of their words must be of that
 * kind, or stand in a passage.
 */
function isLeadIn(sentence: string, sources: readonly Source[]): boolean {
  if (!/[:：]$/u.test(sentence) || /\d/u.test(sentence)) return false;
  const terms = termsOf(sentence.replace(LEADING_WORDS, " ")).filter((term) => !term.isOptional);
  const strange = terms.filter((term) => !sources.some(({ index }) => hasTerm(index, term)));
  return strange.length <= 1;
}

/**
 * Keeps the sentences that a passage supports (enough of their words, all of their numbers and identifiers), gives each
 * the number of its passage, and drops the rest. A whole answer may thus become empty.
 */
export function attribute(text: string, passages: readonly Passage[]): Attributed {
  const sources = passages.map(sourceOf);
  const numbers = new Map<Source, { readonly n: number; readonly quote: string }>();
  let dropped = 0;
  const lines = text.split(/\n/u).map((line) => {
    const mark = /^\s*(?:[-*+•]|\d{1,2}[.)、])\s+/u.exec(line)?.[0] ?? "";
    const kept: string[] = [];
    for (const piece of splitSentences(
      line.slice(mark.length).replace(/([.!?。！？])((?:\s*\[\d+\])+)/gu, "$2$1"),
    )) {
      const named = [...piece.matchAll(MARKERS)].flatMap((match) =>
        (match[1] ?? "").split(/\D+/u).map(Number),
      );
      const bare = piece.replace(MARKERS, "").trim();
      if (bare === "" || /^[\p{P}\s]*$/u.test(bare)) continue;
      if (isLeadIn(bare, sources)) {
        kept.push(bare);
        continue;
      }
      const found = bestSource(bare, named, sources);
      if (found === null) {
        dropped += 1;
        continue;
      }
      const known = numbers.get(found.source);
      const n = known?.n ?? numbers.size + 1;
      if (known === undefined)
        numbers.set(found.source, { n, quote: quoteFor(bare, found.source) });
      kept.push(`${bare} [${n}]`);
    }
    return kept.length === 0
      ? null
      : mark +
          kept.reduce(
            (line, piece) => `${line}${/[。！？；]\s\[\d+\]$/u.test(line) ? "" : " "}${piece}`,
          );
  });
  const body = lines.filter((line, index) => line !== null || text.split(/\n/u)[index] === "");
  const joined = body
    .map((line) => line ?? "")
    .join("\n")
    .replace(/\n{3,}/gu, "\n\n")
    .replace(/[^\n]*[:：]\s*$/u, "")
    .trim();
  const citations = [...numbers].map(([source, { n, quote }]) =>
    citationOf(source.passage, n, quote),
  );
  return { text: numbers.size === 0 ? "" : joined, citations, dropped };
}
