/** A request to another program that a flow of the team makes. */
export interface FlowRequest {
  readonly url: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON; null for none. */
  readonly body: unknown;
  readonly timeoutMs: number;
  /** The same for every attempt, so that the other side can tell a repetition (`Idempotency-Key`). */
  readonly key: string;
}

/** What came back. */
export interface FlowResponse {
  readonly status: number;
  /** The JSON of the body; null when there was none. */
  readonly body: unknown;
}

/** Asks other programs for the flows of the team. */
export interface FlowCaller {
  /**
   * Redirects are not followed: secrets go to this address only.
   * @throws FrontdeskError `flow_call_failed` when nothing came back, or no JSON; the signal's reason after abort
   */
  call(request: FlowRequest, call: { readonly signal: AbortSignal }): Promise<FlowResponse>;
}
