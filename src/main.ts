import { CommanderError } from "commander";
import { createContext } from "./cli/context.ts";
import { createProgram } from "./cli/program.ts";
import { type ErrorCode, errorMessage, isFrontdeskError } from "./core/index.ts";

const USAGE_CODES: ReadonlySet<ErrorCode> = new Set(["usage", "config_invalid", "unsupported"]);
const FORCED_EXIT_MS = 30_000;

/**
 * SIGTERM and SIGHUP drain; a second one leaves at once. Ctrl-C is left to commands that use it. The death of a supervisor
 * drains as well: nobody would start this process again, and it would keep others from the data directory.
 */
function stopOnSignals(controller: AbortController): void {
  let count = 0;
  const stop = (signal: NodeJS.Signals): void => {
    count += 1;
    if (count > 1) process.exit(signal === "SIGINT" ? 130 : 143);
    controller.abort(new Error(`stopped by ${signal}`));
    setTimeout(() => process.exit(1), FORCED_EXIT_MS).unref();
  };
  for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) process.on(signal, stop);
  if (process.connected) process.once("disconnect", () => stop("SIGTERM"));
}

function exitCodeOf(error: unknown, controller: AbortController): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (controller.signal.aborted) return 0;
  if (isFrontdeskError(error)) {
    process.stderr.write(`error: ${error.message}\n`);
    return USAGE_CODES.has(error.code) ? 2 : 1;
  }
  process.stderr.write(
    `error: ${errorMessage(error)}\nThis is a defect of Frontdesk; please report it with the lines below.\n`,
  );
  if (error instanceof Error && error.stack !== undefined) process.stderr.write(`${error.stack}\n`);
  return 1;
}

async function main(): Promise<number> {
  const controller = new AbortController();
  stopOnSignals(controller);
  try {
    const program = createProgram((configFile) =>
      createContext({ configFile, signal: controller.signal }),
    );
    const args = process.argv.slice(2);
    await program.command.parseAsync(args.length === 0 ? ["chat"] : args, { from: "user" });
    return program.exitCode();
  } catch (error) {
    return exitCodeOf(error, controller);
  }
}

/** Pipes are written in the background; leaving before they are through would cut the output. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableEnded || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});
process.exitCode = await main();
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// Child processes and sockets are closed by now; whatever a library still holds must not keep us.
process.exit();
