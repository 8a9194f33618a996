import { FrontdeskError } from "../../src/core/index.ts";

/** A defect of ours: work for another role was sent to this process. */
export function wrongRole(kind: string): FrontdeskError {
  return new FrontdeskError("internal", `this model process does not do "${kind}"`);
}
