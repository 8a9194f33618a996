import { plainForm } from "./irregular.ts";

const VOWEL = /[aeiouy]/u;

/** Number of vowel-consonant sequences, Porter's "measure". */
function measure(stem: string): number {
  return stem.match(/[aeiouy]+[^aeiouy]+/gu)?.length ?? 0;
}

function stripInflection(word: string): string {
  if (word.endsWith("sses")) return word.slice(0, -2);
  if (word.endsWith("ies") && word.length > 4) return `${word.slice(0, -3)}y`;
  return /s$/u.test(word) && !/(ss|us|is)$/u.test(word) ? word.slice(0, -1) : word;
}

function stripTense(word: string): string {
  const match = /^(.+?)(ed|ing)$/u.exec(word);
  const base = match?.[1];
  if (base === undefined || base.length < 2 || !VOWEL.test(base)) return word;
  if (match?.[2] === "ed" && base.endsWith("e")) return word.slice(0, -1);
  if (/(at|bl|iz|v|s|c|g|ur|ir)$/u.test(base)) return `${base}e`;
  if (/([^aeioulsz])\1$/u.test(base)) return base.slice(0, -1);
  return base;
}

/** Longest first; what remains before the suffix must have the measure given. */
const DERIVATIONS: readonly (readonly [suffix: string, replacement: string, minMeasure: number])[] =
  [
    ["ization", "ize", 1],
    ["isation", "ize", 1],
    ["ational", "ate", 1],
    ["fulness", "ful", 1],
    ["ibility", "ible", 1],
    ["ability", "able", 1],
    ["ements", "", 2],
    ["ement", "", 2],
    ["ation", "ate", 1],
    ["ment", "", 2],
    ["ness", "", 1],
    ["ance", "", 2],
    ["ence", "", 2],
    ["able", "", 2],
    ["ible", "", 2],
    ["ally", "al", 1],
    ["ion", "", 2],
    ["ity", "", 2],
    ["ful", "", 1],
    ["ive", "", 2],
    ["ize", "", 2],
    ["ise", "", 2],
    ["ate", "", 2],
    ["ly", "", 1],
    ["al", "", 2],
    ["er", "", 2],
  ];

function stripDerivation(word: string): string {
  for (const [suffix, replacement, minMeasure] of DERIVATIONS) {
    if (!word.endsWith(suffix)) continue;
    const base = word.slice(0, -suffix.length);
    if (measure(base) >= minMeasure) return base + replacement;
    return word;
  }
  return word;
}

/** An English word in lower case without plural and tense: "generated" → "generate", "files" → "file". */
export function withoutInflection(word: string): string {
  if (word.length <= 3 || !/^[a-z']+$/u.test(word)) return word;
  return stripTense(stripInflection(word.replace(/'s?$/u, ""))).replace(/e$/u, "");
}

/**
 * Reduces an English word in lower case to what its inflections share ("reimbursements", "reimbursed" → "reimburs").
 * After M. F. Porter, "An algorithm for suffix stripping" (1980), with fewer rules. Other words come back unchanged.
 */
export function stem(given: string): string {
  const word = plainForm(given);
  if (word.length <= 3 || !/^[a-z']+$/u.test(word)) return word;
  const singular = stripInflection(word.replace(/'s?$/u, ""));
  const present = stripTense(singular);
  const root = stripDerivation(stripDerivation(present)).replace(/ll$/u, "l");
  if (root.length > 3 && root.endsWith("e")) return root.slice(0, -1);
  if (root.length > 3 && /[^aeiou]y$/u.test(root)) return `${root.slice(0, -1)}i`;
  return root;
}
