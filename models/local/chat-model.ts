import { FrontdeskError } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";
import type { InferenceObserver } from "../../src/ports/inference-observer.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import type { GenerateRequest } from "../engine/protocol.ts";
import { systemTimers } from "../engine/timers.ts";
import { createEventStream, type EventStream } from "../event-stream.ts";
import { type Admission, createAdmission } from "./admission.ts";
import { commonLoadOptions } from "./load-options.ts";
import {
  createEngineClient,
  type LocalModel,
  type LocalModelOptions,
  localModel,
} from "./local-model.ts";

const DEFAULT_MAX_QUEUED = 64;

export interface LocalChatModelOptions extends LocalModelOptions {
  /** Conversations answered at the same time; each takes memory for a context of its own. Null: what memory allows. */
  readonly sequences?: number | null;
  /** Tokens of context for each of them. Null: 4,096, or 2,048 where memory is short. */
  readonly contextSize?: number | null;
  /** Requests that may wait before others are refused as `model_busy`. Default 64. */
  readonly maxQueued?: number;
  /** Told how long each request waited for its place. */
  readonly observer?: Pick<InferenceObserver, "admitted">;
}

/** A chat model that runs in a child process of its own. */
export interface LocalChatModel extends ChatModel, LocalModel {
  /** How many requests wait for a free sequence. */
  queued(): number;
}

/**
 * Answers with a GGUF model in a child process, which starts with the first request or by `start()`. As many requests as
 * there are sequences are answered at once, the others wait fairly and are told their place. An answer that nobody
 * reads any more is stopped.
 */
export function createLocalChatModel(options: LocalChatModelOptions): LocalChatModel {
  const sequences = options.sequences ?? null;
  const common = commonLoadOptions(options.model, options);
  const client = createEngineClient(options, {
    role: "chat",
    ...common,
    contextSize: options.contextSize ?? null,
    sequences,
    wrapper: options.model.wrapper,
  });
  const { now } = options.timers ?? systemTimers;
  const admission = createAdmission({
    slots: sequences ?? 1, // until the model is loaded and knows better
    maxQueued: options.maxQueued ?? DEFAULT_MAX_QUEUED,
    now,
  });
  client.onReady((info) => admission.resize(info.sequences));
  const admitted = (waitMs: number): void =>
    options.observer?.admitted({ model: options.model.name, waitMs });
  return {
    ...localModel(client),
    queued: () => admission.depth(),
    generate: (request, call) =>
      answer(client, timedAdmission(admission, now, admitted), request, call.signal),
  };
}

/** The same queue, with somebody told how long each one waited in it. */
function timedAdmission(
  admission: Admission,
  now: () => number,
  admitted: (waitMs: number) => void,
): Admission {
  return {
    ...admission,
    enter: async (request) => {
      const askedAt = now();
      const lease = await admission.enter(request);
      admitted(now() - askedAt);
      return lease;
    },
  };
}

async function* answer(
  client: EngineClient,
  admission: Admission,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new AbortController();
  const stream = createEventStream<ChatEvent>();
  const work = run(client, admission, request, AbortSignal.any([signal, reader.signal]), stream);
  try {
    yield* stream.events;
  } finally {
    reader.abort();
    await work;
  }
}

/** Never rejects: what goes wrong goes into the stream. */
async function run(
  client: EngineClient,
  admission: Admission,
  request: ChatRequest,
  signal: AbortSignal,
  stream: EventStream<ChatEvent>,
): Promise<void> {
  try {
    const lease = await admission.enter({
      ...request,
      signal,
      onQueued: (place, etaMs, of) => stream.push({ type: "queued", place, etaMs, of }),
    });
    const result = await client.call(wireRequest(request), {
      signal,
      onEvents: (events) => {
        for (const event of events) stream.push(event);
      },
      onReleased: lease.release,
    });
    if (result.kind !== "generated") throw new FrontdeskError("internal", "not a chat model");
    stream.push({ type: "done", stopReason: result.stopReason, usage: result.usage });
    stream.end();
  } catch (error) {
    stream.fail(error);
  }
}

function wireRequest(request: ChatRequest): GenerateRequest {
  return {
    kind: "generate",
    messages: request.messages.map(({ role, text }) => ({ role, text })),
    conversationKey: request.conversationKey,
    maxTokens: request.maxTokens,
    maxThoughtTokens: request.maxThoughtTokens,
    temperature: request.temperature,
    jsonSchema: request.jsonSchema === null ? null : { ...request.jsonSchema },
  };
}
