import type { Command } from "commander";
import type { composeMove } from "../compose-move.ts";
import { openDataDirectory } from "../runtime/data-directory.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { lockedError } from "./open-application.ts";
import { jsonOption } from "./options.ts";
import { createProgressBar } from "./progress-bar.ts";

type MoveOutcome = Awaited<ReturnType<typeof composeMove>>;

const NAMES = [
  ["conversations", "conversations"],
  ["messages", "messages of the terminal"],
  ["cases", "cases"],
  ["things", "settings and notes of the platforms"],
  ["jobs", "unfinished jobs"],
] as const satisfies readonly (readonly [Exclude<keyof MoveOutcome["summary"], "left">, string])[];

/** Not 0: whoever chains commands must not start with half of it. */
const EXIT_STOPPED = 1;

async function move(context: CommandContext, isJson: boolean): Promise<number> {
  const { io, signal } = context;
  const config = context.config();
  const directory = openDataDirectory(config.dataDir);
  if (directory === null) throw lockedError(config.dataDir);
  const bar = createProgressBar(io, "Moving to Redis");
  try {
    const { composeMove } = await import("../compose-move.ts");
    const moved = await composeMove({
      config,
      directory,
      signal,
      report: (done, of, note) => bar.advance(0, of, `${note} ${done}/${of}`),
    });
    bar.end();
    tell(moved, isJson, io);
    return 0;
  } catch (error) {
    bar.end();
    if (!signal.aborted) throw error;
    writeLine(
      io.stderr,
      "Stopped in the middle: the SQLite files are as they were. Run it again to bring over the rest.",
    );
    return EXIT_STOPPED;
  } finally {
    directory.release();
  }
}

function tell({ summary, away }: MoveOutcome, isJson: boolean, io: Io): void {
  if (isJson) {
    writeLine(io.stdout, JSON.stringify({ ...summary, files: away }));
    return;
  }
  for (const [key, name] of NAMES) {
    const { moved, there } = summary[key];
    const left =
      there > 0 ? ` (${there} are in Redis already and were left as they are there)` : "";
    writeLine(io.stdout, `${moved} ${name}${left}`);
  }
  for (const { what, name } of summary.left) {
    writeLine(io.stdout, `Not moved, since this version does not know it: ${what} ${name}`);
  }
  const isWhole = summary.left.length === 0;
  const advice = isWhole
    ? "delete them when all is well."
    : "keep them: what was not moved lies there only.";
  writeLine(io.stdout, `The SQLite files lie in ${away} now; ${advice}`);
}

/** `move-to-redis`. */
export function addMoveCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("move-to-redis")
    .description("bring the conversations of the SQLite files to the Redis of REDIS_URL")
    .addOption(jsonOption())
    .action(async ({ json }: { json: boolean }) => finish(await move(context, json)));
}
