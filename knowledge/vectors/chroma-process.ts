import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { childEntry, FrontdeskError } from "../../src/core/index.ts";
import type { ChromaBinding } from "./chroma-binding.ts";
import { type ChromaAddress, hasHeartbeat } from "./chroma-endpoint.ts";

/** A running Chroma child process. */
export interface ChromaProcess {
  readonly pid: number;
  readonly address: ChromaAddress;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  /** Asks it to end and makes it after a moment. */
  stop(): Promise<void>;
}

const HOST = "127.0.0.1";
const POLL_MS = 40;
const KILL_AFTER_MS = 1_500;
const REMEMBERED_OUTPUT = 2_000;

/**
 * Starts Chroma as a child process and waits until it answers.
 * @throws FrontdeskError `vectors_unavailable` (retryable) when it ends first or takes too long; `signal.reason` on abort
 */
export async function startChromaProcess(options: {
  readonly binding: ChromaBinding;
  readonly folder: string;
  readonly readyTimeoutMs: number;
  readonly signal: AbortSignal;
}): Promise<ChromaProcess> {
  const { binding, folder, signal } = options;
  const port = await freePort();
  signal.throwIfAborted();
  const entry = childEntry(import.meta.url, "chroma-child");
  const child = spawn(
    process.execPath,
    [...entry.execArgv, fileURLToPath(entry.url), binding.file, folder, String(port)],
    { stdio: ["pipe", "ignore", "pipe"], env: environment() },
  );
  const output = tail(child);
  const ended = endOf(child);
  const running = { child, ended, address: { host: HOST, port, ssl: false } };
  try {
    await untilReady(running, options.readyTimeoutMs, signal);
  } catch (error) {
    await stop(child, ended);
    signal.throwIfAborted();
    throw new FrontdeskError(
      "vectors_unavailable",
      `Chroma did not start: ${error instanceof Error ? error.message : "unknown reason"} ${output()}`.trim(),
      { cause: error, retryable: true },
    );
  }
  return {
    pid: child.pid ?? 0,
    address: running.address,
    ended: ended.then((how) => `${how} ${output()}`.trim()),
    stop: () => stop(child, ended),
  };
}

/** The server learns nothing of our tokens; what it needs is a path and a place for temporary files. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, TEMP, SystemRoot, LD_LIBRARY_PATH } = process.env;
  const passed = Object.entries({ PATH, HOME, TMPDIR, TEMP, SystemRoot, LD_LIBRARY_PATH });
  return {
    ...Object.fromEntries(passed.filter(([, value]) => value !== undefined)),
    ANONYMIZED_TELEMETRY: "False",
  };
}

async function untilReady(
  running: {
    readonly child: ChildProcess;
    readonly ended: Promise<string>;
    readonly address: ChromaAddress;
  },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let how: string | null = null;
  // A taken port ends it with code 0: any end before the first heartbeat is a failure.
  void running.ended.then((text) => {
    how = text;
  });
  for (;;) {
    signal.throwIfAborted();
    const isUp = await hasHeartbeat(running.address, signal);
    if (how !== null) throw new Error(`it ended (${String(how)}).`);
    if (isUp) return;
    if (performance.now() > deadline) throw new Error(`no answer within ${timeoutMs} ms.`);
    await delay(POLL_MS);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  await ended;
  clearTimeout(kill);
}

function tail(child: ChildProcess): () => string {
  let text = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    text = (text + chunk).slice(-REMEMBERED_OUTPUT);
  });
  child.stdin?.on("error", () => {});
  return () => text.trim().split("\n").at(-1) ?? "";
}

/** Chroma does not tell a port it chose itself: one is found by opening and closing it. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
