import { cleanLine } from "./normalize.ts";
import { stem } from "./stem.ts";
import { CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from "./stop-words.ts";

/** One informative term of a question. */
export interface Term {
  /** What is compared: a stem, an identifier, or one or two Han characters. */
  readonly key: string;
  readonly kind: "word" | "han";
  /** As the person wrote it. */
  readonly surface: string;
  /** A pair across a doubtful word border: it counts when found and is not missed when absent. */
  readonly isOptional: boolean;
}

/** A text made ready for looking up terms in it. */
export interface TermIndex {
  readonly words: ReadonlySet<string>;
  /** All Han characters in order, other characters as one space. */
  readonly han: string;
}

const WORD = /(?!\p{Script=Han})[\p{L}\p{N}](?:(?!\p{Script=Han})[\p{L}\p{M}\p{N}_.'’+#/-])*/gu;
const HAN_RUN = /\p{Script=Han}+/gu;
/** Question phrases that the segmenter would cut into pieces that look like content. */
const CHINESE_QUESTION =
  /多少钱|多长时间|多久|什么时候|怎么样|怎么办|怎么|怎样|如何|为什么|是什么|什么|是不是|有没有|能不能|可不可以|可以吗|要不要|会不会|该不该|多少|几[个天次年月]|哪[里儿个些种]|在哪|请问|想知道/gu;
const SEGMENTER_PIECE = 500;
const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

function trimWord(word: string): string {
  return word.replace(/[’]/gu, "'").replace(/[.'/-]+$/u, "");
}

function wordParts(word: string): readonly string[] {
  const parts = word.split(/[._'/-]+/u).filter((part) => part.length > 1);
  return parts.length > 1 ? parts : [];
}

/** Words of a Han run; short pieces only, since a segment object carries a copy of its whole input. */
export function segmentHan(run: string): readonly string[] {
  const words: string[] = [];
  for (let start = 0; start < run.length; start += SEGMENTER_PIECE) {
    for (const part of segmenter.segment(run.slice(start, start + SEGMENTER_PIECE))) {
      words.push(part.segment);
    }
  }
  return words;
}

/** Words of a Han run without stop words, as lists of neighbours; lone characters in a row are put together. */
function informativeRuns(run: string): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  let isAfterLone = false;
  for (const word of segmentHan(run)) {
    const current = runs.at(-1) ?? [];
    if (CHINESE_STOP_WORDS.has(word)) {
      if (current.length > 0) runs.push([]);
      isAfterLone = false;
      continue;
    }
    const isLone = [...word].length === 1;
    if (isLone && isAfterLone) current.push(`${current.pop() ?? ""}${word}`);
    else current.push(word);
    isAfterLone = isLone;
  }
  return runs.filter((words) => words.length > 0);
}

function hanTermsOf(words: readonly string[]): readonly Term[] {
  const surface = words.join("");
  const terms: Term[] = [];
  const add = (key: string, isOptional: boolean): void => {
    terms.push({ key, kind: "han", surface, isOptional });
  };
  for (const [index, word] of words.entries()) {
    const characters = [...word];
    const previous = [...(words[index - 1] ?? "")];
    if (previous.length === 1 || (characters.length === 1 && previous.length > 0)) {
      add(`${previous.at(-1) ?? ""}${characters[0] ?? ""}`, true);
    }
    if (characters.length === 1) add(word, words.length > 1);
    for (let at = 1; at < characters.length; at += 1) {
      add(`${characters[at - 1] ?? ""}${characters[at] ?? ""}`, false);
    }
  }
  return terms;
}

/** "天", "费": often a mere unit or suffix. */
function isLoneHan(term: Term): boolean {
  return term.kind === "han" && [...term.key].length === 1;
}

/** Latin and other alphabetic words of a text, in order, in lower case, stop words included. */
export function wordsOf(text: string): readonly string[] {
  return (cleanLine(text).toLowerCase().match(WORD) ?? [])
    .map(trimWord)
    .filter((word) => word.length > 0);
}

/**
 * The informative terms of a question, without doubles: stems of words that are no stop words, and character pairs of
 * Chinese word runs.
 */
export function termsOf(text: string): readonly Term[] {
  const clean = cleanLine(text).toLowerCase();
  const terms = new Map<string, Term>();
  for (const raw of clean.match(WORD) ?? []) {
    const word = trimWord(raw);
    if (word.length === 0 || ENGLISH_STOP_WORDS.has(word)) continue;
    const key = stem(word);
    if (!terms.has(key)) terms.set(key, { key, kind: "word", surface: word, isOptional: false });
  }
  for (const run of clean.replace(CHINESE_QUESTION, " ").match(HAN_RUN) ?? []) {
    for (const term of informativeRuns(run).flatMap(hanTermsOf)) {
      if (!terms.has(term.key)) terms.set(term.key, term);
    }
  }
  const found = [...terms.values()];
  if (found.every((term) => isLoneHan(term) || term.isOptional)) return found;
  return found.map((term) => (isLoneHan(term) ? { ...term, isOptional: true } : term));
}

/** Makes a text ready for {@link hasTerm}. */
export function indexTerms(text: string): TermIndex {
  const clean = cleanLine(text).toLowerCase();
  const words = new Set<string>();
  for (const raw of clean.match(WORD) ?? []) {
    const word = trimWord(raw);
    words.add(stem(word));
    for (const part of wordParts(word)) words.add(stem(part));
  }
  return { words, han: clean.replace(/[^\p{Script=Han}]+/gu, " ") };
}

/** Whether the text has this term. */
export function hasTerm(index: TermIndex, term: Term): boolean {
  if (term.kind === "han") return index.han.includes(term.key);
  if (index.words.has(term.key)) return true;
  const parts = wordParts(term.surface);
  return parts.length > 0 && parts.every((part) => index.words.has(stem(part)));
}
