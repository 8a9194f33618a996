import { type Command, Option } from "commander";
import { FrontdeskError } from "../core/index.ts";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";
import { filledArgument } from "./options.ts";

const MACHINES = ["dialogue", "case"] as const;

/**
 * The chart of a machine, or of a flow of the team, as a Mermaid state diagram.
 *
 * @throws FrontdeskError `usage` when there is none of this name, `config_invalid` when a flow cannot be read
 */
export async function graphOf(name: string, flowsFolder: () => string): Promise<string> {
  const { caseKind, chartOf, chartOfForm, DEFAULT_DIALOGUE_SETTINGS, dialogueKind } = await import(
    "../../flows/index.ts"
  );
  if (name === "case") return chartOf(caseKind(DEFAULT_DIALOGUE_SETTINGS).machine);
  if (name === "dialogue") return chartOf(dialogueKind(DEFAULT_DIALOGUE_SETTINGS).machine);
  const { readFlowForms } = await import("../compose-flows.ts");
  const forms = readFlowForms(flowsFolder(), null);
  const found = forms.find((form) => form.name === name);
  if (found !== undefined) return chartOfForm(found);
  const names = [...MACHINES, ...forms.map((form) => form.name)].join(", ");
  throw new FrontdeskError("usage", `There is no machine ${name}; there are: ${names}.`);
}

/** `flows graph`. */
export function addFlowsCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("flows")
    .description("the state machines behind conversations, and flows of your own")
    .command("graph")
    .description("print the chart of a machine, or of a flow of yours, for Mermaid")
    .addOption(
      new Option("--machine <name>", "dialogue, case, or the name of a flow")
        .default("dialogue")
        .argParser(filledArgument),
    )
    .action(async ({ machine }: { machine: string }) => {
      writeLine(context.io.stdout, await graphOf(machine, () => context.config().flows.folder));
      finish(0);
    });
}
