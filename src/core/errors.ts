/**
 * Every way in which Frontdesk fails on purpose. The code decides what happens next; the message is for the person who
 * operates it. `docs/errors.md` explains each one.
 */
export const ERROR_CODES = [
  // configuration and start
  "config_invalid",
  "data_dir_unusable",
  "data_dir_locked",
  "database_corrupt",
  "disk_full",
  "port_in_use",
  "not_running",
  "unsupported",
  "usage",
  "unauthorized",
  // conversations
  "lease_lost",
  "snapshot_unreadable",
  "machine_unknown",
  "task_failed",
  "store_unavailable",
  "message_too_long",
  "message_empty",
  "conversation_deleted",
  // delivery
  "delivery_rejected",
  "files_not_permitted",
  "delivery_uncertain",
  "rate_limited",
  "letter_not_found",
  // background jobs
  "job_not_found",
  "webhook_failed",
  "tickets_unavailable",
  "export_failed",
  "flow_call_failed",
  // knowledge
  "source_not_found",
  "source_empty",
  "source_unreadable",
  "source_too_large",
  "document_encrypted",
  "document_broken",
  "document_unsupported",
  "parse_timeout",
  "vectors_unavailable",
  "knowledge_unavailable",
  // models
  "model_invalid",
  "model_not_found",
  "model_unavailable",
  "model_crashed",
  "model_busy",
  "model_too_slow",
  "model_refused",
  "model_too_large",
  "download_failed",
  "download_running",
  "prompt_too_long",
  "model_output_invalid",
  "request_poisonous",
  // people
  "case_not_found",
  "case_taken",
  "agent_busy",
  "desk_unavailable",
  "case_thread_shut",
  "forbidden",
  // whatever is left: a defect of ours
  "internal",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Options of {@link FrontdeskError}. */
export interface FrontdeskErrorOptions {
  /** The error of a library or of the system that is translated here. */
  readonly cause?: unknown;
  /** Whether the same call may succeed later without anybody changing anything. Default false. */
  readonly retryable?: boolean;
  /** How long the other side asked to be left alone, for `retryable` errors (`Retry-After`). */
  readonly retryAfterMs?: number;
}

/**
 * The one error class. Says what failed, for which object, and what to do next; never holds a token or a user's text.
 */
export class FrontdeskError extends Error {
  override readonly name = "FrontdeskError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** Milliseconds to wait at least before the next try; null when nobody said. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, options: FrontdeskErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/** Whether a value is our error, optionally with this code. */
export function isFrontdeskError(value: unknown, code?: ErrorCode): value is FrontdeskError {
  return value instanceof FrontdeskError && (code === undefined || value.code === code);
}

/** The message of whatever was thrown. */
export function errorMessage(value: unknown): string {
  return value instanceof Error ? value.message : String(value);
}

/** The system's error code (`ENOENT`, `ENOSPC`, …) of whatever was thrown, or null. */
export function systemErrorCode(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("code" in value)) return null;
  return typeof value.code === "string" ? value.code : null;
}
