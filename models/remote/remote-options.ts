import type { Logger } from "../../src/ports/logger.ts";
import type { Timers } from "../engine/timers.ts";

/** How to reach a model behind an OpenAI-compatible server. */
export interface RemoteModelOptions {
  /** With the version, e.g. `http://127.0.0.1:8000/v1`. */
  readonly baseUrl: string;
  /** As the server names it. */
  readonly model: string;
  /** Null for servers that want none. Never logged, never sent to another address than `baseUrl`. */
  readonly apiKey: string | null;
  /** What an operator has to look at when the address or the key is wrong. Default: those of the chat model. */
  readonly settings?: { readonly url: string; readonly apiKey: string };
  readonly logger: Logger;
  /** Until the first word of the answer, not only its headers. Default 60 s. */
  readonly firstByteMs?: number;
  /** Between two pieces of an answer. Default 30 s. */
  readonly idleMs?: number;
  /** Tries in all, as long as nothing was answered yet. Default 3. */
  readonly attempts?: number;
  /** Wait before the second try; doubles up to 32 s. Default 1 s. */
  readonly retryMinMs?: number;
  readonly timers?: Timers;
  /** 0 inclusive to 1 exclusive; for jitter. Default `Math.random`. */
  readonly random?: () => number;
}
