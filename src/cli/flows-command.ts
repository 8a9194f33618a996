import { type Command, Option } from "commander";
import { FrontdeskError } from "../core/index.ts";
import type { CommandContext } from "./context.ts";
import { writeLine } from "./io.ts";
import { filledArgument } from "./options.ts";

const MACHINES = ["dialogue", "case"] as const;
const FORMATS = ["mermaid", "svg"] as const;

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
  const { readFlowFiles, refuseFaults } = await import("../compose-flow-files.ts");
  const files = await readFlowFiles(flowsFolder(), null);
  refuseFaults(files);
  const charts = new Map([
    ...files.forms.map((form) => [form.name, chartOfForm(form)] as const),
    ...files.machines.map(({ flow }) => [flow.name, chartOf(flow.machine)] as const),
  ]);
  const found = charts.get(name);
  if (found !== undefined) return found;
  const names = [...MACHINES, ...charts.keys()].join(", ");
  throw new FrontdeskError("usage", `There is no machine ${name}; there are: ${names}.`);
}

/** A chart as a picture. */
export async function drawn(chart: string, title: string): Promise<string> {
  const { dotOf } = await import("../../flows/index.ts");
  const { instance } = await import("@viz-js/viz");
  const viz = await instance();
  return viz.renderString(dotOf(chart, title), { format: "svg", engine: "dot" }).trimEnd();
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
    .description("print the chart of a machine, or of a flow of yours")
    .addOption(
      new Option("--machine <name>", "dialogue, case, or the name of a flow")
        .default("dialogue")
        .argParser(filledArgument),
    )
    .addOption(
      new Option("--format <format>", "a Mermaid state diagram, or a picture")
        .choices(FORMATS)
        .default("mermaid"),
    )
    .action(async ({ machine, format }: { machine: string; format: (typeof FORMATS)[number] }) => {
      const chart = await graphOf(machine, () => context.config().flows.folder);
      writeLine(context.io.stdout, format === "svg" ? await drawn(chart, machine) : chart);
      finish(0);
    });
}
