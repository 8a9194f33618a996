import type { Language, RankedPassage } from "../../src/core/index.ts";
import type { RetrievalRequest, RetrievalResult, Retriever } from "../../src/ports/retriever.ts";
import {
  type Query,
  type RarityOf,
  type ScoredPassage,
  scoreQuestion,
  withRank,
} from "../answer/score.ts";
import { expansionOf, indexTerms, type Term, termsOf } from "../language/index.ts";
import { type RankVector, type RetrievedScores, rankVector } from "./features.ts";
import { mendSlips } from "./mend.ts";
import { rankScore } from "./weights.ts";

/** A passage with everything measured about it. */
export interface FoundPassage {
  readonly passage: RankedPassage;
  readonly vector: RankVector;
  readonly score: number;
}

/** What was found for a question, best first. */
export interface Found {
  readonly passages: readonly FoundPassage[];
  readonly query: Query;
  /** The same passages cut and scored, in the same order. */
  readonly scored: readonly ScoredPassage[];
  /** Of the retrieval for the question as asked. */
  readonly result: RetrievalResult;
}

const MAX_EXPANSION = 16;
/** What editors have boosted comes before what answers about equally well, as the very heading that is asked for does. */
const BOOSTED = 1;

function scoresById(result: RetrievalResult | null): ReadonlyMap<string, number> {
  return new Map((result?.passages ?? []).map((passage) => [passage.id, passage.score]));
}

function united(results: readonly (RetrievalResult | null)[]): readonly RankedPassage[] {
  const byId = new Map<string, RankedPassage>();
  for (const result of results) {
    for (const passage of result?.passages ?? []) {
      if (!byId.has(passage.id)) byId.set(passage.id, passage);
    }
  }
  return [...byId.values()];
}

const MAX_WAYS = 200;
const MAX_WORD_LENGTH = 100;

/** The ways of saying each term, all in one list. */
function waysOf(terms: readonly Term[]): readonly string[] {
  return terms
    .flatMap(({ surface, alternatives }) => [surface, ...alternatives.map(({ words }) => words)])
    .slice(0, MAX_WAYS)
    .map((word) => word.slice(0, MAX_WORD_LENGTH));
}

/** A term counts as common as the most common way of saying it. */
function rarityIn(result: RetrievalResult, terms: readonly Term[]): RarityOf {
  const rarities = new Map<string, number>();
  let at = 0;
  for (const { key, alternatives } of terms) {
    const known = (result.rarity ?? []).slice(at, at + 1 + alternatives.length);
    if (known.length > 0) rarities.set(key, Math.min(...known));
    at += 1 + alternatives.length;
  }
  return ({ key }) => rarities.get(key) ?? null;
}

/** Measures and orders passages of several retrievals. */
export function order(
  passages: readonly RankedPassage[],
  question: string,
  language: Language,
  scoresOf: (passage: RankedPassage) => RetrievedScores,
  rarityOf?: RarityOf,
): Omit<Found, "result"> {
  const { query, scored: cuts } = scoreQuestion(question, passages, rarityOf);
  const asked = indexTerms(question);
  const found = passages
    .flatMap((passage, index) => {
      const cut = cuts[index];
      if (cut === undefined) return [];
      const vector = rankVector(asked, query, cut, passage, scoresOf(passage), language);
      const score = rankScore(vector, language) + (passage.isBoosted === true ? BOOSTED : 0);
      return [{ cut, found: { passage, vector, score } }];
    })
    .toSorted((left, right) => right.found.score - left.found.score);
  return {
    query,
    passages: found.map((each) => each.found),
    scored: found.map(({ cut }, rank) => withRank(cut, rank)),
  };
}

async function findAsWritten(
  retriever: Retriever,
  request: RetrievalRequest,
  call: { readonly signal: AbortSignal },
): Promise<Found> {
  const terms = termsOf(request.query);
  const expansion = expansionOf(terms, MAX_EXPANSION);
  const wider = { ...request, query: `${request.query} ${expansion}` };
  const [asked, expanded] = await Promise.all([
    retriever.retrieve({ ...request, words: waysOf(terms) }, call),
    expansion === "" ? null : retriever.retrieve(wider, call),
  ]);
  const byAsked = scoresById(asked);
  const byExpanded = scoresById(expanded ?? asked);
  const ordered = order(
    united([asked, expanded]),
    request.query,
    request.language,
    ({ id }) => ({ asked: byAsked.get(id) ?? 0, expanded: byExpanded.get(id) ?? 0 }),
    rarityIn(asked, terms),
  );
  return { ...ordered, result: asked };
}

/**
 * Finds passages for a question twice, as asked and with what people say instead, and puts what was found in one order
 * by what the passages hold of the question. Where a word looks like a slip of the pen, it is asked once more
 * without it.
 */
export async function findPassages(
  retriever: Retriever,
  request: RetrievalRequest,
  call: { readonly signal: AbortSignal },
): Promise<Found> {
  const found = await findAsWritten(retriever, request, call);
  const passages = found.passages.map(({ passage }) => passage);
  const query = mendSlips(request.query, found.query, passages);
  return query === request.query ? found : findAsWritten(retriever, { ...request, query }, call);
}
