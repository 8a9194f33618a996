import type { Language } from "../../src/core/index.ts";
import { isTyped, isYesOrNo } from "../answer/question-type.ts";
import type { Query } from "../answer/score.ts";
import {
  hasTerm,
  indexTerms,
  isTelling,
  questionLength,
  strengthOf,
  type Term,
  termsOf,
} from "../language/index.ts";
import { type Cluster, inLanguage } from "./clusters.ts";

/** Clusters that speak of the question about as well as the best one. */
const LEAST_SHARE = 0.75;
const LEAST_SCORE_SHARE = 0.6;

function fitsQuestion(query: Query, cluster: Cluster): boolean {
  return !isTyped(query.type) || cluster.fits;
}

/**
 * The readings that compete: the best cluster, and others that cover the question as well, in the language of the
 * question, with the kind of words that is asked for.
 */
export function contendersOf(
  query: Query,
  clusters: readonly Cluster[],
  language: Language,
): readonly Cluster[] {
  const own = inLanguage(clusters, language);
  const [best] = own.length > 0 ? own : clusters;
  if (best === undefined) return [];
  const others = own.filter(
    (cluster) =>
      cluster !== best &&
      cluster.coverage >= best.coverage * LEAST_SHARE &&
      cluster.score >= best.score * LEAST_SCORE_SHARE &&
      fitsQuestion(query, cluster),
  );
  return [best, ...others];
}

function tellingTerms(text: string): readonly Term[] {
  return termsOf(text).filter(isTelling);
}

/** Telling words of a cluster's heading: those that the question says, in whatever words, and those it does not. */
function headingWords(
  question: string,
  cluster: Cluster,
): { readonly said: number; readonly unsaid: number } {
  const asked = indexTerms(question);
  const terms = tellingTerms(cluster.label);
  const said = terms.filter((term) => strengthOf(asked, term) === 1).length;
  return { said, unsaid: terms.length - said };
}

/**
 * Whether the question already says which one it means: it holds all telling words of the first heading, and no other
 * heading is said as fully.
 */
export function isNamed(question: string, contenders: readonly Cluster[]): boolean {
  const [first, ...others] = contenders;
  if (first === undefined) return false;
  const own = headingWords(question, first);
  if (own.said === 0 || own.unsaid > 0) return false;
  return others.every((other) => {
    const { said, unsaid } = headingWords(question, other);
    return unsaid > 0 || said < own.said;
  });
}

/** A heading that says less of the question than this share is no match for one that says all of it. */
const FAR_BEHIND = 0.67;

/** Share of the question's telling words that a cluster's heading says, in whatever words. */
function saidByHeading(query: Query, cluster: Cluster): number {
  const telling = query.terms.filter(isTelling);
  const heading = indexTerms(cluster.label);
  return telling.filter((term) => hasTerm(heading, term)).length / Math.max(1, telling.length);
}

/** Whether the first heading says the whole question and no other comes near: asking back could not change the answer. */
export function isHeadingAhead(query: Query, contenders: readonly Cluster[]): boolean {
  const [first, ...others] = contenders;
  // One word says too little: a heading may have it by accident.
  const saysEnough = query.terms.filter(isTelling).length >= 2;
  if (first === undefined || !saysEnough || saidByHeading(query, first) < 1) return false;
  return others.every((other) => saidByHeading(query, other) <= FAR_BEHIND);
}

/** How near the second score must come to the first for two headings to be twins. */
const TWIN_SCORE_SHARE = 0.95;

/**
 * Whether the first two fit a question alike: their headings say most of it, one as much as the other ("VPN password", "mail
 * password"), or it says a single telling word and both speak of that.
 */
export function areTwins(query: Query, contenders: readonly Cluster[]): boolean {
  const [first, second] = contenders;
  if (first === undefined || second === undefined) return false;
  if (second.score < first.score * TWIN_SCORE_SHARE) return false;
  const isOneWord = query.terms.filter(isTelling).length === 1;
  if (isOneWord && second.coverage >= first.coverage) return true;
  const said = saidByHeading(query, first);
  return said > FAR_BEHIND && saidByHeading(query, second) >= said;
}

const LEAST_FAMILY = 3;
/** In words: a longer question says more than its one telling word. */
const LONGEST_FAMILY_QUESTION = 6;

/** Headings that say it in other words are a family where none says it in its own. */
const LEAST_LIKENESS = [1, 0.8] as const;

/**
 * Sections whose headings, or the ones above them, have the one telling word of a short question: "rules for contractors",
 * with a section on their first day, one on site and one at home. Empty when there are fewer than three.
 */
export function familyOf(
  query: Query,
  question: string,
  own: readonly Cluster[],
): readonly Cluster[] {
  const [word, ...further] = query.terms.filter(isTelling);
  if (word === undefined || word.isVerb || further.length > 0) return [];
  if (questionLength(question) > LONGEST_FAMILY_QUESTION) return [];
  const fitting = own.filter((cluster) => fitsQuestion(query, cluster));
  const families = LEAST_LIKENESS.slice(0, isTopic(query, question) ? 2 : 1).map((least) =>
    fitting.filter(
      ({ label, section }) => strengthOf(indexTerms(`${label} ${section}`), word) >= least,
    ),
  );
  return families.find(({ length }) => length >= LEAST_FAMILY) ?? [];
}

/**
 * Whether a question names a topic and asks nothing in particular about it: "annual leave", "how do expenses work". A heading
 * that says as much is then no answer while others stand beside and below it.
 */
export function isTopic({ type }: Query, question: string): boolean {
  return (type === "other" || type === "how" || type === "list") && !isYesOrNo(question);
}

/** How far two clusters would answer differently, 0 to 1: by the words and numbers of their best pieces. */
export function answerDistance(left: Cluster, right: Cluster): number {
  const one = left.best?.unit.text ?? "";
  const other = right.best?.unit.text ?? "";
  const numbersOf = (text: string): string =>
    (text.match(/\d+(?:[.,]\d+)?/gu) ?? []).toSorted().join(" ");
  const numbers = numbersOf(one) !== "" && numbersOf(one) === numbersOf(other) ? 0.3 : 0;
  const terms = termsOf(one).filter((term) => !term.isOptional);
  if (terms.length === 0) return 1;
  const index = indexTerms(other);
  const shared = terms.filter((term) => index.words.has(term.key) || index.han.includes(term.key));
  return Math.max(0, 1 - shared.length / terms.length - numbers);
}
