import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { childEntry, FrontdeskError, isFrontdeskError } from "../../../src/core/index.ts";
import { watchMemory } from "./memory-watch.ts";
import {
  type ParseJob,
  type ParseResult,
  type ParserMessage,
  parserMessageSchema,
} from "./protocol.ts";

/** Limits of one parser process. */
export interface ParserLimits {
  /** Wall time for one document. */
  readonly timeoutMs: number;
  /** Wall time for the process to come up. */
  readonly startTimeoutMs: number;
  /** JavaScript heap of the process. */
  readonly maxHeapMb: number;
  /** Resident memory of the process, where buffers count too; watched on Linux. */
  readonly maxRssMb: number;
}

/** One child process that reads documents, one at a time; brought up for the first and again after each crash. */
export interface ParserProcess {
  /**
   * Reads one document. A parser that hangs, dies or grows too big gives a `failed` result.
   * @throws the signal's reason after abort, which ends the parser; FrontdeskError `internal` when it cannot be started
   */
  parse(job: ParseJob, call: { readonly signal: AbortSignal }): Promise<ParseResult>;
  close(): Promise<void>;
}

interface RunningChild {
  readonly process: ChildProcess;
  readonly ready: Promise<void>;
}

type DoneMessage = Extract<ParserMessage, { type: "done" }>;

const BYTES_PER_MB = 1_048_576;
/** A parser that has grown beyond this share of its memory limit is replaced before the next document. */
const REPLACE_SHARE = 0.4;

/** Forks `parse-child` with an empty environment, so that no secret of ours is in reach of a hostile document. */
export function createParserProcess(limits: ParserLimits): ParserProcess {
  let running: RunningChild | null = null;

  const stop = async (): Promise<void> => {
    const child = running?.process;
    running = null;
    if (child !== undefined) await endChild(child);
  };

  /** A child that is alive: one that died while it had nothing to do is replaced, and costs no document. */
  const take = (): RunningChild => {
    if (running !== null && !isAlive(running.process)) running = null;
    running ??= startChild(limits);
    return running;
  };

  return {
    async parse(job, { signal }) {
      signal.throwIfAborted();
      const child = take();
      try {
        const done = await exchange(child, job, limits, signal);
        if (done.rssBytes > limits.maxRssMb * BYTES_PER_MB * REPLACE_SHARE) await stop();
        return done.result;
      } catch (error) {
        await stop();
        signal.throwIfAborted();
        if (!isFrontdeskError(error) || error.code === "internal") throw error;
        return { status: "failed", code: error.code, reason: error.message };
      }
    },
    close: stop,
  };
}

function isAlive(child: ChildProcess): boolean {
  return child.connected && child.exitCode === null && child.signalCode === null;
}

function startChild(limits: ParserLimits): RunningChild {
  const entry = childEntry(import.meta.url, "parse-child");
  const child = fork(fileURLToPath(entry.url), [], {
    execArgv: [...entry.execArgv, `--max-old-space-size=${limits.maxHeapMb}`],
    env: {},
    serialization: "advanced",
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  // A parser that cannot be spawned or killed shows in `ready` and in its exit; the event alone must not end us.
  child.on("error", () => {});
  const deadline = AbortSignal.timeout(limits.startTimeoutMs);
  const ready = Promise.race([
    once(child, "message", { signal: deadline }),
    once(child, "exit", { signal: deadline }).then(([code, killedBy]) => {
      throw new Error(`it ended with ${String(code ?? killedBy)}`);
    }),
  ]).then(
    () => {},
    (cause: unknown) => {
      throw new FrontdeskError("internal", "the document parser did not start", { cause });
    },
  );
  ready.catch(() => {});
  return { process: child, ready };
}

/** Sends one job and waits for its result, the end of the child, the deadline or abort, whichever comes first. */
async function exchange(
  child: RunningChild,
  job: ParseJob,
  limits: ParserLimits,
  signal: AbortSignal,
): Promise<DoneMessage> {
  const over = new AbortController();
  try {
    return await new Promise<DoneMessage>((resolve, reject) => {
      // The caller throws the signal's own reason.
      signal.addEventListener("abort", () => reject(broken("was left")), { signal: over.signal });
      const begin = (): void => {
        if (over.signal.aborted) return;
        const timer = setTimeout(() => reject(timedOut(limits)), limits.timeoutMs);
        over.signal.addEventListener("abort", () => clearTimeout(timer));
        watchMemory(child.process.pid, {
          maxBytes: limits.maxRssMb * BYTES_PER_MB,
          onExceeded: () => reject(outOfMemory(limits.maxRssMb)),
          signal: over.signal,
        });
        onceDone(child.process, job.id, resolve, reject);
        child.process.once("exit", (code, killedBy) => reject(crashed(code, killedBy, limits)));
        // When it cannot be sent the child is gone, and its exit tells why.
        child.process.send(job, () => {});
      };
      child.ready.then(begin, reject);
    });
  } finally {
    over.abort();
    child.process.removeAllListeners("message").removeAllListeners("exit");
  }
}

function onceDone(
  child: ChildProcess,
  id: number,
  resolve: (message: DoneMessage) => void,
  reject: (fault: FrontdeskError) => void,
): void {
  child.on("message", (raw) => {
    const message = parserMessageSchema.safeParse(raw);
    if (!message.success) reject(broken("gave a result that cannot be understood"));
    else if (message.data.type === "done" && message.data.id === id) resolve(message.data);
  });
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

function timedOut(limits: ParserLimits): FrontdeskError {
  return new FrontdeskError(
    "parse_timeout",
    `could not be read within ${limits.timeoutMs / 1000} s; split it, or save it again in a simpler form`,
  );
}

function crashed(
  code: number | null,
  killedBy: string | null,
  limits: ParserLimits,
): FrontdeskError {
  // V8 aborts when its heap is full.
  if (killedBy === "SIGABRT" || code === 134) return outOfMemory(limits.maxHeapMb);
  return broken(`made the parser end unexpectedly (${killedBy ?? `exit code ${code}`})`);
}

function outOfMemory(megabytes: number): FrontdeskError {
  return broken(`needs more than ${megabytes} MB of memory to be read; split it`);
}

function broken(reason: string): FrontdeskError {
  return new FrontdeskError("document_broken", reason);
}
