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
