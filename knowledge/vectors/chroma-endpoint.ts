import { timeLimit } from "../../src/core/index.ts";

/** Where a Chroma server listens. */
export interface ChromaAddress {
  readonly host: string;
  readonly port: number;
  readonly ssl: boolean;
}

/** Whether Chroma can be asked. */
export type ChromaState =
  | { readonly kind: "starting" }
  | { readonly kind: "up"; readonly address: ChromaAddress }
  | {
      readonly kind: "down";
      /** For the operator: why, and what to do. */
      readonly reason: string;
    };

/** A Chroma server that comes and goes. */
export interface ChromaEndpoint {
  state(): ChromaState;
  /** Says that a request failed or hangs: the endpoint looks for itself and tells when the server is up again. */
  suspect(): void;
  /** Resolves as soon as the server was up, or known to be down, for the first time. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const HEARTBEAT_TIMEOUT_MS = 2_000;

/** Whether a Chroma server answers at this address. */
export async function hasHeartbeat(
  { host, port, ssl }: ChromaAddress,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const url = `${ssl ? "https" : "http"}://${host}:${port}/api/v2/heartbeat`;
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, timeLimit(HEARTBEAT_TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
