import { z } from "zod";
import { ERROR_CODES, errorMessage, FrontdeskError, isFrontdeskError } from "../core/index.ts";

/** Must be the same on both sides; a different build cannot attach. */
export const RPC_VERSION_HEADER = "x-frontdesk-version";

/** An error as it travels between processes. */
export const wireErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

/** One line of a streamed answer. `ready` says that a subscription stands; `end` is the last line of a finite stream. */
export const wireLineSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ event: z.unknown() }).required(),
  z.object({ end: z.literal(true) }),
  z.object({ error: wireErrorSchema }),
]);
export type WireLine = z.infer<typeof wireLineSchema>;

/** The parts of an error that another process may know. What a schema refused is the caller's wrong use. */
export function toWireError(error: unknown): WireError {
  if (error instanceof z.ZodError) {
    const problems = error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    const message = `The request is not valid: ${problems.join("; ")}`;
    return { code: "usage", message, retryable: false };
  }
  if (isFrontdeskError(error)) {
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  return { code: "internal", message: errorMessage(error), retryable: false };
}

/** Makes the error again on the other side. */
export function fromWireError(error: WireError): FrontdeskError {
  return new FrontdeskError(error.code, error.message, { retryable: error.retryable });
}

const STATUS: Partial<Record<WireError["code"], number>> = {
  usage: 400,
  message_empty: 400,
  message_too_long: 413,
  source_too_large: 413,
  source_not_found: 404,
  source_empty: 422,
  case_not_found: 404,
  letter_not_found: 404,
  conversation_deleted: 410,
  job_not_found: 404,
  unauthorized: 401,
  case_taken: 409,
  desk_unavailable: 503,
  case_thread_shut: 503,
  agent_busy: 409,
  forbidden: 403,
  rate_limited: 429,
  store_unavailable: 503,
  knowledge_unavailable: 503,
  vectors_unavailable: 503,
  model_unavailable: 503,
  model_busy: 503,
  model_too_slow: 504,
  disk_full: 507,
};

/** The HTTP status that says best what an error means. */
export function httpStatus(code: WireError["code"]): number {
  return STATUS[code] ?? 500;
}
