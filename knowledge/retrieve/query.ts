import type { WeightedTerm } from "../lexical/bm25.ts";
import { STOP_WORDS } from "../lexical/stop-words.ts";
import { termHash } from "../lexical/term-vector.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";
import type { Corpus } from "./corpus.ts";
import type { Permission } from "./permit.ts";

/** A question as retrieval sees it. */
export interface Query {
  /** What the embedding model reads: the question, cut where a model would cut it anyway. */
  readonly text: string;
  /** Different terms without stop words, the first ones of a long text. */
  readonly terms: readonly string[];
  /** Whether it names something exactly rather than asking about it. */
  readonly isIdentifier: boolean;
}

const MAX_CHARACTERS = 8_000;
const MAX_EMBEDDED_CHARACTERS = 2_000;
const MAX_TERMS_COUNTED = 256;
const MAX_TERMS = 64;
const QUOTED = /^\s*["“「『].+["”」』]\s*$/su;
const LONE_LETTER = /^[a-z]$/u;

/** Cuts a question into terms; bounded whatever its length. */
export function readQuery(tokenizer: Tokenizer, question: string): Query {
  const text = question.slice(0, MAX_CHARACTERS);
  const { words, identifiers } = tokenizer.tokenize(text);
  const named = [...new Set(identifiers)];
  const spoken = [...new Set(words)].filter((word) => !STOP_WORDS.has(word));
  // "e" of "E-1042" says nothing; in "R or C" the letters are all there is.
  const telling = named.length > 0 ? spoken.filter((word) => !LONE_LETTER.test(word)) : spoken;
  const terms = [...named, ...telling].slice(0, MAX_TERMS_COUNTED);
  return {
    text: question.slice(0, MAX_EMBEDDED_CHARACTERS),
    terms,
    isIdentifier: named.length > 0 || spoken.length <= 2 || QUOTED.test(text),
  };
}

/** Weighs the terms by how rare they are among what may be read, and keeps the most telling ones. */
export function weighTerms(
  query: Query,
  corpus: Corpus,
  permission: Permission,
): readonly WeightedTerm[] {
  const weighted = query.terms.map((text) => ({
    text,
    hash: termHash(text),
    idf: corpus.idf(text, permission),
  }));
  if (weighted.length <= MAX_TERMS) return weighted;
  return weighted.sort((left, right) => right.idf - left.idf).slice(0, MAX_TERMS);
}
