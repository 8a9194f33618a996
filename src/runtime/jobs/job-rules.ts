import { errorMessage, FrontdeskError, isFrontdeskError } from "../../core/index.ts";
import type { JobKind } from "../../ports/jobs.ts";
import { backoffMs } from "../backoff.ts";

/** Done jobs are kept so long, so that whoever asked for one sees how it ended and the same id makes no second one. */
export const DONE_KEPT_MS = 24 * 3_600_000;

/** So many failed jobs are kept; beyond that the oldest are forgotten. */
export const FAILED_KEPT = 1_000;

const BACKOFF_CAP_MS = 3_600_000;
const MAX_REASON_CHARACTERS = 500;

/** What an attempt that took its process down is told as. */
export const CRASHED = "The process ended while the job ran.";

/** Whether another attempt makes sense: defects and failures of the moment may pass, the rest will not. */
export function isWorthRetrying(error: unknown): boolean {
  return !isFrontdeskError(error) || error.retryable;
}

/** The wait before the next attempt, after so many. */
export function retryDelayMs(kind: JobKind, attempts: number, error: unknown): number {
  const asked = isFrontdeskError(error) ? error.retryAfterMs : null;
  return backoffMs(Math.max(attempts, 1), kind.backoffMs, BACKOFF_CAP_MS, asked);
}

/** Why it failed, in a line. */
export function reasonOf(error: unknown): string {
  const text = isFrontdeskError(error) ? `${error.code}: ${error.message}` : errorMessage(error);
  return text.slice(0, MAX_REASON_CHARACTERS);
}

/** The kind of this name. @throws FrontdeskError `usage` */
export function kindNamed(kinds: readonly JobKind[], name: string): JobKind {
  const kind = kinds.find((one) => one.kind === name);
  if (kind !== undefined) return kind;
  throw new FrontdeskError("usage", `there is no kind of job called ${name}`);
}

/** What a handler is told when its job was dropped. */
export function dropped(): Error {
  return new DOMException("The job was dropped.", "AbortError");
}

/** What a handler is told when its process ends. */
export function stopping(): Error {
  return new DOMException("The process is stopping.", "AbortError");
}
