import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest, ModelStatus } from "../../src/ports/chat-model.ts";
import { type ChatAnswer, createChatAnswer } from "./chat-answer.ts";
import { thoughtBudget, tokenLimit } from "./chat-body.ts";
import type { RemoteChatModelOptions } from "./chat-options.ts";
import { type ChatServer, openAnswer } from "./chat-request.ts";
import { createDeadline } from "./deadline.ts";
import { createRemoteClient, DEFAULT_FIRST_BYTE_MS } from "./remote-client.ts";
import { brokenOff, tooSlow } from "./remote-error.ts";
import { type RetryOptions, withRetries } from "./retry.ts";

/** With the waits between them: 1, 2, 4, 8, 16 and 32 seconds. */
const DEFAULT_ATTEMPTS = 7;
const DEFAULT_RETRY_MS = 1_000;
/** So many times the tokens it was given, counted at the least they can be, and a server keeps no limit. */
const CLEARLY_TOO_LONG = 2;

/** A chat model behind a server. */
export interface RemoteChatModel extends ChatModel {
  /** @param call.mayRetry asked after each try that failed before the first word; default: always */
  generate(
    request: ChatRequest,
    call: { readonly signal: AbortSignal; readonly mayRetry?: (error: unknown) => boolean },
  ): AsyncIterable<ChatEvent>;
  /** Asks the server whether it is there; the result is what `status()` says from then on. */
  probe(call: { readonly signal: AbortSignal }): Promise<ModelStatus>;
}

/**
 * Answers with any OpenAI-compatible server: vLLM, SGLang, llama-server, Ollama. Failures before the first piece of the
 * answer are tried again, later ones are not.
 */
export function createRemoteChatModel(options: RemoteChatModelOptions): RemoteChatModel {
  const client = createRemoteClient(options);
  const server: ChatServer = { options, client, takes: { schema: true, thinkingOff: true } };
  let status: ModelStatus = { model: options.model, state: "ready", reason: null };

  const settle = (error: unknown): void => {
    const reason = error === null ? null : errorMessage(error);
    status = { model: options.model, state: reason === null ? "ready" : "unavailable", reason };
  };

  return {
    status: () => status,
    probe: async ({ signal }) => {
      try {
        await (await client.get("/models", signal)).json();
        settle(null);
      } catch (error) {
        signal.throwIfAborted();
        settle(error);
      }
      return status;
    },
    generate: async function* (request, call) {
      const { signal } = call;
      try {
        for await (const event of answer(server, request, call)) {
          if (event.type === "done") settle(null);
          yield event;
        }
      } catch (error) {
        if (!signal.aborted && !isRequestAtFault(error)) settle(error);
        throw error;
      }
    },
  };
}

type Outcome = "answered" | "only-thoughts";
type Call = Parameters<RemoteChatModel["generate"]>[1];

const OF_THE_REQUEST = ["prompt_too_long", "model_refused", "model_too_slow"] as const;

/** What is too long, not taken or too much says nothing about whether the server is there. */
function isRequestAtFault(error: unknown): boolean {
  return OF_THE_REQUEST.some((code) => isFrontdeskError(error, code));
}

/** Ends with an error rather than with thoughts alone: another model, or a quotation, serves the reader better. */
async function* answer(
  server: ChatServer,
  request: ChatRequest,
  call: Call,
): AsyncGenerator<ChatEvent, void, undefined> {
  const { options, client } = server;
  const whole = createDeadline(client.timers, call.signal);
  if (options.maxAnswerMs !== undefined) whole.extend(options.maxAnswerMs);
  const startReading = (): ChatAnswer =>
    createChatAnswer({
      startsThinking: options.startsThinking ?? false,
      isStructured: request.jsonSchema !== null,
    });
  let reading = startReading();
  try {
    const within = { ...call, signal: whole.signal };
    const outcome = yield* read(server, request, reading, within);
    if (outcome === "answered") return;
    if (!canStopThinking(server, request)) throw tooSlow(options);
    options.logger.warn({ model: options.model }, "thoughts got too long; asked again without");
    reading = startReading();
    const again = yield* read(server, { ...request, maxThoughtTokens: 0 }, reading, within);
    if (again === "only-thoughts") throw tooSlow(options);
  } catch (error) {
    if (call.signal.aborted || !whole.hasPassed()) throw error;
    const rest = reading.cut();
    if (rest === null) throw tooSlow(options);
    yield* rest;
  } finally {
    whole.clear();
  }
}

/** Whether it can be asked in another way that leaves the thoughts out. */
function canStopThinking({ options, takes }: ChatServer, request: ChatRequest): boolean {
  return (
    (options.thinkingOff ?? null) !== null && takes.thinkingOff && request.maxThoughtTokens !== 0
  );
}

/**
 * Reads until the first chunk inside the retries, the rest outside. A server that goes on long after its tokens are used up is
 * not listened to any further.
 */
async function* read(
  server: ChatServer,
  request: ChatRequest,
  reading: ChatAnswer,
  call: Call,
): AsyncGenerator<ChatEvent, Outcome, undefined> {
  const { options } = server;
  const reader = new AbortController();
  const signal = AbortSignal.any([call.signal, reader.signal]);
  const budget = canStopThinking(server, request)
    ? thoughtBudget(options, request)
    : Number.POSITIVE_INFINITY;
  const most = CLEARLY_TOO_LONG * tokenLimit(options, request);
  try {
    const { first, chunks } = await withRetries(retryOptions(server, { ...call, signal }), () =>
      openAnswer(server, request, signal),
    );
    if (first !== null) yield* reading.push(first);
    for (;;) {
      if (!reading.hasText() && reading.thoughtTokens() > budget) return "only-thoughts";
      if (reading.leastTokens() > most) return yield* cutOff(reading);
      const next = await chunks.next();
      if (next.done === true) break;
      yield* reading.push(next.value);
    }
    const last = reading.end();
    if (last === null) throw brokenOff(options, "the stream ended without an end mark");
    const isSilent = !reading.hasText() && (isCut(last) || reading.thoughtTokens() > 0);
    if (isSilent) return "only-thoughts";
    yield* last;
    return "answered";
  } finally {
    reader.abort();
  }
}

function* cutOff(reading: ChatAnswer): Generator<ChatEvent, Outcome, undefined> {
  const rest = reading.cut();
  if (rest === null) return "only-thoughts";
  yield* rest;
  return "answered";
}

function isCut(events: readonly ChatEvent[]): boolean {
  return events.some((event) => event.type === "done" && event.stopReason === "length");
}

/** Tries go on as long as the answer itself may take. */
function retryOptions({ options, client }: ChatServer, { signal, mayRetry }: Call): RetryOptions {
  return {
    attempts: options.attempts ?? DEFAULT_ATTEMPTS,
    ...(options.maxAnswerMs === undefined ? {} : { patienceMs: options.maxAnswerMs }),
    slowMs: options.firstByteMs ?? DEFAULT_FIRST_BYTE_MS,
    minMs: options.retryMinMs ?? DEFAULT_RETRY_MS,
    timers: client.timers,
    random: options.random ?? Math.random,
    signal,
    ...(mayRetry === undefined ? {} : { mayRetry }),
    onRetry: (error, waitMs) =>
      options.logger.warn(
        { model: options.model, waitMs: Math.round(waitMs), reason: errorMessage(error) },
        "model request tried again",
      ),
  };
}
