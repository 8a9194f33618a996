import type { EntityKind } from "../../src/ports/topics.ts";

/** A name as it stands in a text, before it is known whose it is. */
interface FoundName {
  readonly name: string;
  readonly kind: EntityKind;
}

/** Capital letters inside of a sentence: in English, names have them and hardly anything else. */
const CAPITALS =
  /(?<=[\p{Ll}\d,;:)]["”)]?\s)\p{Lu}[\p{L}\p{N}’'-]+(?:\s\p{Lu}[\p{L}\p{N}’'-]+){0,3}/gu;
const CALENDAR =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$|^(?:January|February|March|April|May|June|July|August|September|October|November|December)$/u;
const HAS_LETTER = /\p{L}/u;
const HAS_MARK = /[\d_]/u;

/** Names inside of English sentences; whose they are is not said by their letters. */
export function capitalNames(text: string): readonly string[] {
  return [...text.matchAll(CAPITALS)]
    .map(([name]) => name.replace(/[’']s$/u, ""))
    .filter((name) => !CALENDAR.test(name));
}

/** Error codes, versions and settings among identifiers; host names and abbreviations are none. */
export function idsOf(identifiers: readonly string[]): readonly FoundName[] {
  return identifiers
    .filter((id) => HAS_LETTER.test(id) && HAS_MARK.test(id))
    .map((name) => ({ name, kind: "id" }));
}

/** Tells people from other names. */
export type IsPerson = (name: string) => boolean;

/** Loads what knows first names of people (compromise); where it is missing nobody is told apart. */
export async function loadIsPerson(): Promise<IsPerson> {
  const { default: nlp } = await import("compromise/three");
  return (name) => name.includes(" ") && nlp(name).people().found;
}
