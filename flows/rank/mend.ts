import type { Passage } from "../../src/core/index.ts";
import type { Query } from "../answer/score.ts";
import { UNSEEN } from "../confidence/evidence.ts";
import { isOneSlipApart, type Term } from "../language/index.ts";

const LEAST_LETTERS = 5;
const WORD = /[a-z]{5,}/gu;

/** Whether nothing that may be read has the word, nor anything that people say instead. */
function isUnseen({ rarities }: Query, { key, kind, surface, isName }: Term): boolean {
  if (kind !== "word" || isName || surface.length < LEAST_LETTERS) return false;
  return /^[a-z]+$/u.test(surface) && (rarities.get(key) ?? 0) >= UNSEEN;
}

/** How often the words of passages occur. */
function wordsOf(passages: readonly Passage[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { title, section, text } of passages) {
    const words = `${title} ${section} ${text}`.toLowerCase().match(WORD) ?? [];
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** A slip of the pen seldom falls on the first or the last letter; a word that differs there is likely another one. */
function isMeant(word: string, known: string): boolean {
  return word[0] === known[0] && word.at(-1) === known.at(-1) && isOneSlipApart(word, known);
}

/**
 * Mends slips of the pen ("salery"): English words that nothing has which may be read become the most frequent word of the
 * passages at hand that is one slip apart. The same text when there is nothing to mend.
 */
export function mendSlips(text: string, query: Query, passages: readonly Passage[]): string {
  const unseen = query.terms.filter((term) => isUnseen(query, term));
  if (unseen.length === 0) return text;
  const known = wordsOf(passages);
  return unseen.reduce((mended, { surface }) => {
    const meant = [...known.keys()].filter((word) => isMeant(surface, word));
    if (meant.length === 0) return mended;
    const best = meant.reduce((top, word) =>
      (known.get(word) ?? 0) > (known.get(top) ?? 0) ? word : top,
    );
    return mended.replace(new RegExp(`\\b${surface}\\b`, "giu"), best);
  }, text);
}
