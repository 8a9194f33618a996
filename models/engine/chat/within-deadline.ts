import { createContext, Script } from "node:vm";
import { systemErrorCode } from "../../../src/core/index.ts";

const script = new Script("run()");

/**
 * Runs what may never come to its end, such as a template that came with a file. Nothing else happens in this thread meanwhile.
 * @throws what `work` throws, or `late()` when it was still at work after so many milliseconds
 */
export function withinDeadline<T>(ms: number, work: () => T, late: () => Error): T {
  const results: T[] = [];
  const context = createContext({ run: () => void results.push(work()) });
  try {
    script.runInContext(context, { timeout: ms });
  } catch (error) {
    if (systemErrorCode(error) === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw late();
    throw error;
  }
  const [result] = results;
  if (results.length === 0 || result === undefined) throw late();
  return result;
}
