import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { env } from "node:process";
import { childEntry, errorMessage } from "../../src/core/index.ts";
import { packageRoot } from "../package-root.ts";
import { childEnvironment } from "./child-environment.ts";
import type { EngineExit, EngineProcess } from "./engine-process.ts";
import { oomKills } from "./oom-kills.ts";

const LAST_WORDS_CHARS = 8_000;
const CLOSE_AFTER_EXIT_MS = 500;
/** Of JavaScript alone; models are outside of it. A template of a file that takes all of it leaves the rest of the machine alone. */
const HEAP_MB = 1_024;

/** Keeps the end of what a child writes to stderr; its stdout is read and dropped, so that it never fills up. */
function collectLastWords(child: ChildProcess): () => string {
  let words = "";
  child.stdout?.resume();
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (chunk: unknown) => {
    words = (words + String(chunk)).slice(-LAST_WORDS_CHARS);
  });
  return () => words.trim();
}

/** As Linux tells it; a process that a debugger has stopped (`t`) is not meant. */
function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in brackets may hold anything, brackets too.
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("T");
  } catch {
    return false;
  }
}

/** Starts the inference engine in a process of its own. Its IPC carries typed arrays; it inherits no secrets. */
export function forkEngine(): EngineProcess {
  const entry = childEntry(import.meta.url, "engine-child");
  const child = fork(new URL(entry.url), [], {
    cwd: packageRoot(import.meta.url),
    env: childEnvironment(env),
    execArgv: [...entry.execArgv, `--max-old-space-size=${HEAP_MB}`],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  const lastWords = collectLastWords(child);
  const oomKillsBefore = oomKills();
  let exitListener: (exit: EngineExit) => void = () => {};
  let hasEnded = false;
  const end = (exit: Omit<EngineExit, "isOutOfMemory">): void => {
    if (hasEnded) return;
    hasEnded = true;
    const isOutOfMemory = exit.signal === "SIGKILL" && (oomKills() ?? 0) > (oomKillsBefore ?? 0);
    exitListener({ ...exit, isOutOfMemory });
  };
  // `close` comes after the pipes have been read to their end, so that the last words are complete; a process that was
  // started by this one may keep them open for long.
  child.on("close", (code, signal) => end({ code, signal, lastWords: lastWords() }));
  child.on("exit", (code, signal) => {
    setTimeout(() => end({ code, signal, lastWords: lastWords() }), CLOSE_AFTER_EXIT_MS).unref();
  });
  child.on("error", (error) => {
    if (child.pid === undefined) end({ code: null, signal: null, lastWords: errorMessage(error) });
  });
  return {
    pid: child.pid,
    send: (message) => {
      // A failed write means that the process is going down; its exit tells.
      if (child.connected) child.send(message, () => {});
    },
    kill: () => {
      child.kill("SIGKILL");
    },
    isStopped: () => child.pid !== undefined && isStopped(child.pid),
    onMessage: (listener) => {
      child.on("message", listener);
    },
    onExit: (listener) => {
      exitListener = listener;
    },
  };
}
