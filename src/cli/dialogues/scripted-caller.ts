import { FrontdeskError } from "../../core/index.ts";
import type { FlowCaller } from "../../ports/flow-caller.ts";
import type { ScriptedCall } from "./script.ts";

/** Answers flows as a test says; nothing goes out. */
export function scriptedCaller(calls: readonly ScriptedCall[]): FlowCaller {
  return {
    async call({ url }) {
      const found = calls.find((one) => one.url === url);
      if (found === undefined) {
        throw new FrontdeskError("flow_call_failed", `The test has no answer for ${url}.`);
      }
      return { status: found.status, body: found.body ?? null };
    },
  };
}
