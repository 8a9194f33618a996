const WORD = /[\p{Script=Latin}\p{Nd}_-]{2,}|\p{Script=Han}+/gu;

/** The words of a text: Latin ones in small letters, Chinese as pairs of characters. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const [word] of text.toLowerCase().normalize("NFKC").matchAll(WORD)) {
    if (!/\p{Script=Han}/u.test(word)) words.add(word);
    else if (word.length === 1) words.add(word);
    else for (let at = 0; at < word.length - 1; at += 1) words.add(word.slice(at, at + 2));
  }
  return words;
}

/** Tells which share of a question's words a text holds, 0 to 1. */
export function createRelevance(question: string): (text: string) => number {
  const asked = wordsOf(question);
  return (text) => {
    if (asked.size === 0) return 0;
    const words = wordsOf(text);
    let found = 0;
    for (const word of asked) if (words.has(word)) found += 1;
    return found / asked.size;
  };
}
