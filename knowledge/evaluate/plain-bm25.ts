import { inverseDocumentFrequency } from "../lexical/bm25.ts";
import { STOP_WORDS } from "../lexical/stop-words.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";

const K1 = 1.2;
const B = 0.75;

/** Textbook BM25 over title, headings and text as one field, with the product's own tokenizer: the line that retrieval has to beat. */
export function createPlainBm25(
  tokenizer: Tokenizer,
  passages: readonly {
    readonly id: string;
    readonly title: string;
    readonly section: string;
    readonly text: string;
  }[],
): (query: string, top: number) => readonly string[] {
  const counts = passages.map(({ title, section, text }) => {
    const { words } = tokenizer.tokenize(`${title}\n${section}\n${text}`);
    const terms = new Map<string, number>();
    for (const word of words) terms.set(word, (terms.get(word) ?? 0) + 1);
    return { terms, length: words.length };
  });
  const frequencies = new Map<string, number>();
  for (const { terms } of counts) {
    for (const term of terms.keys()) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  const average = counts.reduce((sum, { length }) => sum + length, 0) / counts.length;

  return (query, top) => {
    const terms = new Set(tokenizer.tokenize(query).words.filter((word) => !STOP_WORDS.has(word)));
    const scored = counts.map(({ terms: chunk, length }, index) => {
      let score = 0;
      for (const term of terms) {
        const frequency = chunk.get(term) ?? 0;
        if (frequency === 0) continue;
        const idf = inverseDocumentFrequency(passages.length, frequencies.get(term) ?? 0);
        const stretch = K1 * (1 - B + (B * length) / average);
        score += (idf * frequency * (K1 + 1)) / (frequency + stretch);
      }
      return { index, score };
    });
    return scored
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || left.index - right.index)
      .slice(0, top)
      .map(({ index }) => passages[index]?.id ?? "");
  };
}
