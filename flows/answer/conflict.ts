import type { Citation, Passage } from "../../src/core/index.ts";
import {
  hasTerm,
  indexTerms,
  isTelling,
  shorten,
  type Term,
  type TermIndex,
  termsOf,
} from "../language/index.ts";
import { unitsOf } from "./blocks.ts";
import { defuse } from "./defuse.ts";
import { citationOf } from "./extract.ts";
import { type Figures, figuresOf } from "./figures.ts";

/** Two documents that say the same with other figures. */
export interface Conflict {
  /** What the answer rests on. */
  readonly cited: { readonly n: number; readonly passage: Passage };
  /** What stands against it. */
  readonly other: { readonly citation: Citation; readonly passage: Passage };
}

/** A sentence with a figure. */
interface Statement extends Figures {
  readonly passage: Passage;
  readonly text: string;
  readonly terms: readonly Term[];
  readonly index: TermIndex;
}

/** With fewer words two sentences may speak of anything. */
const LEAST_TERMS = 3;
/** One of the two may say so much more than the other. */
const LEAST_SHARE = 0.7;
const LONGEST_QUOTE = 300;

function statementsOf(passage: Passage): readonly Statement[] {
  return unitsOf(passage.text)
    .filter(({ kind }) => kind === "sentence" || kind === "item" || kind === "row")
    .flatMap(({ text }) => {
      const { words, figures } = figuresOf(text);
      if (figures.length === 0) return [];
      const terms = termsOf(words).filter((term) => isTelling(term) && !term.isVerb);
      if (terms.length < LEAST_TERMS) return [];
      return [{ passage, text, words, figures, terms, index: indexTerms(words) }];
    });
}

function shareIn(index: TermIndex, { terms }: Statement): number {
  return terms.filter((term) => hasTerm(index, term)).length / terms.length;
}

/** One thing is counted in both, once in each, and not as many. */
function isCountedOtherwise(one: Statement, other: Statement): boolean {
  return one.figures.some(({ unit, value }) => {
    const own = one.figures.filter((figure) => figure.unit === unit);
    const theirs = other.figures.filter((figure) => figure.unit === unit);
    return own.length === 1 && theirs.length === 1 && theirs[0]?.value !== value;
  });
}

/** Whether all that one says is said by the other, too, which says hardly more. */
function areAlike(one: Statement, other: Statement): boolean {
  const shares = [shareIn(other.index, one), shareIn(one.index, other)];
  return Math.max(...shares) === 1 && Math.min(...shares) >= LEAST_SHARE;
}

/** Whether an answer says this. */
function isSaid(statement: Statement, said: Figures & { readonly index: TermIndex }): boolean {
  const values = new Set(said.figures.map(({ value }) => value));
  return (
    statement.figures.every(({ value }) => values.has(value)) &&
    shareIn(said.index, statement) >= LEAST_SHARE
  );
}

/**
 * Finds a document that says what an answer says with another figure ("25 days" and "28 days of annual leave"); null when there is none
 * or the answer names both. Only sentences of one language that are nearly the same are compared.
 */
export function findConflict(
  answer: { readonly text: string; readonly citations: readonly Citation[] },
  passages: readonly Passage[],
): Conflict | null {
  const figures = figuresOf(answer.text.replace(/\[\d+\]/gu, " "));
  if (figures.figures.length === 0) return null;
  const said = { ...figures, index: indexTerms(figures.words) };
  const all = passages.flatMap(statementsOf);
  for (const { n, passageId } of answer.citations) {
    for (const one of all.filter(({ passage }) => passage.id === passageId)) {
      if (!isSaid(one, said)) continue;
      const other = all.find(
        (each) =>
          each.passage.documentId !== one.passage.documentId &&
          each.passage.language === one.passage.language &&
          isCountedOtherwise(one, each) &&
          areAlike(one, each) &&
          !isSaid(each, said),
      );
      if (other === undefined) continue;
      const known = answer.citations.find((each) => each.passageId === other.passage.id);
      const number = known?.n ?? Math.max(...answer.citations.map((each) => each.n)) + 1;
      const quote = shorten(defuse(other.text, [other.passage.text]), LONGEST_QUOTE);
      const citation = citationOf(other.passage, number, quote);
      return {
        cited: { n, passage: one.passage },
        other: { citation, passage: other.passage },
      };
    }
  }
  return null;
}
