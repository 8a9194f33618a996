import * as xstate from "xstate";
import { z } from "zod";
import { errorMessage } from "../../src/core/index.ts";
import { machineFaults } from "./check.ts";
import { type MachineFlow, machineFlowSchema } from "./definition.ts";

/** A definition, or everything that is wrong with it, in words. */
export type ReadMachineFlow =
  | { readonly type: "flow"; readonly flow: MachineFlow }
  | { readonly type: "faults"; readonly faults: readonly string[] };

const moduleSchema = z.object({ default: z.unknown() });

/** A definition comes as it is, or from a function that is given XState: so a file elsewhere needs no packages of its own. */
function definitionOf(exported: unknown): unknown {
  if (typeof exported !== "function") return exported;
  const made: unknown = exported(xstate);
  return made;
}

/** Reads what a module of the team gives. */
export function readMachineFlow(module: unknown): ReadMachineFlow {
  const read = moduleSchema.safeParse(module);
  const exported = read.success ? read.data.default : undefined;
  if (exported === undefined) {
    return { type: "faults", faults: ["it has no default export"] };
  }
  try {
    const checked = machineFlowSchema.safeParse(definitionOf(exported));
    if (!checked.success) {
      const faults = checked.error.issues.map(
        ({ path, message }) =>
          `${path.length === 0 ? "the definition" : path.join(".")}: ${message}`,
      );
      return { type: "faults", faults };
    }
    const flow = checked.data;
    const faults = machineFaults(flow.machine, new Set(Object.keys(flow.tasks)));
    return faults.length === 0 ? { type: "flow", flow } : { type: "faults", faults };
  } catch (error) {
    return { type: "faults", faults: [errorMessage(error)] };
  }
}
