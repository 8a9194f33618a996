import { setTimeout as delay } from "node:timers/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { findChromaBinding } from "./chroma-binding.ts";
import { type ChromaEndpoint, type ChromaState, hasHeartbeat } from "./chroma-endpoint.ts";
import { claimChromaFolder, forgetServer, noteServer } from "./chroma-folder.ts";
import { type ChromaProcess, startChromaProcess } from "./chroma-process.ts";
import { createLivenessWatch, type LivenessWatch } from "./liveness-watch.ts";

const READY_TIMEOUT_MS = 20_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;
/** A server that hangs while nobody asks is found by itself after this time. */
const HEARTBEAT_EVERY_MS = 30_000;

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
  let watch: LivenessWatch | null = null;
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
    watch = watchOver(child);
    become({ kind: "up", address: child.address });
    return await child.ended;
  }

  function watchOver(suspected: ChromaProcess): LivenessWatch {
    return createLivenessWatch({
      everyMs: HEARTBEAT_EVERY_MS,
      hasSign: () => hasHeartbeat(suspected.address, closing.signal),
      async onSilence() {
        if (!closing.signal.aborted) await suspected.stop();
      },
    });
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
      await watch?.close();
      child = null;
      watch = null;
      if (performance.now() - start > LAST_RETRY_MS) retryMs = FIRST_RETRY_MS;
      await delay(retryMs * (0.75 + Math.random() / 2), undefined, { signal: closing.signal });
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }

  const running = run().catch(() => {});
  return {
    state: () => state,
    settled: () => settled,
    suspect: () => watch?.suspect(),
    async close() {
      closing.abort(new DOMException("knowledge is closing", "AbortError"));
      await child?.stop();
      await running;
      await watch?.close();
      await forgetServer(folder).catch(() => {});
      settle();
    },
  };
}

/** npm did not install a server for this machine; trying again changes nothing. */
class MissingBindingError extends Error {}
