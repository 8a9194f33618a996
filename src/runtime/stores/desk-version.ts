import { type CaseId, FrontdeskError } from "../../core/index.ts";

/**
 * The form in which this program writes cases. Raise it when an older one could no longer read or continue what is written:
 * it then leaves such cases alone, as long as both are at work.
 */
export const DESK_VERSION = 1;

/** For a change that this program wants to make: a newer one will do it, or this one after its update. */
export function newerCaseWaits(id: CaseId): FrontdeskError {
  const message = `The case ${id} was written by a newer version of Frontdesk; it is left to that.`;
  return new FrontdeskError("store_unavailable", message, { retryable: true });
}

/** For somebody who wants to see it here. */
export function newerCaseUnreadable(id: CaseId): FrontdeskError {
  const message = `The case ${id} was written by a newer version of Frontdesk; update this one to see it here.`;
  return new FrontdeskError("unsupported", message);
}
