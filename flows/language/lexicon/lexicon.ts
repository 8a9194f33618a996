import { stem } from "../stem.ts";
import { CHINESE_GROUPS } from "./chinese.ts";
import { CHINESE_TALK_GROUPS } from "./chinese-talk.ts";
import { ENGLISH_GROUPS } from "./english.ts";
import { ENGLISH_TALK_GROUPS } from "./english-talk.ts";

/** What people say instead of a word. */
interface Alternative {
  /** As it is written. */
  readonly words: string;
  /** Stems or Han strings that must all be there. */
  readonly parts: readonly string[];
}
export type Alternatives = readonly Alternative[];

/** A phrase of several words in the lexicon. */
export interface LexiconPhrase {
  readonly words: string;
  readonly stems: readonly string[];
  readonly alternatives: Alternatives;
}

interface EnglishLexicon {
  readonly words: ReadonlyMap<string, Alternatives>;
  /** Phrases by their first stem, longest first. */
  readonly phrases: ReadonlyMap<string, readonly LexiconPhrase[]>;
}

function linesOf(groups: string): readonly string[] {
  return groups.split("\n").filter((line) => line.trim() !== "");
}

function stemsOf(alternative: string): readonly string[] {
  return alternative
    .trim()
    .split(/[\s-]+/u)
    .filter((word) => word !== "")
    .map((word) => stem(word.toLowerCase()));
}

function readAlternative(words: string): Alternative {
  return { words: words.trim(), parts: stemsOf(words) };
}

function others(group: Alternatives, own: Alternative): Alternatives {
  return group.filter(({ words }) => words !== own.words);
}

function readEnglish(): EnglishLexicon {
  const words = new Map<string, Alternatives>();
  const phrases = new Map<string, LexiconPhrase[]>();
  for (const line of linesOf(ENGLISH_GROUPS + ENGLISH_TALK_GROUPS)) {
    const group = line.split(",").map(readAlternative);
    for (const own of group) {
      const { parts: stems } = own;
      const [first] = stems;
      if (first === undefined) continue;
      const alternatives = others(group, own);
      if (stems.length === 1) {
        words.set(first, [...(words.get(first) ?? []), ...alternatives]);
        continue;
      }
      const known = phrases.get(first) ?? [];
      known.push({ words: own.words, stems, alternatives });
      phrases.set(
        first,
        known.toSorted((left, right) => right.stems.length - left.stems.length),
      );
    }
  }
  return { words, phrases };
}

const TELLING_CHARACTERS: ReadonlySet<string> = new Set(["改", "换", "删", "装"]);

function readChinese(): ReadonlyMap<string, Alternatives> {
  const words = new Map<string, Alternatives>();
  for (const line of linesOf(CHINESE_GROUPS + CHINESE_TALK_GROUPS)) {
    const group = line.split("、").map((raw) => {
      const word = raw.trim().toLowerCase();
      return { words: word, parts: [word] };
    });
    for (const own of group) {
      // A lone character stands in too many other words to be looked for, but for these.
      const alternatives = others(group, own).filter(
        ({ words: other }) => other.length > 1 || TELLING_CHARACTERS.has(other),
      );
      words.set(own.words, [...(words.get(own.words) ?? []), ...alternatives]);
    }
  }
  return words;
}

const english = readEnglish();
const chinese = readChinese();
const LONGEST_CHINESE = Math.max(...[...chinese.keys()].map((word) => word.length));

/** What stands for an English stem. */
export function englishAlternatives(key: string): Alternatives {
  return english.words.get(key) ?? [];
}

/** What may stand apart from its verb: "turn debug logging on", "throw it out". */
const PARTICLES: ReadonlySet<string> = new Set([
  "on",
  "off",
  "out",
  "up",
  "down",
  "away",
  "back",
  "in",
  "over",
]);
const LONGEST_GAP = 3;

/**
 * The longest phrase of the lexicon that begins at this place of a list of stems; null when there is none. A verb with a
 * particle may have up to three words between the two.
 */
export function phraseAt(
  stems: readonly string[],
  at: number,
): { readonly phrase: LexiconPhrase; readonly isSplit: boolean } | null {
  for (const phrase of english.phrases.get(stems[at] ?? "") ?? []) {
    const { stems: expected } = phrase;
    if (expected.every((each, offset) => stems[at + offset] === each)) {
      return { phrase, isSplit: false };
    }
    const particle = expected[1] ?? "";
    if (expected.length !== 2 || !PARTICLES.has(particle)) continue;
    const gap = stems.slice(at + 2, at + 2 + LONGEST_GAP).indexOf(particle);
    if (gap >= 0) return { phrase, isSplit: true };
  }
  return null;
}

/** What stands for a Chinese word. */
export function chineseAlternatives(word: string): Alternatives {
  return chinese.get(word) ?? [];
}

/** Cuts a run of Han characters at the words of the lexicon (two characters or more, longest first). */
export function cutByLexicon(
  run: string,
): readonly { readonly text: string; readonly isKnown: boolean }[] {
  const pieces: { text: string; isKnown: boolean }[] = [];
  let rest = "";
  const closeRest = (): void => {
    if (rest !== "") pieces.push({ text: rest, isKnown: false });
    rest = "";
  };
  for (let at = 0; at < run.length; ) {
    let length = Math.min(LONGEST_CHINESE, run.length - at);
    while (length > 1 && !chinese.has(run.slice(at, at + length))) length -= 1;
    if (length > 1) {
      closeRest();
      pieces.push({ text: run.slice(at, at + length), isKnown: true });
      at += length;
    } else {
      rest += run[at] ?? "";
      at += 1;
    }
  }
  closeRest();
  return pieces;
}
