/** Words, and single Han characters: where a Chinese word ends is not at issue here. */
const WORD = /\p{Script=Han}|(?:(?!\p{Script=Han})[\p{L}\p{N}])+/gu;

function countsOf(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [word] of text.normalize("NFKC").toLowerCase().matchAll(WORD)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

/** Which share of the words of a text stands in the pieces, each as often as in the text. */
export function wordsRecovered(text: string, pieces: readonly string[]): number {
  const found = countsOf(pieces.join("\n"));
  let all = 0;
  let there = 0;
  for (const [word, times] of countsOf(text)) {
    all += times;
    there += Math.min(times, found.get(word) ?? 0);
  }
  return all === 0 ? 1 : there / all;
}

const plain = (text: string): string => text.normalize("NFKC").replaceAll(/\s+/gu, " ").trim();

/** Which share of these sentences stands whole in one piece, and can so be found and quoted. */
export function sentencesWhole(sentences: readonly string[], pieces: readonly string[]): number {
  const texts = pieces.map(plain);
  const whole = sentences.filter((one) => texts.some((text) => text.includes(plain(one))));
  return sentences.length === 0 ? 1 : whole.length / sentences.length;
}
