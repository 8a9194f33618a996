/** One step of cleaning: pure, and harmless when applied twice. */
export type CleaningStep = (text: string) => string;

/** One form per character (é as one code point), so that the same word is found however it was typed. */
const composeCharacters: CleaningStep = (text) => text.normalize("NFC");

/** Line feeds only. */
const unifyLineEnds: CleaningStep = (text) => text.replace(/\r\n?|[\u2028\u2029\u0085]/gu, "\n");

/** Plain spaces instead of the many widths that typesetters use; ideographic spaces too. */
const unifySpaces: CleaningStep = (text) =>
  text.replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu, " ");

/**
 * Drops what nobody sees but what changes words or hides others: byte-order marks, zero-width spaces, soft hyphens,
 * direction overrides, Unicode tags (used to smuggle text), and zero-width joiners between letters of scripts that
 * have no use for them.
 */
const dropInvisible: CleaningStep = (text) =>
  text
    .replace(/[\ufeff\u200b\u200e\u200f\u2060-\u2064\u00ad\u180e\u202a-\u202e\u2066-\u2069]/gu, "")
    .replace(/[\u{e0000}-\u{e007f}]/gu, "")
    .replace(/(?<=[\p{Script=Latin}\p{Script=Han}\p{Nd}\s]|^)[\u200c\u200d]+/gu, "");

/** Drops control characters but tab and line feed, halves of broken characters, and marks of undecodable bytes. */
const dropControls: CleaningStep = (text) =>
  text.replace(/[^\P{Cc}\t\n]|\p{Surrogate}|\ufffd|\p{Noncharacter_Code_Point}/gu, "");

/** Drops what is no language: pictures and keys written as hundreds of letters without a break (base64, hex). */
const dropBlobs: CleaningStep = (text) => text.replace(/[A-Za-z0-9+/=_-]{500,}/gu, "");

/** Radicals that PDFs and old keyboards put in place of the characters themselves (⼈ for 人). */
const unifyRadicals: CleaningStep = (text) =>
  text.replace(/[\u2e80-\u2fdf]/gu, (radical) => radical.normalize("NFKC"));

/** What every text goes through before it is parsed, in order. Line structure and indentation stay. */
export const TEXT_STEPS: readonly CleaningStep[] = [
  unifyLineEnds,
  dropControls,
  // Before what is dropped by the letter that it stands behind: é may be typed as two.
  composeCharacters,
  dropInvisible,
  // What stood between a letter and its accent may be gone now.
  composeCharacters,
  unifySpaces,
  unifyRadicals,
  dropBlobs,
];

/** Applies steps in order. */
export function clean(text: string, steps: readonly CleaningStep[] = TEXT_STEPS): string {
  return steps.reduce((current, step) => step(current), text);
}
