import { isOneSlipApart } from "../language/index.ts";

const MIN_MENDED_LENGTH = 5;

/** Replaces words of five letters or more that are one slip away from a word of the vocabulary. */
export function mendTypos(text: string, vocabulary: readonly string[]): string {
  return text.replace(/[a-z]{5,}/gu, (word) => {
    if (word.length < MIN_MENDED_LENGTH || vocabulary.includes(word)) return word;
    return vocabulary.find((known) => isOneSlipApart(word, known)) ?? word;
  });
}
