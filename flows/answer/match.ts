import type { Passage } from "../../src/core/index.ts";
import { indexTerms, strengthOf, type Term } from "../language/index.ts";
import { type Unit, unitsOf } from "./blocks.ts";

/** Keys of the question's terms that a text has, with how surely it has each: 1 in the words of the question. */
export type Keys = ReadonlyMap<string, number>;

/** A piece of a passage with what it has of the question. */
interface MatchedUnit {
  readonly unit: Unit;
  readonly keys: Keys;
}

/** A passage cut into pieces with what each has of the question. */
export interface MatchedPassage {
  readonly passage: Passage;
  /** In title and headings. */
  readonly heading: Keys;
  /** In the innermost heading, or the title above the first one. */
  readonly innermost: Keys;
  readonly units: readonly MatchedUnit[];
  /** Anywhere, headings included. */
  readonly keys: Keys;
}

function keysIn(text: string, terms: readonly Term[]): Keys {
  const index = indexTerms(text);
  const keys = new Map<string, number>();
  for (const term of terms) {
    const strength = strengthOf(index, term);
    if (strength > 0) keys.set(term.key, strength);
  }
  return keys;
}

/** What several texts have together. */
export function unitedKeys(texts: readonly Keys[]): Keys {
  const united = new Map<string, number>();
  for (const keys of texts) {
    for (const [key, strength] of keys) {
      united.set(key, Math.max(strength, united.get(key) ?? 0));
    }
  }
  return united;
}

/** The heading right above a passage, or the title where there is none. */
export function innermostHeading({ section, title }: Passage): string {
  return section === "" ? title : (section.split(" › ").at(-1) ?? title);
}

/** Cuts a passage and looks the terms of a question up in each piece: the one place where texts are compared. */
export function matchPassage(passage: Passage, terms: readonly Term[]): MatchedPassage {
  const heading = keysIn(`${passage.title}\n${passage.section}`, terms);
  const units = unitsOf(passage.text).map((unit) => ({ unit, keys: keysIn(unit.text, terms) }));
  return {
    passage,
    heading,
    innermost: keysIn(innermostHeading(passage), terms),
    units,
    keys: unitedKeys([heading, ...units.map(({ keys }) => keys)]),
  };
}
