import type { HanSegmenter } from "./han-segmenter.ts";
import { normalizeText } from "./normalize.ts";
import { createStemmer } from "./stem.ts";

/** What a text says, as index terms. */
interface TextTerms {
  /** Words in order of appearance: English stems, Chinese words with their parts, numbers. */
  readonly words: readonly string[];
  /** Names kept whole that words would tear apart: error codes, versions, host names, `max_connections`, `C++`. */
  readonly identifiers: readonly string[];
}

/** Cuts text into index terms, the same way for documents and for queries. */
export interface Tokenizer {
  /** Changes whenever the same text may be cut differently; then the index is rebuilt. */
  readonly identity: string;
  tokenize(text: string): TextTerms;
}

const VERSION = "1";
const MAX_TERM_LENGTH = 64;

// A run of Han characters, or letters and digits of any other script, joined by the marks that hold a name together.
const WORD = String.raw`[[\p{L}\p{N}\p{M}]--\p{Script=Han}]+`;
const PIECE = new RegExp(
  String.raw`(?<han>\p{Script=Han}+)|${WORD}(?:[\-_.@+\#\&'’]${WORD})*(?:\+\+|#(?![\p{L}\p{N}]))?`,
  "gv",
);
const PART_BREAK = /[-_.@+#&]+|(?<=\p{Ll})(?=\p{Lu})/u;
const APOSTROPHE = /['’]/gu;
const POSSESSIVE = /['’]s$/u;
const ENGLISH_WORD = /^[a-z]+$/u;
const HAS_DIGIT = /\d/u;
const HAS_LETTER = /\p{L}/u;
const HAS_JOINER = /[_.@+#&]/u;
const CAMEL_CASE = /\p{Ll}\p{Lu}/u;

function isIdentifier(piece: string): boolean {
  if (HAS_JOINER.test(piece) || CAMEL_CASE.test(piece)) return true;
  return HAS_DIGIT.test(piece) && (HAS_LETTER.test(piece) || piece.includes("-"));
}

/** Creates a tokenizer over a segmenter of Chinese. */
export function createTokenizer(segmenter: HanSegmenter): Tokenizer {
  const stem = createStemmer();

  function addLatin(piece: string, words: string[], identifiers: string[]): void {
    const bare = piece.replace(POSSESSIVE, "").replace(APOSTROPHE, "");
    if (isIdentifier(bare) && bare.length <= MAX_TERM_LENGTH) identifiers.push(bare.toLowerCase());
    for (const part of bare.split(PART_BREAK)) {
      const word = part.toLowerCase();
      if (word.length === 0 || word.length > MAX_TERM_LENGTH) continue;
      words.push(ENGLISH_WORD.test(word) ? stem(word) : word);
    }
  }

  return {
    identity: `${VERSION}/${segmenter.identity}`,
    tokenize(text) {
      const words: string[] = [];
      const identifiers: string[] = [];
      for (const match of normalizeText(text).matchAll(PIECE)) {
        const han = match.groups?.["han"];
        if (han === undefined) addLatin(match[0], words, identifiers);
        else for (const word of segmenter.cut(han)) words.push(word);
      }
      return { words, identifiers };
    },
  };
}
