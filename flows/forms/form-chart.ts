import type { Form } from "./form.ts";

/** The chart of a form as a Mermaid state diagram. */
export function chartOfForm({ slots, confirm, call, onFailure }: Form): string {
  const asked = Object.keys(slots).map((name) => `ask_${name.replaceAll("-", "_")}`);
  const states = [
    ...asked,
    ...(confirm === undefined ? [] : ["confirm"]),
    ...(call === undefined ? [] : ["call"]),
    "answer",
  ];
  const failure = onFailure === "handover" ? "handover" : "say_failed";
  const steps = states.map((state, at) => `  ${states[at - 1] ?? "[*]"} --> ${state}`);
  return [
    "stateDiagram-v2",
    ...steps,
    ...asked.flatMap((state) => [
      `  ${state} --> ${state} : nothing fitting`,
      `  ${state} --> handover : too many tries`,
    ]),
    ...(confirm === undefined ? [] : ["  confirm --> [*] : no"]),
    ...(call === undefined ? [] : [`  call --> ${failure} : failed`, `  ${failure} --> [*]`]),
    "  answer --> [*]",
  ].join("\n");
}
