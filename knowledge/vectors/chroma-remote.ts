import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../../src/ports/logger.ts";
import {
  type ChromaAddress,
  type ChromaEndpoint,
  type ChromaState,
  hasHeartbeat,
} from "./chroma-endpoint.ts";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** A Chroma server that somebody else runs: looked for until it answers, and again whenever a request fails. */
export function createRemoteChroma(options: {
  readonly url: string;
  readonly logger: Logger;
  /** Called whenever the state has changed. */
  readonly onChange: () => void;
}): ChromaEndpoint {
  const { url, logger, onChange } = options;
  const address = readAddress(url);
  const closing = new AbortController();
  let state: ChromaState = { kind: "starting" };
  let looking: Promise<void> | null = null;
  let settle: () => void = () => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });

  function become(next: ChromaState): void {
    if (closing.signal.aborted) return;
    const changed = next.kind !== state.kind;
    if (next.kind === "down" && changed) {
      logger.warn({ reason: next.reason }, "Chroma is down; search goes on without it");
    }
    if (next.kind === "up" && state.kind === "down") logger.info({}, "Chroma is up again");
    state = next;
    settle();
    if (changed) onChange();
  }

  async function look(): Promise<void> {
    for (let retryMs = FIRST_RETRY_MS; !closing.signal.aborted; ) {
      if (await hasHeartbeat(address, closing.signal)) {
        become({ kind: "up", address });
        return;
      }
      become({
        kind: "down",
        reason: `No Chroma server answers at ${url}. Start it, or correct CHROMA_URL.`,
      });
      await delay(retryMs * (0.75 + Math.random() / 2), undefined, { signal: closing.signal });
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
    }
  }

  function suspect(): void {
    if (closing.signal.aborted) return;
    looking ??= look()
      .catch(() => {})
      .finally(() => {
        looking = null;
      });
  }

  suspect();
  return {
    state: () => state,
    settled: () => settled,
    suspect,
    async close() {
      closing.abort(new DOMException("knowledge is closing", "AbortError"));
      await looking;
      settle();
    },
  };
}

function readAddress(url: string): ChromaAddress {
  const { protocol, hostname, port } = new URL(url);
  const ssl = protocol === "https:";
  return { host: hostname, port: port === "" ? (ssl ? 443 : 80) : Number(port), ssl };
}
