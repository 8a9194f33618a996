const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

type Kind = "space" | "word" | "syllable" | "symbol";

/**
 * Estimates how many tokens a model makes of a text, without a model: 1 per Han character, kana or Hangul syllable; 1.3
 * per word of another script, or a sixth of its letters where that is more (long identifiers, addresses); 0.5 per
 * run of one punctuation mark or symbol. Adding texts with white space between them adds their estimates.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let wordLength = 0;
  let previousSymbol = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.codePointAt(index) ?? 0;
    if (code > 0xffff) index += 1;
    const kind = kindOf(code);
    if (kind === "word") {
      wordLength += 1;
    } else if (wordLength > 0) {
      tokens += Math.max(1.3, wordLength / 6);
      wordLength = 0;
    }
    if (kind === "syllable") tokens += 1;
    if (kind === "symbol" && code !== previousSymbol) tokens += 0.5;
    previousSymbol = kind === "symbol" ? code : -1;
  }
  return tokens + (wordLength > 0 ? Math.max(1.3, wordLength / 6) : 0);
}

function kindOf(code: number): Kind {
  if (code < 128) return asciiKind(code);
  if (isSyllable(code)) return "syllable";
  if (code === 0xa0 || code === 0x3000 || (code >= 0x2000 && code <= 0x200b)) return "space";
  return WORD_CHARACTER.test(String.fromCodePoint(code)) ? "word" : "symbol";
}

function asciiKind(code: number): Kind {
  if (code <= 32) return "space";
  const isDigit = code >= 48 && code <= 57;
  const isLetter = (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
  return isDigit || isLetter || code === 95 ? "word" : "symbol";
}

/** Han (with its extensions), kana and Hangul, by their blocks. */
function isSyllable(code: number): boolean {
  return (
    (code >= 0x3040 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0x20000 && code <= 0x3ffff)
  );
}
