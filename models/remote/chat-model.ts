import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest, ModelStatus } from "../../src/ports/chat-model.ts";
import { createChatAnswer } from "./chat-answer.ts";
import { type ChatChunk, chatChunkSchema, END_OF_STREAM } from "./chat-chunk.ts";
import { createDeadline } from "./deadline.ts";
import {
  createRemoteClient,
  DEFAULT_FIRST_BYTE_MS,
  type RemoteAnswer,
  type RemoteClient,
} from "./remote-client.ts";
import { brokenOff, notUnderstood, tooSlow } from "./remote-error.ts";
import type { RemoteModelOptions } from "./remote-options.ts";
import { type RetryOptions, withRetries } from "./retry.ts";
import { createSseParser } from "./sse-parser.ts";

const DEFAULT_ATTEMPTS = 3;
const DEFAULT_RETRY_MS = 1_000;

export interface RemoteChatModelOptions extends RemoteModelOptions {
  /** The server's template opens the thought in the prompt, so that the answer only closes it. Default false. */
  readonly startsThinking?: boolean;
  /** Added to the tokens of the answer where a request leaves the thoughts to the model. Default 1,024. */
  readonly thoughtTokens?: number;
  /**
   * For a whole answer, tries included: it ends there as if its tokens were used up, or fails as `model_too_slow` when not
   * a word has come. Default: no limit.
   */
  readonly maxAnswerMs?: number;
  /** Further fields of the request's body, e.g. `{ chat_template_kwargs: { enable_thinking: false } }`. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
}

/** A chat model behind a server. */
export interface RemoteChatModel extends ChatModel {
  /** Asks the server whether it is there; the result is what `status()` says from then on. */
  probe(call: { readonly signal: AbortSignal }): Promise<ModelStatus>;
}

/**
 * Answers with any OpenAI-compatible server: vLLM, SGLang, llama-server, Ollama. Failures before the first piece of the
 * answer are tried again, later ones are not.
 */
export function createRemoteChatModel(options: RemoteChatModelOptions): RemoteChatModel {
  const client = createRemoteClient(options);
  const server: Server = { options, client, takesSchemas: true };
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
    generate: async function* (request, { signal }) {
      try {
        for await (const event of answer(server, request, signal)) {
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

/** A server, and what was found out about it. */
interface Server {
  readonly options: RemoteChatModelOptions;
  readonly client: RemoteClient;
  /** False once it has answered only without `response_format`. */
  takesSchemas: boolean;
}

const OF_THE_REQUEST = ["prompt_too_long", "model_refused", "model_too_slow"] as const;

/** What is too long, not taken or too much says nothing about whether the server is there. */
function isRequestAtFault(error: unknown): boolean {
  return OF_THE_REQUEST.some((code) => isFrontdeskError(error, code));
}

/** Reads until the first chunk inside the retries, the rest outside. */
async function* answer(
  server: Server,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new AbortController();
  const { options, client } = server;
  const whole = createDeadline(client.timers, signal);
  if (options.maxAnswerMs !== undefined) whole.extend(options.maxAnswerMs);
  const joined = AbortSignal.any([whole.signal, reader.signal]);
  const reading = createChatAnswer({
    startsThinking: options.startsThinking ?? false,
    isStructured: request.jsonSchema !== null,
  });
  try {
    const { first, chunks } = await withRetries(retryOptions(options, client, joined), () =>
      open(server, request, joined),
    );
    if (first !== null) yield* reading.push(first);
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) break;
      yield* reading.push(next.value);
    }
    const last = reading.end();
    if (last === null) throw brokenOff(options, "the stream ended without an end mark");
    // All went into thoughts: another model, or a quotation, serves the reader better than nothing.
    if (!reading.hasText() && isCut(last)) throw tooSlow(options);
    yield* last;
  } catch (error) {
    if (signal.aborted || !whole.hasPassed()) throw error;
    const rest = reading.cut();
    if (rest === null) throw tooSlow(options);
    yield* rest;
  } finally {
    whole.clear();
    reader.abort();
  }
}

function isCut(events: readonly ChatEvent[]): boolean {
  return events.some((event) => event.type === "done" && event.stopReason === "length");
}

function retryOptions(
  options: RemoteChatModelOptions,
  client: RemoteClient,
  signal: AbortSignal,
): RetryOptions {
  return {
    attempts: options.attempts ?? DEFAULT_ATTEMPTS,
    patienceMs: options.firstByteMs ?? DEFAULT_FIRST_BYTE_MS,
    minMs: options.retryMinMs ?? DEFAULT_RETRY_MS,
    timers: client.timers,
    random: options.random ?? Math.random,
    signal,
    onRetry: (error, waitMs) =>
      options.logger.warn(
        { model: options.model, waitMs: Math.round(waitMs), reason: errorMessage(error) },
        "model request tried again",
      ),
  };
}

interface OpenedAnswer {
  readonly first: ChatChunk | null;
  readonly chunks: AsyncIterator<ChatChunk, void, undefined>;
}

async function open(
  server: Server,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const { options } = server;
  const response = await post(server, request, signal);
  const chunks = readChunks(options, response);
  const first = await chunks.next();
  return { first: first.done === true ? null : first.value, chunks };
}

/** Some servers know no `response_format`; whoever gets the answer checks it against the schema all the same. */
async function post(
  server: Server,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<RemoteAnswer> {
  const { options, client, takesSchemas } = server;
  const send = (body: object): Promise<RemoteAnswer> =>
    client.post("/chat/completions", body, signal);
  const plain = { ...request, jsonSchema: null };
  try {
    return await send(requestBody(options, takesSchemas ? request : plain));
  } catch (error) {
    const mayBeSchema = takesSchemas && request.jsonSchema !== null;
    if (!mayBeSchema || !isFrontdeskError(error, "model_refused")) throw error;
    const response = await send(requestBody(options, plain));
    server.takesSchemas = false;
    options.logger.warn(
      { model: options.model },
      "the model server takes no JSON schema; it is asked without one from now on",
    );
    return response;
  }
}

async function* readChunks(
  options: RemoteChatModelOptions,
  response: RemoteAnswer,
): AsyncGenerator<ChatChunk, void, undefined> {
  if (!response.isEventStream) {
    yield parseChunk(options, await response.json());
    return;
  }
  const parser = createSseParser();
  for await (const text of response.chunks) {
    for (const data of parser.push(text)) {
      if (data === "") continue;
      const chunk = parseEvent(options, data);
      if (saysSomething(chunk)) response.begun();
      yield chunk;
    }
  }
  for (const data of parser.end()) if (data !== "") yield parseEvent(options, data);
}

/** Some servers send the role at once, long before the first word. */
function saysSomething({ choices: [choice] }: ChatChunk): boolean {
  const { content, reasoning_content: thought, reasoning } = choice?.delta ?? {};
  return [content, thought, reasoning].some((text) => (text ?? "") !== "");
}

function parseEvent(options: RemoteChatModelOptions, data: string): ChatChunk {
  return data.trim() === "[DONE]" ? END_OF_STREAM : parseChunk(options, data);
}

function parseChunk(options: RemoteChatModelOptions, raw: unknown): ChatChunk {
  let chunk: ChatChunk;
  try {
    chunk = chatChunkSchema.parse(typeof raw === "string" ? JSON.parse(raw) : raw);
  } catch (error) {
    throw notUnderstood(options, error);
  }
  if (chunk.error !== undefined && chunk.error !== null)
    throw brokenOff(options, "the server reported an error");
  return chunk;
}

function requestBody(options: RemoteChatModelOptions, request: ChatRequest): object {
  const thoughtTokens = request.maxThoughtTokens ?? options.thoughtTokens ?? 1_024;
  return {
    ...options.extraBody,
    model: options.model,
    messages: request.messages.map(({ role, text }) => ({ role, content: text })),
    temperature: request.temperature,
    max_tokens: request.maxTokens + thoughtTokens,
    stream: true,
    stream_options: { include_usage: true },
    ...(request.jsonSchema === null
      ? {}
      : {
          response_format: {
            type: "json_schema",
            json_schema: { name: "answer", strict: true, schema: request.jsonSchema },
          },
        }),
  };
}
