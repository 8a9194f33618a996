import { FrontdeskError } from "../../src/core/index.ts";

/**
 * The place where cases are shown cannot be used until somebody does something about it. What is to be shown waits for that.
 * @param place for the operator: `Slack channel C1`
 * @param why what the platform said, and what to do
 */
export function deskAway(place: string, why: string, cause: unknown): FrontdeskError {
  const message = `The desk in the ${place} cannot be used: ${why.trim()}`;
  return new FrontdeskError("desk_unavailable", message, { cause, retryable: true });
}

/**
 * The thread of one case cannot be used until somebody does something about it; other cases go on.
 * @param place for the operator: `Discord channel 1`
 * @param why what the platform said, and what to do
 */
export function threadShut(place: string, why: string, cause: unknown): FrontdeskError {
  const message = `A case in the ${place} has no thread that can be written in: ${why.trim()}`;
  return new FrontdeskError("case_thread_shut", message, { cause, retryable: true });
}
