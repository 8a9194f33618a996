/** Which model made a vector; vectors of different identities are never compared. */
export interface EmbedderIdentity {
  /** Name with content hash, e.g. `starter-embed-en@4f2a…`. */
  readonly model: string;
  readonly dimensions: number;
}

/** Turns texts into unit vectors. */
export interface Embedder {
  /**
   * @throws FrontdeskError `model_unavailable` (retryable) while the model cannot be reached. Cached once known.
   */
  identity(call: { readonly signal: AbortSignal }): Promise<EmbedderIdentity>;
  /**
   * One normalised vector for each text, in order. Texts longer than the model's context are cut.
   * Queries go before passages. Rejects with `signal.reason` when aborted.
   * @throws FrontdeskError `model_unavailable` (retryable), `model_crashed` (retryable)
   */
  embed(
    texts: readonly string[],
    call: { readonly purpose: "query" | "passage"; readonly signal: AbortSignal },
  ): Promise<readonly Float32Array[]>;
}
