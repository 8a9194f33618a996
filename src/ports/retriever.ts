import type {
  Audience,
  Degradation,
  Language,
  Principal,
  RankedPassage,
  RetrievalFeatures,
  StageTimings,
} from "../core/index.ts";

export interface RetrievalRequest {
  readonly query: string;
  readonly language: Language;
  readonly principal: Principal;
  readonly audience: Audience;
  /** Only these collections; null for all. */
  readonly collections: readonly string[] | null;
  /** How many passages to return, 1 to 100. */
  readonly top: number;
  /** Words and phrases whose rarity is wanted as well; at most 200 are looked at. */
  readonly words?: readonly string[] | undefined;
}

/** What could not be used for this answer. */
export type RetrievalDegradation = Degradation;

export interface RetrievalResult {
  /** Best first; only what principal and audience may read. */
  readonly passages: readonly RankedPassage[];
  readonly features: RetrievalFeatures;
  /**
   * How rare each of the request's `words` is among what the asker may read: its inverse document frequency over the
   * highest there is, from 0 (in every passage) to 1 (in none); of a phrase, its rarest word counts. Missing when the
   * retriever cannot tell.
   */
  readonly rarity?: readonly number[] | undefined;
  /**
   * Names what this reader may see of the asked collections, as it stands: equal for readers who may see the same, and another
   * one as soon as any of it has changed. Missing when the retriever cannot tell.
   */
  readonly view?: string | undefined;
  /** Languages of what this reader may see of the asked collections. Missing when the retriever cannot tell. */
  readonly languages?: readonly Language[] | undefined;
  /** `embedMs`, `vectorMs`, `lexicalMs`, `fuseMs`, `rerankMs`. */
  readonly timings: StageTimings;
  readonly degraded: readonly RetrievalDegradation[];
}

/** Finds the passages that answer. The one way to read the knowledge base: access is decided inside, once. */
export interface Retriever {
  /** @throws FrontdeskError `knowledge_unavailable` (retryable). Missing vectors are a degradation, not an error. */
  retrieve(
    request: RetrievalRequest,
    call: { readonly signal: AbortSignal },
  ): Promise<RetrievalResult>;
}
