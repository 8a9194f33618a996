import { renderWords, span } from "../../../adapters/console/index.ts";
import { errorMessage, isFrontdeskError } from "../../core/index.ts";
import type { Io } from "../io.ts";
import { onAbort, untilAborted, withResolvers } from "./abort.ts";
import type { DeskContext } from "./desk-acts.ts";
import type { DeskOutcome, DeskSession } from "./desk-session.ts";
import { Interrupts } from "./interrupts.ts";
import { createLivePrompt, type LivePrompt } from "./live-prompt.ts";
import { readLines } from "./read-lines.ts";
import { writeLines } from "./write.ts";

const BELL = "\u0007";
const KEYS =
  "A number opens a case · text is a note · r TEXT goes to the customer · claim, release, resolve · help";
const COMMANDS = ["claim", "help", "list", "quit", "release", "resolve"];

function promptText(session: DeskSession, context: DeskContext): string {
  const number = session.openNumber;
  return context.layout().theme.paint("accent", number === null ? "desk › " : `desk ${number} › `);
}

/** Does things one after the other and gives what went wrong to `fail`. */
function inOrder(fail: (error: unknown) => void): (work: () => Promise<void>) => void {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    last = last.then(work).catch(fail);
  };
}

async function openingLines(
  session: DeskSession,
  context: DeskContext,
): Promise<readonly string[]> {
  const layout = context.layout();
  const { theme } = layout;
  return [
    `${theme.paint("strong", "Desk")} ${theme.paint("dim", `· you are ${context.agent}`)}`,
    ...renderWords([span(KEYS, "dim")], layout),
    "",
    ...(await session.list()),
    "",
  ];
}

/**
 * The desk at a terminal: changes appear above the line that is being typed.
 * @returns 0; 1 when the process that does the work went away
 */
export async function deskAtTerminal(
  session: DeskSession,
  context: DeskContext,
  io: Io,
): Promise<number> {
  const { app, call, clock } = context;
  const left = withResolvers<{ readonly error: unknown } | null>();
  const leave = (): void => left.resolve(null);
  const enqueue = inOrder((error) => {
    if (!call.signal.aborted) left.resolve({ error });
  });
  const interrupts = new Interrupts();
  const show = ({ lines, isLeaving, isCall }: DeskOutcome): void => {
    if (lines.length > 0) screen.print(["", ...lines, ""]);
    if (isCall) io.stdout.write(BELL);
    screen.setPrompt(promptText(session, context));
    if (isLeaving) leave();
  };
  const opening = await openingLines(session, context);
  await app.watchDesk((id) => enqueue(async () => show(await session.changed(id))), call);
  await writeLines(io.stdout, opening, call);
  const screen: LivePrompt = createLivePrompt(io, {
    prompt: promptText(session, context),
    history: [],
    complete: (line) => COMMANDS.filter((command) => command.startsWith(line)),
    pasteLabel: (lines) => `pasted: ${lines} lines`,
    onLine: (line) => enqueue(async () => show(await session.take(line))),
    onInterrupt() {
      if (interrupts.press(clock.now())) return leave();
      screen.print([context.layout().theme.paint("dim", "Press Ctrl-C again to leave.")]);
    },
    onEnd: leave,
  });
  onAbort(call.signal, leave);
  const end = await left.promise;
  screen.close();
  const reason: unknown = call.signal.aborted ? call.signal.reason : null;
  if (isFrontdeskError(reason)) {
    io.stderr.write(`${errorMessage(reason)}\n`);
    return 1;
  }
  if (end !== null) throw end.error;
  return 0;
}

/**
 * The desk without a terminal: one command per line, changes by others in between.
 * @returns 0 at the end of the input, 1 when a command failed
 */
export async function deskByLines(
  session: DeskSession,
  context: DeskContext,
  io: Io,
): Promise<number> {
  const { app, call } = context;
  let exitCode = 0;
  let last: Promise<void> = Promise.resolve();
  const print = ({ lines, isFailure }: DeskOutcome): Promise<void> =>
    writeLines(isFailure ? io.stderr : io.stdout, lines.length === 0 ? [] : [...lines, ""], call);
  await writeLines(io.stdout, [...(await session.list()), ""], call);
  await app.watchDesk((id) => {
    last = last
      .then(async () => print(await session.changed(id)))
      .catch((error: unknown) => {
        if (!call.signal.aborted) throw error;
      });
    last.catch(() => {}); // told by whoever waits for it
  }, call);
  for await (const line of readLines(io.stdin, call)) {
    if (line.trim() === "") continue;
    const outcome = await untilAborted(session.take(line), call.signal);
    if (outcome.isFailure) exitCode = 1;
    await print(outcome);
    await last;
    if (outcome.isLeaving) break;
  }
  await last;
  return exitCode;
}
