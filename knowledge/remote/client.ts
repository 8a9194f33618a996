import { setTimeout as delay } from "node:timers/promises";
import { Agent, type Dispatcher, request } from "undici";
import type { z } from "zod";
import { errorMessage, FrontdeskError, isFrontdeskError, timeLimit } from "../../src/core/index.ts";
import { errorAnswer } from "./answers.ts";
import { type Breaker, createBreaker } from "./breaker.ts";

/** How a knowledge server is reached. */
export interface KnowledgeClientOptions {
  /** `https://knowledge.example.org:8788`; a path in front of the API is kept. */
  readonly url: string;
  readonly apiKey: string | null;
  /** A question is given up after this time, tries included, in milliseconds. Default 8,000. */
  readonly deadlineMs?: number;
  /** A server that has not begun to answer counts as away after this time, in milliseconds. Default 4,000. */
  readonly firstByteMs?: number;
  /** A stream that shows no sign of life for so long counts as broken, in milliseconds. Default 30,000. */
  readonly idleMs?: number;
}

/** One question to the server. */
interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: object;
  /** What takes long by its nature is waited for so long, whatever the options say, in milliseconds. */
  readonly patienceMs?: number;
}

/** Speaks with one knowledge server. */
export interface KnowledgeClient {
  /** @throws FrontdeskError `knowledge_unavailable` (retryable), or what the server refused it with */
  ask<Answer>(call: Call, schema: z.ZodType<Answer>, signal: AbortSignal): Promise<Answer>;
  /** The lines of an answer, as they come. @throws as `ask` */
  lines(path: string, body: object, signal: AbortSignal): AsyncIterable<string>;
  /** Why it is away; null when it is not known to be. */
  trouble(): string | null;
  close(): Promise<void>;
}

const DEFAULTS = { deadlineMs: 8_000, firstByteMs: 4_000, idleMs: 30_000 };
const CONNECT_MS = 2_000;
const TRIES = 3;
const FIRST_PAUSE_MS = 50;
const MAX_ERROR_CHARACTERS = 100_000;

/** Creates the client; nothing is sent before the first call. Redirects are not followed: the key goes to `url` only. */
export function createKnowledgeClient(options: KnowledgeClientOptions): KnowledgeClient {
  const { deadlineMs, firstByteMs, idleMs } = { ...DEFAULTS, ...options };
  const base = `${options.url.replace(/\/+$/u, "")}/api/v1/knowledge`;
  const place = new URL(options.url).host;
  const agent = new Agent({ connect: { timeout: CONNECT_MS } });
  const breaker = createBreaker();
  const headers = {
    "content-type": "application/json",
    ...(options.apiKey === null ? {} : { authorization: `Bearer ${options.apiKey}` }),
  };

  const away = (reason: string, cause: unknown): FrontdeskError =>
    new FrontdeskError(
      "knowledge_unavailable",
      `The knowledge server ${place} cannot be asked (${reason}). Check that it runs, and KNOWLEDGE_URL.`,
      { cause, retryable: true },
    );

  const refusal = async (response: Dispatcher.ResponseData): Promise<FrontdeskError> => {
    const text = (await response.body.text().catch(() => "")).slice(0, MAX_ERROR_CHARACTERS);
    const { statusCode: status } = response;
    if (status === 401 || status === 403) {
      return away("it refuses the key; check FRONTDESK_KNOWLEDGE_API_KEY on both sides", null);
    }
    const parsed = errorAnswer.safeParse(jsonOf(text));
    if (status >= 500 || status === 429 || !parsed.success) {
      return away(parsed.data?.error.message ?? `it answers ${status}`, null);
    }
    const { code, message, retryable } = parsed.data.error;
    return new FrontdeskError(code, message, { retryable });
  };

  /** Once; the answer has begun when this resolves. */
  const attempt = async (call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    const response = await request(base + call.path, {
      method: call.method,
      headers,
      body,
      signal,
      dispatcher: agent,
      headersTimeout: call.patienceMs ?? firstByteMs,
      bodyTimeout: idleMs,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw away(errorMessage(error), error);
    });
    if (response.statusCode === 200) return response;
    throw await refusal(response);
  };

  const begin = async (call: Call, signal: AbortSignal): Promise<Dispatcher.ResponseData> => {
    signal.throwIfAborted();
    if (!breaker.mayTry()) throw away(breaker.trouble() ?? "it is away", null);
    for (let tries = 1; ; tries += 1) {
      try {
        const response = await attempt(call, signal);
        breaker.succeeded();
        return response;
      } catch (error) {
        const isAway = isFrontdeskError(error, "knowledge_unavailable");
        if (!isAway || tries === TRIES) {
          note(breaker, error);
          throw error;
        }
        await delay(FIRST_PAUSE_MS * 4 ** (tries - 1) * (0.5 + Math.random()), undefined, {
          signal,
        }).catch(() => {
          breaker.abandoned();
          signal.throwIfAborted();
        });
      }
    }
  };

  return {
    async ask(call, schema, caller) {
      const limit = timeLimit(call.patienceMs ?? deadlineMs);
      const signal = AbortSignal.any([caller, limit]);
      try {
        const response = await begin(call, signal);
        const text = await response.body.text();
        return schema.parse(jsonOf(text));
      } catch (error) {
        caller.throwIfAborted();
        if (limit.aborted) {
          breaker.failed("it is too slow");
          throw away("it is too slow", error);
        }
        if (isFrontdeskError(error)) throw error;
        throw away("its answer cannot be read; is it of the same version?", error);
      }
    },
    async *lines(path, body, signal) {
      const response = await begin({ method: "POST", path, body }, signal);
      try {
        yield* linesOf(response.body);
      } catch (error) {
        signal.throwIfAborted();
        throw away(`the answer broke off: ${errorMessage(error)}`, error);
      }
    },
    trouble: () => breaker.trouble(),
    close: () => agent.destroy(),
  };
}

function note(breaker: Breaker, error: unknown): void {
  if (isFrontdeskError(error, "knowledge_unavailable")) breaker.failed(error.message);
  // It answered, if only to refuse; an abort tells nothing.
  else if (isFrontdeskError(error)) breaker.succeeded();
  else breaker.abandoned();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function* linesOf(body: AsyncIterable<unknown>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) if (line !== "") yield line;
  }
  if (rest !== "") yield rest;
}
