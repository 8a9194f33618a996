import {
  type Alternatives,
  chineseAlternatives,
  cutByLexicon,
  englishAlternatives,
  phraseAt,
} from "./lexicon/lexicon.ts";
import { cleanLine } from "./normalize.ts";
import { stem } from "./stem.ts";
import { CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from "./stop-words.ts";
import { isWeakWord } from "./weak-words.ts";

/** One informative term of a question. */
export interface Term {
  /** What is compared: a stem, an identifier, or one or two Han characters. */
  readonly key: string;
  readonly kind: "word" | "han";
  /** As the person wrote it. */
  readonly surface: string;
  /** What people say instead; each alternative names parts of which all must be there. */
  readonly alternatives: Alternatives;
  /** It stands where verbs stand: what is done can be said in many ways, what it is about in fewer. */
  readonly isVerb: boolean;
  /** So common that it says little about the topic. */
  readonly isWeak: boolean;
  /** It names something exactly: an error code, a setting, a version, a number of three digits or more. */
  readonly isName: boolean;
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
const HAN = /\p{Script=Han}/u;
const HAN_RUN = /\p{Script=Han}+/gu;
/** Question phrases that the segmenter would cut into pieces that look like content. */
const CHINESE_QUESTION =
  /多少钱|多长时间|多久|什么时候|怎么回事|咋回事|怎么样|怎么[办弄搞]|怎么|怎样|咋[办弄]?|如何|为什么|是什么|什么|(?:是|行|好|对|算|给|用)不\p{Script=Han}|有没有|能不能|可不可以|可以吗|要不要|会不会|该不该|多少|(?:星期|礼拜|周)几|几[个天次年月点号日人位岁周楼层种台份条]|哪[里儿个些种天年月]|哪一[天年月个种]|在哪|请问|想知道|[吗呢吧啊呀嘛]+(?!\p{Script=Han})/gu;
/** "公司出钱吗", "跟公司借钱": the company as the one that acts says nothing about the subject. */
const COMPANY_ACTS =
  /[跟向和找问让]公司|公司(?=出钱|掏钱|给|有|会|能|可以|报销|付|提供|承担|帮|这边|管|允许|让|对)/gu;
/** "打不开", "读得出来": what is not possible, or possible, is the verb with its outcome. */
const POSSIBLE_OUTCOME =
  /(?<=\p{Script=Han})[不得](?=出来|出去|进去|起来|下来|上去|[出开上到了动成掉懂完住])/gu;
const BEFORE_VERB: ReadonlySet<string> = new Set(
  "i you we they he she it to can can't cannot could will would should must may might please just don't didn't never".split(
    " ",
  ),
);
const VERBS =
  "跑用看改删装换买卖做写读发给拿去来问说听走带开关停加订退还借租报签请休放存传导连登查填交领取";
/** The segmenter joins small words to a verb: "能跑", "问了". */
const JOINED_VERB = new RegExp(
  `^(?:[能会可要得就也不没](?<verb>[${VERBS}])|(?<done>[${VERBS}])[了过着的到])$`,
  "u",
);
/** A verb and its object, one character each ("退货"), are one word; other pairs across a border are doubtful. */
const VERB_OBJECT = new RegExp(`^[${VERBS}][^${VERBS}成到完好出上下掉着过了住起回进]$`, "u");
const SEGMENTER_PIECE = 500;
const segmenter = new Intl.Segmenter("zh", { granularity: "word" });

/** Words of the lexicon ("登不上") stay as they are. */
function withoutPossibility(text: string): string {
  return text.replace(POSSIBLE_OUTCOME, (mark, at: number) =>
    isKnownOutcome(text, at) ? mark : "",
  );
}

function isKnownOutcome(text: string, at: number): boolean {
  return chineseAlternatives(text.slice(at - 1, at + 2)).length > 0;
}

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

/** A character that is often a verb by itself. */
export function isVerbCharacter(character: string): boolean {
  return character !== "" && VERBS.includes(character);
}

/** A character that is a word of its own: a common verb, or one of the lexicon. */
function isKnownCharacter(character: string): boolean {
  return isVerbCharacter(character) || chineseAlternatives(character).length > 0;
}

/** Words of a Han run without stop words, as lists of neighbours; lone characters in a row are put together. */
function informativeRuns(run: string): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  let isAfterLone = false;
  for (const segment of segmentHan(run)) {
    const joined = JOINED_VERB.exec(segment)?.groups;
    const word = joined?.["verb"] ?? joined?.["done"] ?? segment;
    const current = runs.at(-1) ?? [];
    if (word === "" || CHINESE_STOP_WORDS.has(word)) {
      if (current.length > 0) runs.push([]);
      isAfterLone = false;
      continue;
    }
    const isLone = [...word].length === 1 && !isKnownCharacter(word);
    if (isLone && isAfterLone) current.push(`${current.pop() ?? ""}${word}`);
    else current.push(word);
    isAfterLone = isLone;
  }
  return runs.filter((words) => words.length > 0);
}

function hanTermsOf(words: readonly string[]): readonly Term[] {
  const terms: Term[] = [];
  const add = (key: string, surface: string, isOptional: boolean): void => {
    const alternatives = chineseAlternatives(key);
    const isWeak = isWeakWord(key);
    const rest = { isVerb: false, isWeak, isName: false, alternatives };
    terms.push({ key, kind: "han", surface, isOptional, ...rest });
  };
  for (const [index, word] of words.entries()) {
    const characters = [...word];
    const previous = [...(words[index - 1] ?? "")];
    if (previous.length === 1 || (characters.length === 1 && previous.length > 0)) {
      const pair = `${previous.at(-1) ?? ""}${characters[0] ?? ""}`;
      const isOneWord = previous.length === 1 && characters.length === 1 && VERB_OBJECT.test(pair);
      add(pair, word, !isOneWord);
    }
    if (characters.length === 1) add(word, word, words.length > 1);
    for (let at = 1; at < characters.length; at += 1) {
      add(`${characters[at - 1] ?? ""}${characters[at] ?? ""}`, word, false);
    }
  }
  return terms;
}

/** "天", "费": often a mere unit or suffix. */
function isLoneHan(term: Term): boolean {
  return term.kind === "han" && term.alternatives.length === 0 && [...term.key].length === 1;
}

/** Names of errors and signals as systems write them: EADDRINUSE, ENOSPC, SIGTERM. */
const CONSTANT = /\b(?:E[A-Z]{4,}|SIG[A-Z]{3,})\b/gu;

function isExactName(surface: string): boolean {
  if (/^(?:19|20)\d\d$/u.test(surface)) return false;
  return /_|\d{3}|[a-z]-?\d|\d[a-z]|[a-z]\.[a-z]/u.test(surface);
}

function wordTermsOf(clean: string, constants: ReadonlySet<string>): readonly Term[] {
  const words = (clean.match(WORD) ?? []).map(trimWord).filter((word) => word.length > 0);
  const stems = words.map(stem);
  const terms: Term[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const found = phraseAt(stems, at);
    if (found !== null) {
      const { phrase, isSplit } = found;
      const surface = isSplit ? phrase.words : words.slice(at, at + phrase.stems.length).join(" ");
      const alternatives = [{ words: phrase.words, parts: phrase.stems }, ...phrase.alternatives];
      const key = phrase.stems.join(" ");
      const named = { key, kind: "word", surface, alternatives } as const;
      terms.push({ ...named, isOptional: false, isVerb: false, isWeak: false, isName: false });
      // What stands between verb and particle is looked at in its turn; particles are stop words.
      at += isSplit ? 0 : phrase.stems.length - 1;
      continue;
    }
    const surface = words[at] ?? "";
    if (ENGLISH_STOP_WORDS.has(surface)) continue;
    const isName = constants.has(surface) || isExactName(surface);
    terms.push({ ...wordTerm(surface, words[at - 1] ?? ""), isName });
  }
  return terms;
}

function wordTerm(surface: string, before: string): Omit<Term, "isName"> {
  const key = stem(surface);
  return {
    key,
    kind: "word",
    surface,
    alternatives: englishAlternatives(key),
    isOptional: false,
    isVerb: BEFORE_VERB.has(before) || /(?:ed|ing)$/u.test(surface),
    isWeak: isWeakWord(surface),
  };
}

function hanTermsIn(run: string): readonly Term[] {
  return cutByLexicon(run).flatMap(({ text, isKnown }) => {
    if (!isKnown) return informativeRuns(text).flatMap(hanTermsOf);
    if (CHINESE_STOP_WORDS.has(text)) return [];
    const alternatives = chineseAlternatives(text);
    const isWeak = isWeakWord(text);
    const known = { key: text, surface: text, isOptional: false, isVerb: false, isWeak };
    return [{ ...known, kind: "han", isName: false, alternatives } as const];
  });
}

/**
 * The informative terms of a question, without doubles: stems of words that are no stop words, phrases and words of the
 * lexicon with what people say instead, and character pairs of other Chinese word runs.
 */
export function termsOf(text: string): readonly Term[] {
  const line = cleanLine(text);
  const constants = new Set((line.match(CONSTANT) ?? []).map((name) => name.toLowerCase()));
  const clean = withoutPossibility(line.toLowerCase());
  const runs = clean.replace(COMPANY_ACTS, " ").replace(CHINESE_QUESTION, " ").match(HAN_RUN) ?? [];
  const terms = new Map<string, Term>();
  for (const term of [...wordTermsOf(clean, constants), ...runs.flatMap(hanTermsIn)]) {
    if (!terms.has(term.key)) terms.set(term.key, term);
  }
  const found = [...terms.values()];
  if (found.every((term) => isLoneHan(term) || term.isOptional)) return found;
  return found.map((term) => (isLoneHan(term) ? { ...term, isOptional: true } : term));
}

/** Characters of a Chinese question that say about as much as an English word. */
const HAN_PER_WORD = 1.7;

/** How long a question is, in words; Han characters count as parts of one. */
export function questionLength(question: string): number {
  const clean = cleanLine(question);
  const han = clean.match(HAN_RUN)?.join("").length ?? 0;
  return (clean.match(WORD)?.length ?? 0) + han / HAN_PER_WORD;
}

/** Makes a text ready for {@link hasTerm}. */
export function indexTerms(text: string): TermIndex {
  const clean = withoutPossibility(cleanLine(text).toLowerCase());
  const words = new Set<string>();
  for (const raw of clean.match(WORD) ?? []) {
    const word = trimWord(raw);
    words.add(stem(word));
    for (const part of wordParts(word)) words.add(stem(part));
  }
  return { words, han: clean.replace(/[^\p{Script=Han}]+/gu, " ") };
}

function holds(index: TermIndex, part: string): boolean {
  return HAN.test(part) ? index.han.includes(part) : index.words.has(part);
}

/** What it is worth to find what people say instead of a word; only the word itself is certain. */
const ALTERNATIVE_STRENGTH = 0.85;

/** How surely the text has this term: 1 as asked for, less in other words or in parts, 0 when it has not. */
export function strengthOf(index: TermIndex, term: Term): number {
  const own = term.kind === "han" ? [term.key] : term.key.split(" ");
  if (own.every((part) => holds(index, part))) return 1;
  if (term.alternatives.some(({ parts }) => parts.every((part) => holds(index, part)))) {
    return ALTERNATIVE_STRENGTH;
  }
  if (term.kind === "han") return 0;
  const parts = wordParts(term.surface);
  const isInParts = parts.length > 0 && parts.every((part) => index.words.has(stem(part)));
  return isInParts ? ALTERNATIVE_STRENGTH : 0;
}

/** Whether the text has this term, or what people say instead. */
export function hasTerm(index: TermIndex, term: Term): boolean {
  return strengthOf(index, term) > 0;
}

/** Words to look for besides those of the question itself, so that a text in other words is found; empty when none. */
export function expansionOf(terms: readonly Term[], maxWords: number): string {
  const words = terms.flatMap(({ alternatives }) => alternatives.slice(0, 4));
  return [...new Set(words.map((alternative) => alternative.words))].slice(0, maxWords).join(" ");
}

/** Whether a term says something about the topic. */
export function isTelling(term: Term): boolean {
  return !term.isOptional && !term.isWeak;
}
