import { splitSentences } from "../ingest/chunk/sentences.ts";
import type { Ranked } from "./passages.ts";

/** Words of which a text may speak for itself; of a shorter one its heading is half the meaning ("Yes." under a question). */
const SPEAKS_FOR_ITSELF = 24;
const WORD = /\p{Script=Han}|[\p{L}\p{M}\p{N}]+/gu;
/** Words that may be there or not without another meaning. */
const EMPTY_WORDS = /^(?:a|an|the)$/u;

/** A passage as what it says, sentence by sentence. */
interface Said {
  readonly sentences: ReadonlySet<string>;
  readonly heading: string;
  readonly words: number;
}

/**
 * Leaves out passages that say nothing but what a better one says: copies of a page in another document, the same
 * paragraph within a longer one; spelling, marks and line breaks do not count. One different number, name or "not" does: then
 * they are two answers. Takes what may be read only, so a reader who may see just the copy is given the copy.
 */
export function foldCopies(ranked: readonly Ranked[]): readonly Ranked[] {
  const kept: { readonly ranked: Ranked; readonly said: Said }[] = [];
  for (const next of ranked) {
    const said = saidIn(next);
    if (kept.some((better) => saysNothingNew(said, better.said))) continue;
    kept.push({ ranked: next, said });
  }
  return kept.map((entry) => entry.ranked);
}

function saidIn({ passage: { section, text } }: Ranked): Said {
  const sentences = new Set<string>();
  let words = 0;
  for (const sentence of splitSentences(text)) {
    const told = wordsOf(sentence.text);
    words += told.length;
    if (told.length > 0) sentences.add(told.join(" "));
  }
  return { sentences, words, heading: wordsOf(section.split(" › ").at(-1) ?? "").join(" ") };
}

function wordsOf(text: string): readonly string[] {
  const words = text.normalize("NFKC").toLowerCase().match(WORD) ?? [];
  return words.filter((word) => !EMPTY_WORDS.test(word));
}

function saysNothingNew(said: Said, better: Said): boolean {
  if (said.sentences.size === 0 || said.sentences.size > better.sentences.size) return false;
  if (said.words < SPEAKS_FOR_ITSELF && said.heading !== better.heading) return false;
  return [...said.sentences].every((sentence) => better.sentences.has(sentence));
}
