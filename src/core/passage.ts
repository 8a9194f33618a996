import type { Visibility } from "./access.ts";
import type { DocumentId, PassageId } from "./ids.ts";
import type { Language } from "./language.ts";

/** A piece of a document that can be found, quoted and cited. */
export interface Passage {
  readonly id: PassageId;
  readonly documentId: DocumentId;
  readonly collection: string;
  /** The document's title. */
  readonly title: string;
  /** Headings from the outermost to the innermost, joined by " › "; empty at the top of a document. */
  readonly section: string;
  /** Where the document came from: a path or URL, as a reader would look for it. */
  readonly source: string;
  readonly page: number | null;
  readonly text: string;
  readonly language: Language;
  readonly visibility: Visibility;
  /** Passages from the web are marked as such in the answer. */
  readonly origin: "local" | "web";
  /** Milliseconds since the epoch, when known. */
  readonly updatedAt: number | null;
}

/** A passage with the scores that put it at its place; `score` orders, the parts are raw (null = not measured). */
export interface RankedPassage extends Passage {
  readonly score: number;
  /** Editors want its document before others that answer as well; absent when nobody has said so. */
  readonly isBoosted?: boolean | undefined;
  readonly parts: {
    /** Cosine similarity, -1 to 1. */
    readonly vector: number | null;
    /** BM25, 0 or more; higher is better. */
    readonly lexical: number | null;
    /** The reranker's logit. */
    readonly rerank: number | null;
  };
}

/**
 * Raw measurements of one retrieval, not normalised per query: what confidence is computed from.
 * Nulls mean "not measured" (no vectors, no reranker, nothing found).
 */
export interface RetrievalFeatures {
  /** Query terms after stop words are dropped. */
  readonly queryTerms: number;
  /** Σ idf of query terms found in the best passage / Σ idf of all query terms, 0 to 1. */
  readonly coverage: number;
  /** The same over the best three passages together. */
  readonly coverageTop3: number;
  /** Share of Σ idf of the query terms that no visible document contains at all, 0 to 1. */
  readonly unseen: number;
  /** BM25 of the first passage / Σ idf of the query terms. */
  readonly lexicalPerIdf: number;
  /** BM25 of the first minus the fifth, over the first; 0 when fewer than two were found. */
  readonly lexicalMargin: number;
  readonly topCosine: number | null;
  /** Best cosine minus the tenth best. */
  readonly cosineMargin: number | null;
  /** Share of the ten best by vector that are also among the ten best by BM25. */
  readonly overlapAt10: number | null;
  readonly rerankTop: number | null;
  readonly rerankMargin: number | null;
}
