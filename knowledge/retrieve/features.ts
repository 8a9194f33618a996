import type { RetrievalFeatures } from "../../src/core/index.ts";
import type { WeightedTerm } from "../lexical/bm25.ts";
import type { TermVector } from "../lexical/term-vector.ts";
import type { Candidate } from "./candidates.ts";
import type { Corpus } from "./corpus.ts";
import type { Scored } from "./fuse.ts";
import type { Permission } from "./permit.ts";

const ANY_COLUMN = { title: 1, heading: 1, body: 1, identifiers: 1 };
const NEIGHBOURS = 10;

/** Measures a retrieval for the confidence model: raw values over what the reader may see, nothing scaled per query. */
export function measureFeatures(measured: {
  readonly terms: readonly WeightedTerm[];
  readonly candidates: readonly Candidate[];
  readonly ranked: readonly Scored[];
  readonly corpus: Corpus;
  readonly permission: Permission;
  /** The reranker's logits, best first; empty without one. */
  readonly logits: readonly number[];
}): RetrievalFeatures {
  const { terms, candidates, ranked, corpus, permission, logits } = measured;
  const total = sumOfIdf(terms);
  const share = (part: readonly WeightedTerm[]): number =>
    total === 0 ? 0 : sumOfIdf(part) / total;
  const covered = (passages: readonly TermVector[]): number =>
    share(terms.filter((term) => passages.some((passage) => holds(passage, term))));
  const byLexical = candidates
    .filter((candidate) => candidate.lexical > 0)
    .sort((left, right) => right.lexical - left.lexical);
  const first = ranked[0];

  return {
    queryTerms: terms.length,
    coverage: covered(ranked.slice(0, 1).map((passage) => passage.terms)),
    coverageTop3: covered(ranked.slice(0, 3).map((passage) => passage.terms)),
    unseen: share(terms.filter((term) => corpus.frequency(term.text, permission) === 0)),
    lexicalPerIdf: first === undefined || total === 0 ? 0 : first.lexical / total,
    lexicalMargin: lexicalMargin(byLexical),
    ...vectorFeatures(candidates, byLexical),
    rerankTop: logits[0] ?? null,
    rerankMargin: logits.length < 2 ? null : (logits[0] ?? 0) - (logits[1] ?? 0),
  };
}

/** Σ idf of the terms. */
export function sumOfIdf(terms: readonly WeightedTerm[]): number {
  return terms.reduce((sum, term) => sum + term.idf, 0);
}

function holds(passage: TermVector, term: WeightedTerm): boolean {
  return passage.frequency(term.hash, ANY_COLUMN) > 0;
}

function lexicalMargin(byLexical: readonly Candidate[]): number {
  const first = byLexical[0]?.lexical ?? 0;
  const fifth = byLexical[Math.min(4, byLexical.length - 1)]?.lexical ?? 0;
  return first > 0 ? (first - fifth) / first : 0;
}

function vectorFeatures(candidates: readonly Candidate[], byLexical: readonly Candidate[]) {
  const byCosine = candidates
    .flatMap(({ chunkId, cosine }) => (cosine === null ? [] : [{ chunkId, cosine }]))
    .sort((left, right) => right.cosine - left.cosine)
    .slice(0, NEIGHBOURS);
  const best = byCosine[0];
  const last = byCosine.at(-1);
  if (best === undefined || last === undefined) {
    return { topCosine: null, cosineMargin: null, overlapAt10: null };
  }
  const named = new Set(byLexical.slice(0, NEIGHBOURS).map(({ chunkId }) => chunkId));
  const shared = byCosine.filter(({ chunkId }) => named.has(chunkId)).length;
  return {
    topCosine: best.cosine,
    cosineMargin: best.cosine - last.cosine,
    overlapAt10: shared / byCosine.length,
  };
}
