import type { Citation, Passage } from "../../src/core/index.ts";
import {
  hasTerm,
  indexTerms,
  shorten,
  splitSentences,
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
  readonly sentences: readonly { readonly text: string; readonly index: TermIndex }[];
}

const MIN_SUPPORT = 0.5;
const MIN_SUPPORT_IN_ONE_SENTENCE = 0.34;
const MARKERS = /\s*[[【](\d{1,2}(?:\s*[,，、]\s*\d{1,2})*)[\]】]/gu;
const NUMBER = /\d+(?:[.,:]\d+)*/gu;
const IDENTIFIER = /[A-Za-z][\w.-]*[\d_][\w.-]*/gu;

function sourceOf(passage: Passage): Source {
  const whole = `${passage.title}\n${passage.section}\n${passage.text}`;
  return {
    passage,
    index: indexTerms(whole),
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

/** Lines that only lead over to what follows ("Here is how:") have nothing to be checked. */
function isLeadIn(sentence: string): boolean {
  return /[:：]$/u.test(sentence) && !/\d/u.test(sentence);
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
      if (isLeadIn(bare)) {
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
