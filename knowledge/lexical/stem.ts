import { newStemmer } from "snowball-stemmers";

const REMEMBERED = 20_000;

/** Reduces an English word to its stem (Snowball), remembering what it has seen: stemming is what indexing spends its time on. */
export function createStemmer(): (word: string) => string {
  const snowball = newStemmer("english");
  const seen = new Map<string, string>();
  return (word) => {
    const known = seen.get(word);
    if (known !== undefined) return known;
    const stem = snowball.stem(word);
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(word, stem);
    return stem;
  };
}
