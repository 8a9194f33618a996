import { FrontdeskError } from "../../../src/core/index.ts";

/** The error of ours that this throws. */
export function thrown(run: () => unknown): FrontdeskError {
  try {
    run();
  } catch (error) {
    if (error instanceof FrontdeskError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
