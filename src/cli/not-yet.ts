import { FrontdeskError } from "../core/index.ts";

/** A command of the plan that this version does not have. */
export function notYet(command: string, instead: string): never {
  throw new FrontdeskError("unsupported", `\`${command}\` is not in this version. ${instead}`);
}
