import { flowBegunBy } from "../forms/begins.ts";
import type { CustomFlow } from "../forms/custom-flow.ts";
import { matchable } from "../language/index.ts";
import type { Act, RunningFlow, UnderstandInput, Understanding } from "../tasks/contracts.ts";
import { looksLikeQuestion } from "./question-form.ts";

/** What counts at every step of a flow, whatever it has asked for. */
const ALWAYS: ReadonlySet<Act["type"]> = new Set([
  "cancel",
  "person",
  "repeat",
  "reset",
  "transcript",
]);

const PRESSED = /^flow\.(?<name>[^.]+)\.(?<turn>\d+)\.(?<number>\d+)$/u;

/** Id of a button under the words of a flow: of this reply only, since a later one asks for something else. */
export function flowOptionId(name: string, turn: number, number: number): string {
  return `flow.${name}.${turn}.${number}`;
}

function readPressed(input: UnderstandInput): Act | null {
  const pressed = PRESSED.exec(input.chosenOptionId ?? "")?.groups;
  if (pressed === undefined) return null;
  const { flow = null } = input;
  if (flow === null || flow.name !== pressed["name"] || String(flow.turn) !== pressed["turn"]) {
    return { type: "stale-option" };
  }
  return { type: "flow", name: flow.name, text: pressed["number"] ?? "" };
}

function goOn(act: Act, text: string, running: RunningFlow, flow: CustomFlow): Act {
  if (ALWAYS.has(act.type)) return act;
  const isAside = act.type === "question" && looksLikeQuestion(matchable(text));
  return isAside && !flow.fits(running.state, text) ? act : { type: "flow", name: flow.name, text };
}

/**
 * Reads a message for the flows of the team: an answer to the one that is under way, or the beginning of one. Taking back,
 * a wish for a person, starting over and repeating count at every step; a question that is no answer is answered in
 * between, and the flow waits.
 */
export function readForFlows(
  understanding: Understanding,
  input: UnderstandInput,
  flows: readonly CustomFlow[],
): Understanding {
  const { act, language } = understanding;
  const pressed = readPressed(input);
  if (pressed !== null) {
    return { act: pressed, language: input.flow?.language ?? language };
  }
  const text = input.texts.join("\n");
  const running = input.flow ?? null;
  const flow = flows.find(({ name }) => name === running?.name);
  if (running !== null && flow !== undefined) {
    if (input.chosenOptionId !== null) return understanding;
    const next = goOn(act, text, running, flow);
    return { act: next, language: next.type === "flow" ? running.language : language };
  }
  const isOpen = act.type === "question" && input.clarification === null;
  const begun = isOpen ? flowBegunBy(text, flows) : null;
  return begun === null
    ? understanding
    : { act: { type: "flow", name: begun.name, text }, language };
}
