/** Reads question and passage together and says how well the passage answers. */
export interface Reranker {
  /**
   * One logit for each passage, in order.
   * @throws FrontdeskError `model_unavailable` (retryable)
   */
  rerank(
    query: string,
    passages: readonly string[],
    call: { readonly signal: AbortSignal },
  ): Promise<readonly number[]>;
}
