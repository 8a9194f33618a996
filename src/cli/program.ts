import { Command } from "commander";
import { z } from "zod";
import { packageVersion } from "../package-root.ts";
import { addBackupCommands } from "./backup-commands.ts";
import type { CommandContext } from "./context.ts";
import { addConversationCommands } from "./conversation-commands.ts";
import { addDeadLetterCommands } from "./dead-letter-commands.ts";
import { addDocumentCommands } from "./document-commands.ts";
import { addEvalCommands } from "./eval-commands.ts";
import { addFeedbackCommands } from "./feedback-commands.ts";
import { addFlowsCommand } from "./flows-command.ts";
import { addJobCommands } from "./job-commands.ts";
import { addKnowledgeCommands } from "./knowledge-commands.ts";
import { addModelCommands } from "./model-commands.ts";
import { addMoveCommand } from "./move-command.ts";
import { addOperationCommands } from "./operation-commands.ts";
import { addPeopleCommands } from "./people-commands.ts";
import { addReportCommand } from "./report-command.ts";
import { addReviewCommands } from "./review-commands.ts";
import { addTalkCommands } from "./talk-commands.ts";
import { addTestCommand } from "./test-command.ts";

/** A program, and the exit code of the command that ran. */
export interface Program {
  readonly command: Command;
  exitCode(): number;
}

/** The whole command line. */
export function createProgram(
  makeContext: (configFile: () => string | null) => CommandContext,
): Program {
  let exitCode = 0;
  const finish = (code: number): void => {
    exitCode = code;
  };
  const program = new Command("frontdesk");
  const context = makeContext(
    () => z.object({ config: z.string().optional() }).parse(program.opts()).config ?? null,
  );
  program
    .description(
      "A self-hosted assistant that answers from your documents, asks back, and hands over to people.",
    )
    .version(packageVersion)
    .option("--config <file>", "configuration file (default: frontdesk.yaml in this folder)")
    .showHelpAfterError("(add --help for the options)")
    .exitOverride();
  addTalkCommands(program, finish, context);
  addKnowledgeCommands(program, finish, context);
  addDocumentCommands(program, finish, context);
  addConversationCommands(program, finish, context);
  addPeopleCommands(program, finish, context);
  addDeadLetterCommands(program, finish, context);
  addEvalCommands(program, finish, context);
  addFeedbackCommands(program, finish, context);
  addReviewCommands(program, finish, context);
  addTestCommand(program, finish, context);
  addFlowsCommand(program, finish, context);
  addReportCommand(program, finish, context);
  addJobCommands(program, finish, context);
  addModelCommands(program, finish, context);
  addOperationCommands(program, finish, context);
  addMoveCommand(program, finish, context);
  addBackupCommands(program, finish, context);
  return { command: program, exitCode: () => exitCode };
}
