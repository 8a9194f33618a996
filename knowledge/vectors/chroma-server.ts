import { setTimeout as delay } from "node:timers/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { findChromaBinding } from "./chroma-binding.ts";
import { type ChromaEndpoint, type ChromaState, hasHeartbeat } from "./chroma-endpoint.ts";
import { claimChromaFolder, forgetServer, noteServer } from "./chroma-folder.ts";
import { type ChromaProcess, startChromaProcess } from "./chroma-process.ts";

const READY_TIMEOUT_MS = 20_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
const SUSPICIOUS_HEARTBEATS = 3;

/**
 * Runs Chroma as a child process on a folder, and starts it again, ever more slowly, when it ends or hangs. Trouble is
 * logged once when it begins and once when it is over.
 */
export function createChromaServer(options: {
  readonly folder: string;
  readonly logger: Logger;
  /** Called whenever the state has changed. */
  readonly onChange: () => void;
  /** Finds the binding; a test gives another. */
  readonly findBinding?: typeof findChromaBinding;
}): ChromaEndpoint {
  const { folder, logger, onChange } = options;
  const closing = new AbortController();
  let state: ChromaState = { kind: "starting" };
  let child: ChromaProcess | null = null;
  let isChecking = false;
  let settle: () => void = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function become(next: ChromaState): void {
    if (closing.signal.aborted) return;
    if (next.kind === "down" && state.kind !== "down") {
      logger.warn({ reason: next.reason }, "Chroma is down; search goes on without it");
    }
    if (next.kind === "up" && state.kind === "down") logger.info({}, "Chroma is up again");
    state = next;
    if (next.kind !== "starting") settle();
    onChange();
  }

  async function runOnce(signal: AbortSignal): Promise<string> {
    const binding = (options.findBinding ?? findChromaBinding)();
    if ("reason" in binding) throw new MissingBindingError(binding.reason);
    await claimChromaFolder(folder, binding);
    child = await startChromaProcess({ binding, folder, readyTimeoutMs: READY_TIMEOUT_MS, signal });
    await noteServer(folder, child.pid);
    become({ kind: "up", address: child.address });
    return await child.ended;
  }

  async function run(): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !closing.signal.aborted; ) {
      const start = performance.now();
      try {
        const how = await runOnce(closing.signal);
        become({ kind: "down", reason: `Chroma ended (${how}) and is started again.` });
      } catch (error) {
        become({ kind: "down", reason: errorMessage(error) });
        const isHopeless =
          error instanceof MissingBindingError ||
          (isFrontdeskError(error, "vectors_unavailable") && !error.retryable);
        if (isHopeless) return;
      }
      child = null;
      if (performance.now() - start > LAST_RETRY_MS) retryMs = FIRST_RETRY_MS;
      await delay(retryMs * (0.75 + Math.random() / 2), undefined, { signal: closing.signal });
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }

  async function check(): Promise<void> {
    const suspected = child;
    if (suspected === null || state.kind !== "up") return;
    for (let beat = 0; beat < SUSPICIOUS_HEARTBEATS; beat += 1) {
      if (await hasHeartbeat(suspected.address, closing.signal)) return;
    }
    if (child === suspected) await suspected.stop();
  }

  const running = run().catch(() => {});
  return {
    state: () => state,
    settled: () => settled,
    suspect() {
      if (isChecking) return;
      isChecking = true;
      void check().finally(() => {
        isChecking = false;
      });
    },
    async close() {
      closing.abort(new DOMException("knowledge is closing", "AbortError"));
      await child?.stop();
      await running;
      await forgetServer(folder).catch(() => {});
      settle();
    },
  };
}

/** npm did not install a server for this machine; trying again changes nothing. */
class MissingBindingError extends Error {}
