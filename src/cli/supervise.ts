import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { lastWorker } from "../compose-roles.ts";
import type { Config } from "../config.ts";
import { silentLogger } from "../ports/logger.ts";
import { type Io, writeLine } from "./io.ts";

export interface SuperviseOptions {
  /** The program of the child and its arguments, for Node.js. */
  readonly command: readonly string[];
  /** Called after each death, before the child is started again. */
  readonly onDeath: () => Promise<void>;
  readonly io: Io;
  /** Ends the child in good order, and then this. */
  readonly signal: AbortSignal;
  /** Whoever leaves with an exit code within this time could not start at all, and is not started again. */
  readonly startMs?: number;
  /** Pause before it is started again; doubled with each death in a row. Default 500. */
  readonly pauseMs?: number;
}

const START_MS = 15_000;
const PAUSE_MS = 500;
const PAUSE_CAP_MS = 30_000;
/** Whoever lived so long has not died in a row. */
const STEADY_MS = 60_000;

/**
 * Runs a command as a child and starts it again whenever it dies. The child has a process group of its own, so that Ctrl-C
 * reaches it once: through here.
 * @returns the exit code of a child that ended by itself or was told to
 */
export async function supervise(options: SuperviseOptions): Promise<number> {
  const { io, signal, startMs = START_MS, pauseMs = PAUSE_MS } = options;
  for (let deaths = 0; ; ) {
    const startedAt = performance.now();
    const { code, killedBy } = await runChild(options.command, signal);
    const livedMs = performance.now() - startedAt;
    if (signal.aborted || code === 0) return code ?? 1;
    if (code !== null && livedMs < startMs) return code;
    const how = killedBy ?? `exit code ${code}`;
    writeLine(io.stderr, `Frontdesk died (${how}); its work is freed and it is started again.`);
    await options.onDeath();
    deaths = livedMs > STEADY_MS ? 1 : deaths + 1;
    const waitMs = Math.min(PAUSE_CAP_MS, pauseMs * 2 ** (deaths - 1));
    await sleep(waitMs, null, { signal }).catch(() => {});
    if (signal.aborted) return 1;
  }
}

async function runChild(
  command: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly killedBy: NodeJS.Signals | null }> {
  const child = spawn(process.execPath, [...process.execArgv, ...command], {
    // Its channel closes with us, also when we are killed: then the child ends in good order (`main.ts`).
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    detached: true,
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await once(child, "exit");
  signal.removeEventListener("abort", stop);
  return { code: child.exitCode, killedBy: child.signalCode };
}

/**
 * Lets other workers go on at once with what the dead one of this data directory held. Where Redis cannot be reached its
 * leases end by themselves; without Redis there is nobody else, and the next start takes over.
 */
export async function freeWorkOf(
  config: Pick<Config, "dataDir" | "redisUrl" | "redisPrefix">,
): Promise<void> {
  const name = lastWorker(config.dataDir);
  if (config.redisUrl === null || name === null) return;
  const { createRedisConversationStore } = await import("../runtime/redis.ts");
  const store = createRedisConversationStore({
    url: config.redisUrl,
    keyPrefix: config.redisPrefix,
    logger: silentLogger,
  });
  try {
    await store.expireOwner(name);
  } catch {
    // Leases end by themselves.
  } finally {
    await store.close();
  }
}
