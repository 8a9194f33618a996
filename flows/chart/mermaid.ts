import type { AnyStateMachine, AnyStateNode } from "xstate";

function idOf(node: AnyStateNode): string {
  return node.path.join("_").replaceAll(/\W/gu, "_");
}

/** An event as people call it: "done", "failed", "after gather", else its own name; empty for what happens at once. */
function eventName(descriptor: string): string {
  return descriptor
    .replace(/^xstate\.done\.actor\..*$/u, "done")
    .replace(/^xstate\.error\.actor\..*$/u, "failed")
    .replace(/^xstate\.after\.([^.]+)\..*$/u, "after $1");
}

function guardName(guard: unknown): string {
  if (typeof guard === "string") return guard;
  if (typeof guard !== "object" || guard === null || !("type" in guard)) return "";
  const params: unknown = "params" in guard ? guard.params : null;
  const values: readonly unknown[] =
    typeof params === "object" && params !== null ? Object.values(params) : [];
  return [guard.type, ...values].map(String).join(" ");
}

function arrows(from: string, transitions: AnyStateNode["always"]): readonly string[] {
  return (transitions ?? []).flatMap(({ eventType, guard, target }) =>
    (target ?? []).map((node: AnyStateNode) => {
      const name = guardName(guard);
      const label = [eventName(eventType), name === "" ? "" : `[${name}]`].join(" ").trim();
      return `  ${from} --> ${idOf(node)}${label === "" ? "" : ` : ${label}`}`;
    }),
  );
}

function statesOf(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(node.states).flatMap((child) => [child, ...statesOf(child)]);
}

function insideOf(node: AnyStateNode): readonly string[] {
  const children = Object.values<AnyStateNode>(node.states);
  if (children.length === 0) return [];
  return [
    `  state ${idOf(node)} {`,
    ...node.initial.target.map((target) => `    [*] --> ${idOf(target)}`),
    ...children.map((child) => `    ${idOf(child)}`),
    "  }",
  ];
}

/**
 * The chart of a machine in Mermaid's language for state diagrams: its states, and its transitions by event and guard. What
 * may happen in any state begins at `any`.
 */
export function chartOf({ root }: AnyStateMachine): string {
  const states = statesOf(root);
  const all = (node: AnyStateNode): AnyStateNode["always"] => [
    ...(node.always ?? []),
    ...[...node.transitions.values()].flat(),
  ];
  const lines = [
    ...root.initial.target.map((target) => `  [*] --> ${idOf(target)}`),
    ...states.flatMap(insideOf),
    ...new Set([
      ...states.flatMap((node) => arrows(idOf(node), all(node))),
      ...arrows("any", all(root)),
    ]),
    ...states.filter(({ type }) => type === "final").map((node) => `  ${idOf(node)} --> [*]`),
  ];
  return ["stateDiagram-v2", ...lines].join("\n");
}
