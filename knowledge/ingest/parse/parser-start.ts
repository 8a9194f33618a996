import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { childEntry, FrontdeskError } from "../../../src/core/index.ts";
import { limitFairly } from "./fair-limit.ts";
import type { ParserLimits } from "./parser-limits.ts";

/** A parser process. */
export interface RunningChild {
  readonly process: ChildProcess;
  /** Rejects with FrontdeskError `internal` when it does not come up. */
  readonly ready: Promise<void>;
}

/** Forks `parse-child` with an empty environment, so that no secret of ours is in reach of a hostile document. */
export function startChild(limits: ParserLimits): RunningChild {
  const entry = childEntry(import.meta.url, "parse-child");
  const child = fork(fileURLToPath(entry.url), [], {
    execArgv: [...entry.execArgv, `--max-old-space-size=${limits.maxHeapMb}`],
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // A parser that cannot be spawned or killed shows in `ready` and in its exit; the event alone must not end us.
  child.on("error", () => {});
  const ready = comeUp(child, limits.startTimeoutMs);
  ready.catch(() => {});
  return { process: child, ready };
}

async function comeUp(child: ChildProcess, ms: number): Promise<void> {
  const late = new AbortController();
  const done = new AbortController();
  limitFairly(child.pid, { ms, onOver: () => late.abort(), signal: done.signal });
  try {
    await Promise.race([
      once(child, "message", { signal: late.signal }),
      once(child, "exit", { signal: late.signal }).then(([code, killedBy]) => {
        throw new Error(`it ended with ${String(code ?? killedBy)}`);
      }),
    ]);
  } catch (cause) {
    throw new FrontdeskError("internal", "the document parser did not start", { cause });
  } finally {
    done.abort();
  }
}

/** Whether a child lives, as far as is known by now. */
export function isAlive(child: ChildProcess): boolean {
  return child.connected && child.exitCode === null && child.signalCode === null;
}

/** Ends a child, also one that is busy, and waits until it is gone. */
export async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}
