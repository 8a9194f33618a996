import { fetch, type Response } from "undici";
import { errorMessage } from "../../src/core/index.ts";
import { systemTimers, type Timers } from "../engine/timers.ts";
import { createDeadline, type Deadline } from "./deadline.ts";
import { brokenOff, notUnderstood, statusError, unreachable } from "./remote-error.ts";
import type { RemoteModelOptions } from "./remote-options.ts";

/** How long a server may take to begin, and how long after the first try it is asked once more. */
export const DEFAULT_FIRST_BYTE_MS = 60_000;
const DEFAULT_IDLE_MS = 30_000;
const MAX_ERROR_BYTES = 16_384;
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Speaks HTTP with one server. */
export interface RemoteClient {
  readonly timers: Timers;
  /** The answer's body in pieces. Rejects with `signal.reason` when aborted. @throws FrontdeskError */
  post(path: string, body: object, signal: AbortSignal): Promise<RemoteAnswer>;
  get(path: string, signal: AbortSignal): Promise<RemoteAnswer>;
}

/** What a server answers once it has begun. */
export interface RemoteAnswer {
  readonly isEventStream: boolean;
  /** Told at each piece of the answer itself: from the first on it may not fall silent for `idleMs`. */
  begun(): void;
  /** @throws FrontdeskError `model_crashed` when the connection breaks or falls silent */
  readonly chunks: AsyncIterable<string>;
  /** The whole body as JSON. @throws FrontdeskError `model_unavailable` when it is none */
  json(): Promise<unknown>;
}

/** Keys go to `baseUrl` only: redirects are refused. */
export function createRemoteClient(options: RemoteModelOptions): RemoteClient {
  const timers = options.timers ?? systemTimers;
  const baseUrl = options.baseUrl.replace(/\/+$/u, "");
  const headers = {
    accept: "text/event-stream, application/json",
    "content-type": "application/json",
    ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
  };

  const request = async (
    method: "GET" | "POST",
    path: string,
    body: string | null,
    signal: AbortSignal,
  ): Promise<RemoteAnswer> => {
    signal.throwIfAborted();
    const deadline = createDeadline(timers, signal);
    deadline.extend(options.firstByteMs ?? DEFAULT_FIRST_BYTE_MS);
    let response: Response;
    try {
      response = await fetch(`${baseUrl}${path}`, {
        method,
        headers,
        body,
        signal: deadline.signal,
        redirect: "error",
      });
    } catch (error) {
      deadline.clear();
      signal.throwIfAborted();
      throw unreachable(
        options,
        deadline.hasPassed() ? "it does not answer" : reasonOf(error),
        error,
      );
    }
    if (!response.ok) {
      const text = await errorText(response, deadline);
      signal.throwIfAborted();
      throw statusError(options, response.status, text, retryAfterMs(response));
    }
    return answerOf(options, response, deadline, signal);
  };

  return {
    timers,
    post: (path, body, signal) => request("POST", path, JSON.stringify(body), signal),
    get: (path, signal) => request("GET", path, null, signal),
  };
}

function answerOf(
  options: RemoteModelOptions,
  response: Response,
  deadline: Deadline,
  caller: AbortSignal,
): RemoteAnswer {
  let hasBegun = false;
  const alive = (): void => {
    if (hasBegun) deadline.extend(options.idleMs ?? DEFAULT_IDLE_MS);
  };
  const begun = (): void => {
    hasBegun = true;
    alive();
  };
  const chunks = readChunks(options, response, { ...deadline, alive }, caller);
  return {
    isEventStream: (response.headers.get("content-type") ?? "").includes("text/event-stream"),
    begun,
    chunks,
    json: async () => {
      let text = "";
      for await (const chunk of chunks) {
        begun();
        text += chunk;
        if (text.length > MAX_BODY_BYTES) throw notUnderstood(options, new RangeError("too long"));
      }
      try {
        const parsed: unknown = JSON.parse(text);
        return parsed;
      } catch (error) {
        throw notUnderstood(options, error);
      }
    },
  };
}

async function* readChunks(
  options: RemoteModelOptions,
  response: Response,
  deadline: Deadline & { alive(): void },
  caller: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  try {
    for await (const bytes of response.body ?? []) {
      deadline.alive();
      yield decoder.decode(bytes, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    caller.throwIfAborted();
    throw brokenOff(options, deadline.hasPassed() ? "it fell silent" : reasonOf(error), error);
  } finally {
    deadline.clear();
  }
}

/** The start of an error's body; empty when it cannot be read. */
async function errorText(response: Response, deadline: Deadline): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const bytes of response.body ?? []) {
      text += decoder.decode(bytes, { stream: true });
      if (text.length > MAX_ERROR_BYTES) break;
    }
  } catch {
    // The status says enough.
  } finally {
    deadline.clear();
  }
  return text.slice(0, MAX_ERROR_BYTES);
}

/** Seconds only; a date is not worth the trouble. */
function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

/** undici wraps the reason of a failed connection. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause === undefined ? errorMessage(error) : errorMessage(cause);
}
