import { isFrontdeskError } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import { systemClock } from "../ports/clock.ts";
import type { Io } from "./io.ts";
import { createCaseNumbers } from "./terminal/case-numbers.ts";
import type { DeskContext } from "./terminal/desk-acts.ts";
import { deskAtTerminal, deskByLines } from "./terminal/desk-screens.ts";
import { DeskSession } from "./terminal/desk-session.ts";
import { layoutOf } from "./terminal/layout.ts";
import { writeLines } from "./terminal/write.ts";

/** Options of `frontdesk desk`. */
export interface DeskOptions {
  /** The agent's name, as customers see it. */
  readonly agent: string;
  /** Print the open cases and leave. */
  readonly once: boolean;
  /** Print the open cases as one JSON array and leave. */
  readonly json: boolean;
}

/** Exit code of a command that was interrupted, as shells expect it (128 + SIGINT). */
const INTERRUPTED = 130;

/**
 * The desk in this terminal: cases as they come, with everything an agent needs; replies go to the customer only when
 * that is said. Without a terminal it reads one command per line.
 * @returns 0; 1 when a command of the input failed or the owner process went away; 130 when interrupted
 */
export async function runDesk(
  app: Application,
  options: DeskOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  if (options.json) {
    const cases = await app.cases({ includeResolved: false }, { signal });
    await writeLines(io.stdout, [JSON.stringify(cases)], { signal });
    return 0;
  }
  const watching = new AbortController();
  const context: DeskContext = {
    app,
    agent: options.agent,
    numbers: createCaseNumbers(),
    clock: systemClock,
    layout: () => layoutOf(io, { isVerbose: false }),
    call: { signal: AbortSignal.any([signal, watching.signal]) },
  };
  const session = new DeskSession(context);
  try {
    if (options.once) {
      await writeLines(io.stdout, await session.list(), context.call);
      return 0;
    }
    return io.isTTY
      ? await deskAtTerminal(session, context, io)
      : await deskByLines(session, context, io);
  } catch (error) {
    if (signal.aborted && !isFrontdeskError(signal.reason)) return INTERRUPTED;
    throw error;
  } finally {
    watching.abort();
  }
}
