/** Longest stretch of a message that rules look at; the rest is kept for the record only. */
const MAX_ANALYSED_CHARACTERS = 4000;

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}]+/gu;
const SPACES = /\s+/gu;
const LONE_SURROGATES = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/gu;

/**
 * One line of clean text: compatibility forms unified (NFKC), invisible and control characters dropped, white space
 * collapsed. Never throws, whatever it is given.
 */
export function cleanLine(text: string): string {
  return text
    .replace(LONE_SURROGATES, "\uFFFD")
    .normalize("NFKC")
    .replace(SPACES, " ")
    .replace(INVISIBLE, "")
    .trim();
}

/** {@link cleanLine}, in lower case and cut to what rules look at. */
export function matchable(text: string): string {
  return cleanLine(text.slice(0, MAX_ANALYSED_CHARACTERS))
    .toLowerCase()
    .replace(/[‘’ʼ`]/gu, "'")
    .replace(/[“”]/gu, '"');
}

/** Cuts at a character border and says so with an ellipsis. */
export function shorten(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const cut = text.slice(0, Math.max(0, maxCharacters - 1)).replace(/[\uD800-\uDBFF]$/u, "");
  return `${cut.trimEnd()}…`;
}
