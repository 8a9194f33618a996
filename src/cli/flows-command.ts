import { type Command, Option } from "commander";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";

const MACHINES = ["dialogue", "case"] as const;

/** The chart of a machine as a Mermaid state diagram. */
export async function graphOf(machine: (typeof MACHINES)[number]): Promise<string> {
  const { caseKind, chartOf, DEFAULT_CASE_RULES, DEFAULT_DIALOGUE_SETTINGS, dialogueKind } =
    await import("../../flows/index.ts");
  const settings = { ...DEFAULT_DIALOGUE_SETTINGS, cases: DEFAULT_CASE_RULES };
  const kind = machine === "case" ? caseKind(settings) : dialogueKind(settings);
  return chartOf(kind.machine);
}

/** `flows graph`. */
export function addFlowsCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("flows")
    .description("the state machines behind conversations")
    .command("graph")
    .description("print the chart of a machine for Mermaid")
    .addOption(
      new Option("--machine <name>", "which machine").choices(MACHINES).default("dialogue"),
    )
    .action(async ({ machine }: { machine: (typeof MACHINES)[number] }) => {
      writeLine(context.io.stdout, await graphOf(machine));
      finish(0);
    });
}
