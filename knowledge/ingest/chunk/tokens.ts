const RUN =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}])|([\p{L}\p{N}\p{M}_])|(\s)|./gsu;

/**
 * Estimates how many tokens a model makes of a text, without a model: 1 per Han character, kana or Hangul syllable; 1.3
 * per word of another script, or a quarter of its letters where that is more (long identifiers, addresses); 0.5 per
 * run of one punctuation mark or symbol. Adding texts with white space between them adds their estimates.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let wordLength = 0;
  let previousSymbol = "";
  for (const match of text.matchAll(RUN)) {
    const isWord = match[2] !== undefined;
    if (!isWord && wordLength > 0) {
      tokens += wordTokens(wordLength);
      wordLength = 0;
    }
    if (isWord) wordLength += 1;
    else if (match[1] !== undefined) tokens += 1;
    else if (match[3] === undefined && match[0] !== previousSymbol) tokens += 0.5;
    previousSymbol = match[1] === undefined && !isWord && match[3] === undefined ? match[0] : "";
  }
  return tokens + (wordLength > 0 ? wordTokens(wordLength) : 0);
}

function wordTokens(length: number): number {
  return Math.max(1.3, length / 4);
}
