/** A refusal of the Web API: `{ ok: false, error }`. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: string;
  /** Further fields of the answer (`needed`, `response_metadata`). */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: string, extra: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
  }
}
