import type { Reply } from "../../src/core/index.ts";
import type { FlowTurn } from "../forms/custom-flow.ts";
import type { FlowInput, RunningFlow } from "../tasks/contracts.ts";
import { textsIn } from "../texts/index.ts";
import { flowOptionId } from "../understand/read-flow.ts";
import type { ActiveTurn, DialogueContext } from "./context.ts";
import { say } from "./reply.ts";
import { addTimings, updateTurn } from "./turn.ts";

/** People of one conversation who may have a flow under way at a time. */
const MAX_RUNNING = 10;

/** The flow that a person has begun. */
export function runningFlow(
  { flows = [] }: Pick<DialogueContext, "flows">,
  author: string,
): RunningFlow | null {
  return flows.find((flow) => flow.author === author) ?? null;
}

/** The flows under way without that of one person. */
export function withoutFlowOf(
  { flows = [] }: Pick<DialogueContext, "flows">,
  author: string,
): readonly RunningFlow[] {
  return flows.filter((flow) => flow.author !== author);
}

function authorOf({ incoming }: ActiveTurn): string {
  return incoming.principal.userId;
}

/** Input of `flow`. */
export function flowInput(context: DialogueContext): FlowInput {
  const { active } = context;
  if (active === null || active.act?.type !== "flow") throw new TypeError("no flow was asked");
  const { name, text } = active.act;
  const running = runningFlow(context, authorOf(active));
  const state = running?.name === name ? running.state : null;
  return { name, state, text, language: active.language };
}

/** Takes over what a flow made of a message, and how far it is. */
export function noteFlow(
  context: DialogueContext,
  { output, durationMs }: { readonly output: FlowTurn; readonly durationMs: number },
): Partial<DialogueContext> {
  const { active } = context;
  if (active === null || active.act?.type !== "flow") return {};
  const author = authorOf(active);
  const turn = (runningFlow(context, author)?.turn ?? 0) + 1;
  const { state } = output;
  const running = { name: active.act.name, state, language: active.language, author, turn };
  const others = withoutFlowOf(context, author);
  return {
    ...updateTurn(context, {
      flowTurn: output,
      timings: addTimings(active.timings, { flowMs: durationMs }),
    }),
    flows: output.outcome === "waiting" ? [...others, running].slice(-MAX_RUNNING) : others,
  };
}

const DECISIONS = {
  waiting: "clarify",
  done: "answer",
  cancelled: "smalltalk",
  handover: "escalate",
} as const;

/** The words of a flow, with its buttons. */
export function composeFlow(context: DialogueContext, active: ActiveTurn): Reply {
  const { flowTurn, language, act } = active;
  if (flowTurn === undefined || act?.type !== "flow") {
    return say(textsIn(language).internalError, language, "decline");
  }
  const turn = runningFlow(context, authorOf(active))?.turn ?? 0;
  const options = flowTurn.options.map((label, at) => ({
    id: flowOptionId(act.name, turn, at + 1),
    label,
  }));
  return { ...say(flowTurn.text, language, DECISIONS[flowTurn.outcome]), options };
}
