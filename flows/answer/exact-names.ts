import type { Term } from "../language/index.ts";
import type { Keys } from "./match.ts";

const LETTER = /\p{L}/u;

/**
 * What a question names exactly: error codes, settings, models, versions. Beside a name with letters, numbers are
 * particulars of the asker's own ("EADDRINUSE 127.0.0.1:8787").
 */
export function exactNames({ terms }: { readonly terms: readonly Term[] }): readonly Term[] {
  const named = terms.filter(({ isName }) => isName);
  const lettered = named.filter(({ surface }) => LETTER.test(surface));
  return lettered.length > 0 ? lettered : named;
}

/** Short names of models and formats ("qwen3", "utf-8") are said by many pages, and a question about them is seldom about the name. */
function isShortName(surface: string): boolean {
  return /\d/u.test(surface) && !/_|\d{3}|[a-z]\.[a-z]/u.test(surface);
}

/** Those exact names that one page explains: error codes, settings, files, status numbers. */
export function codesIn(query: { readonly terms: readonly Term[] }): readonly Term[] {
  return exactNames(query).filter(({ surface }) => !isShortName(surface));
}

const ORDINARY = /^\d[\d.,]*(?:s|st|nd|rd|th)?$|^(?:\p{L}\.)+\p{L}?$/iu;

/** Whether a question names a code, a setting or a model, and not just numbers, decades, ordinals and initials, which articles are full of. */
export function namesMoreThanNumbers(query: { readonly terms: readonly Term[] }): boolean {
  return exactNames(query).some(({ surface }) => !ORDINARY.test(surface));
}

/** Codes and constants are written nowhere by accident; numbers and dotted names may be. */
const LESS_EXACT = 0.2;

/** How surely a text is where the codes of a question are explained, 0 to 1; 0 for a question without any. */
export function codeShare(query: { readonly terms: readonly Term[] }, keys: Keys): number {
  const codes = codesIn(query);
  const isCertain = codes.some(({ surface }) => !/[\d.]/u.test(surface) || surface.includes("_"));
  return namedShare(codes, keys) * (isCertain ? 1 : LESS_EXACT);
}

/** Share of names that a text holds as they are written, 0 to 1: `source_empty` is not "an empty source". */
export function namedShare(names: readonly Term[], keys: Keys): number {
  const held = names.filter(({ key }) => keys.get(key) === 1);
  return held.length / Math.max(1, names.length);
}
