import type { AnyStateMachine, AnyStateNode } from "xstate";

/** What a machine can do besides going from state to state. */
const SAID = new Set(["say", "handover"]);
/** What every message of the person is to it. */
export const MESSAGE = "message.received";

type Transitions = AnyStateNode["always"];

function allStates(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values<AnyStateNode>(node.states).flatMap(allStates)];
}

function transitionsOf(node: AnyStateNode): NonNullable<Transitions> {
  const initial = node.config.initial === undefined ? [] : [node.initial];
  return [...(node.always ?? []), ...[...node.transitions.values()].flat(), ...initial];
}

function nameOf(one: unknown): string {
  if (typeof one === "string") return one;
  if (typeof one === "object" && one !== null && "type" in one) return String(one.type);
  return typeof one === "function" ? one.name : "";
}

/** XState's own actions (`assign` and its like) resolve to a change; any other would have to be run, and is not. */
function isPure(action: unknown): boolean {
  return typeof action === "function" && "resolve" in action;
}

function actionFaults(machine: AnyStateMachine, node: AnyStateNode): readonly string[] {
  const given: Readonly<Record<string, unknown>> = machine.implementations.actions;
  const used: readonly unknown[] = [
    ...node.entry,
    ...node.exit,
    ...transitionsOf(node).flatMap(({ actions }) => actions),
  ];
  return used.flatMap((action) => {
    const name = nameOf(action);
    if (isPure(action) || isPure(given[name]) || SAID.has(name)) return [];
    return [
      `the action ${name === "" ? "(a function)" : name} is none that is carried out: use assign, say or handover, and put work into tasks`,
    ];
  });
}

function guardFaults(machine: AnyStateMachine, node: AnyStateNode): readonly string[] {
  const given: Readonly<Record<string, unknown>> = machine.implementations.guards;
  return transitionsOf(node).flatMap(({ guard }) => {
    const isNamed = typeof guard === "string" || (typeof guard === "object" && guard !== null);
    const name = nameOf(guard);
    return isNamed && given[name] === undefined ? [`the guard ${name} is not given`] : [];
  });
}

function nodeFaults(
  machine: AnyStateMachine,
  node: AnyStateNode,
  tasks: ReadonlySet<string>,
): readonly string[] {
  const faults = [
    ...actionFaults(machine, node),
    ...guardFaults(machine, node),
    ...node.invoke
      .map(({ src }) => nameOf(src))
      .filter((src) => !tasks.has(src))
      .map((src) => `tasks has no function for the invoke of ${src}`),
    ...(node.after.length === 0
      ? []
      : ["after is not possible: a flow waits for the next message, not for a time"]),
  ];
  return faults.map((fault) => `state ${node.path.join(".") || "(root)"}: ${fault}`);
}

/** Everything about a machine that a flow cannot do, in words; empty when it can be used. */
export function machineFaults(
  machine: AnyStateMachine,
  tasks: ReadonlySet<string>,
): readonly string[] {
  const faults = allStates(machine.root).flatMap((node) => nodeFaults(machine, node, tasks));
  const hears = machine.events.includes(MESSAGE) || machine.events.includes("*");
  return [...new Set([...faults, ...(hears ? [] : [`no state waits for ${MESSAGE}`])])];
}
