import type { Passage } from "../../src/core/index.ts";
import { hasTerm, indexTerms, type Term } from "../language/index.ts";
import { type Unit, unitsOf } from "./blocks.ts";

/** Keys of the question's terms that a text has. */
export type Keys = ReadonlySet<string>;

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
  return new Set(terms.filter((term) => hasTerm(index, term)).map(({ key }) => key));
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
    keys: new Set([...heading, ...units.flatMap(({ keys }) => [...keys])]),
  };
}
