import type { Language } from "../../src/core/index.ts";

/** One result of a search engine. */
export interface WebHit {
  readonly url: string;
  readonly title: string;
  /** A few sentences of the page; may be empty. */
  readonly text: string;
}

/** A search engine, or anything that answers like one. */
export interface SearchProvider {
  /** For logs. */
  readonly name: string;
  /** @throws FrontdeskError `knowledge_unavailable` (retryable); the signal's reason after abort */
  search(
    query: { readonly text: string; readonly language: Language; readonly count: number },
    call: { readonly signal: AbortSignal },
  ): Promise<readonly WebHit[]>;
}
