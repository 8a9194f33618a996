import type { Command } from "commander";
import type { CommandContext } from "./context.ts";
import { addEvalRetrieval } from "./evaluation/retrieval-command.ts";
import { notYet } from "./not-yet.ts";

/** `eval`: measures on labelled questions; each kind is one line here. */
export function addEvalCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const group = program
    .command("eval")
    .argument("[kind]")
    .description("measure how good it is on a file of questions")
    .allowUnknownOption()
    .allowExcessArguments()
    .action((kind = "") => notYet(`eval ${kind}`.trim(), "There is `eval retrieval`."));
  addEvalRetrieval(group, finish, context);
}
