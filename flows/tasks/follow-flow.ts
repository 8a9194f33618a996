import { FrontdeskError } from "../../src/core/index.ts";
import type { TaskContext } from "../../src/ports/task.ts";
import type { CustomFlow, FlowTurn } from "../forms/custom-flow.ts";
import type { FlowInput } from "./contracts.ts";

/** Gives a message to a flow of the team. */
export async function followFlow(
  { name, state, text, language }: FlowInput,
  { signal, key }: TaskContext,
  { flows }: { readonly flows: readonly CustomFlow[] },
): Promise<FlowTurn> {
  const flow = flows.find((one) => one.name === name);
  if (flow === undefined) {
    throw new FrontdeskError("flow_call_failed", `There is no flow ${name} any more.`);
  }
  return flow.turn({ state, text, language, key }, { signal });
}
