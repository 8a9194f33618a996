import { errorMessage } from "../../src/core/index.ts";
import type { ModelStatus } from "../../src/ports/chat-model.ts";

/** Remembers how the last request to a server went. */
export interface RemoteHealth {
  status(): ModelStatus;
  /** Runs a request and takes note; aborts say nothing. */
  watch<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T>;
}

export function createRemoteHealth(model: string): RemoteHealth {
  let reason: string | null = null;
  return {
    status: () => ({ model, state: reason === null ? "ready" : "unavailable", reason }),
    watch: async (signal, run) => {
      try {
        const result = await run();
        reason = null;
        return result;
      } catch (error) {
        if (!signal.aborted) reason = errorMessage(error);
        throw error;
      }
    },
  };
}
