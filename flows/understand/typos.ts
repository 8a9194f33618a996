const MIN_MENDED_LENGTH = 5;

/** Whether two words differ by one letter too many, too few, wrong, or swapped with its neighbour. */
function isOneSlipApart(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  const isSwapped = short[at] === long[at + 1] && short[at + 1] === long[at];
  return isSwapped && short.slice(at + 2) === long.slice(at + 2);
}

/** Replaces words of five letters or more that are one slip away from a word of the vocabulary. */
export function mendTypos(text: string, vocabulary: readonly string[]): string {
  return text.replace(/[a-z]{5,}/gu, (word) => {
    if (word.length < MIN_MENDED_LENGTH || vocabulary.includes(word)) return word;
    return vocabulary.find((known) => isOneSlipApart(word, known)) ?? word;
  });
}
