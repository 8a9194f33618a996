import type { Command } from "commander";
import { FrontdeskError } from "../core/index.ts";
import type { Application, DeadLetter } from "../ports/application.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { jsonOption } from "./options.ts";

/** Which letters are meant: these, or all that there are. */
interface Meant {
  readonly keys: readonly string[];
  readonly all: boolean;
}

/** Prints what could not be delivered. */
export async function listDeadLetters(
  app: Application,
  options: { readonly json: boolean },
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const letters = await app.deadLetters({ signal });
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(letters));
    return 0;
  }
  if (letters.length === 0) writeLine(io.stdout, "Everything was delivered; no dead letters.");
  for (const { instance, key, type, reason, at } of letters) {
    const when = new Date(at).toISOString().slice(0, 16).replace("T", " ");
    writeLine(io.stdout, `${when}  ${type}  ${instance.kind} ${instance.id}`);
    writeLine(io.stdout, `  ${reason}`);
    writeLine(io.stdout, `  key: ${key}`);
  }
  return 0;
}

/**
 * Sends letters once more, or forgets them.
 * @returns 0; 1 when one of the keys is not there
 * @throws FrontdeskError `usage` when neither keys nor all are meant
 */
export async function resolveDeadLetters(
  app: Application,
  act: "retry" | "drop",
  meant: Meant,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  if (meant.all === meant.keys.length > 0) {
    throw new FrontdeskError("usage", `Give the keys to ${act}, or --all.`);
  }
  const letters = await app.deadLetters({ signal });
  const wanted = meant.all ? letters.map(({ key }) => key) : meant.keys;
  let missing = 0;
  for (const key of wanted) {
    const letter = letters.find((one: DeadLetter) => one.key === key);
    const isDone = letter !== undefined && (await app.resolveDeadLetter(letter, act, { signal }));
    if (isDone) continue;
    missing += 1;
    writeLine(io.stderr, `There is no dead letter ${key}; frontdesk dead-letters lists them.`);
  }
  const done = wanted.length - missing;
  const letterWord = done === 1 ? "letter" : "letters";
  const said = act === "retry" ? "will be sent once more" : "will be dropped";
  writeLine(io.stdout, `${done} ${letterWord} ${said}.`);
  return missing === 0 ? 0 : 1;
}

/** `dead-letters list|retry|drop`. */
export function addDeadLetterCommands(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  const { io } = context;
  const group = program
    .command("dead-letters")
    .description("replies and other effects that could not be delivered");
  group
    .command("list", { isDefault: true })
    .description("list them with their keys and why they failed")
    .addOption(jsonOption())
    .action(async (options: { json: boolean }) => {
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          listDeadLetters(app, options, io, signal),
        ),
      );
    });
  for (const [act, description] of [
    ["retry", "send them once more"],
    ["drop", "give them up for good"],
  ] as const) {
    group
      .command(`${act} [keys...]`)
      .description(description)
      .option("--all", "all of them", false)
      .action(async (keys: string[], options: { all: boolean }) => {
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            resolveDeadLetters(app, act, { keys, all: options.all }, io, signal),
          ),
        );
      });
  }
}
