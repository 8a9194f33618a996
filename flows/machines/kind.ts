import { fromPromise, initialTransition } from "xstate";
import type { FlowKind } from "../dialogue/kind.ts";
import type { MachineFlow } from "./definition.ts";

/** The work is done by the runtime; XState works out an input only for what it takes to be there. */
const elsewhere = fromPromise(() => Promise.reject(new Error("the runtime does this")));

/** A machine of the team, ready for a registry. What cannot be read of an earlier one begins anew. */
export function machineFlowKind(flow: MachineFlow): FlowKind {
  const { name, version, migrations, tasks } = flow;
  const actors = Object.fromEntries(Object.keys(tasks).map((src) => [src, elsewhere]));
  const machine = flow.machine.provide({ actors });
  return {
    kind: `flow-${name.replaceAll("_", "-")}`,
    version,
    machine,
    migrations: Object.fromEntries(
      Object.entries(migrations).map(([from, step]) => [Number(from), step]),
    ),
    fallback: () => {
      const [first] = initialTransition(machine, {});
      return { value: first.value, context: first.context };
    },
    input: () => ({}),
    addressOf: () => null,
    idleTtlMs: null,
  };
}
