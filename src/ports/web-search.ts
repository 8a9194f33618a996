import type { Language, Passage } from "../core/index.ts";

/** Looks for passages on the web. What comes back is untrusted data. */
export interface WebSearch {
  /**
   * Passages from pages, best first.
   * @throws FrontdeskError `knowledge_unavailable` (retryable)
   */
  search(
    request: { readonly query: string; readonly language: Language; readonly top: number },
    call: { readonly signal: AbortSignal },
  ): Promise<readonly Passage[]>;
}
