import { FrontdeskError } from "../../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest } from "../../src/ports/chat-model.ts";
import type { InferenceObserver } from "../../src/ports/inference-observer.ts";
import type { EngineClient } from "../engine/engine-client.ts";
import type { GenerateRequest } from "../engine/protocol.ts";
import { systemTimers } from "../engine/timers.ts";
import { createEventStream, type EventStream } from "../event-stream.ts";
import { type Admission, createAdmission } from "./admission.ts";
import { type AnswerPace, createAnswerPace } from "./answer-pace.ts";
import { commonLoadOptions } from "./load-options.ts";
import {
  createEngineClient,
  type LocalModel,
  type LocalModelOptions,
  localModel,
} from "./local-model.ts";

const DEFAULT_MAX_QUEUED = 64;
/** Whoever asks while the process is started again is answered in another way, so nobody waits for it for long. */
const RESTART_PATIENCE_MS = 1_000;

export interface LocalChatModelOptions extends LocalModelOptions {
  /** Conversations answered at the same time; each takes memory for a context of its own. Null: what memory allows. */
  readonly sequences?: number | null;
  /** Tokens of context for each of them. Null: 4,096, or 2,048 where memory is short. */
  readonly contextSize?: number | null;
  /** File of a LoRA adapter that was trained for this model; it is put over it. Null, the default: none. */
  readonly adapterPath?: string | null;
  /**
   * Folder for the engine's state after each system prompt, so that no conversation has to wait until it is read again. Null,
   * the default: it is read again.
   */
  readonly stateFolder?: string | null;
  /**
   * Folder for conversations that have to make room for others, encrypted with a key that only the process of the model has,
   * and how much of it they may take. Null, the default: they are read again.
   */
  readonly spill?: { readonly folder: string; readonly maxBytes: number } | null;
  /** Requests that may wait before others are refused as `model_busy`. Default 64. */
  readonly maxQueued?: number;
  /**
   * Who would have to wait longer for his place than this is refused as `model_busy` at once, who has waited so long then.
   * Null, the default: no limit.
   */
  readonly maxWaitMs?: number | null;
  /**
   * From the request to the end of its answer, the wait included: what is written by then is the answer; when that is
   * nothing, it fails as `model_too_slow`. Null, the default: no limit.
   */
  readonly maxAnswerMs?: number | null;
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
  const limits = { restartPatienceMs: RESTART_PATIENCE_MS, ...options.limits };
  const client = createEngineClient(
    { ...options, limits },
    {
      role: "chat",
      ...common,
      contextSize: options.contextSize ?? null,
      sequences,
      wrapper: options.model.wrapper,
      adapterPath: options.adapterPath ?? null,
      stateFolder: options.stateFolder ?? null,
      spill: options.spill ?? null,
    },
  );
  const timers = options.timers ?? systemTimers;
  const pace = createAnswerPace();
  const admission = createAdmission({
    slots: sequences ?? 1, // until the model is loaded and knows better
    maxQueued: options.maxQueued ?? DEFAULT_MAX_QUEUED,
    maxWaitMs: options.maxWaitMs ?? null,
    timers,
    expectMs: pace.expectMs,
  });
  client.onReady((info) => admission.resize(info.sequences));
  const admitted = (waitMs: number): void =>
    options.observer?.admitted({ model: options.model.name, waitMs });
  const desk: AnswerDesk = {
    client,
    admission: timedAdmission(admission, timers.now, admitted),
    pace,
    now: timers.now,
    maxAnswerMs: options.maxAnswerMs ?? null,
  };
  return {
    ...localModel(client),
    queued: () => admission.depth(),
    generate: (request, call) => answer(desk, request, call.signal),
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

/** What answering needs. */
interface AnswerDesk {
  readonly client: EngineClient;
  readonly admission: Admission;
  readonly pace: AnswerPace;
  readonly maxAnswerMs: number | null;
  now(): number;
}

async function* answer(
  desk: AnswerDesk,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const reader = new AbortController();
  const stream = createEventStream<ChatEvent>();
  const work = run(desk, request, AbortSignal.any([signal, reader.signal]), stream);
  try {
    yield* stream.events;
  } finally {
    reader.abort();
    await work;
  }
}

/** Never rejects: what goes wrong goes into the stream. */
async function run(
  desk: AnswerDesk,
  request: ChatRequest,
  signal: AbortSignal,
  stream: EventStream<ChatEvent>,
): Promise<void> {
  const { client, admission, pace, maxAnswerMs } = desk;
  const askedAt = desk.now();
  const work = { promptChars: promptChars(request), maxTokens: request.maxTokens };
  try {
    let hasWaited = false;
    const lease = await admission.enter({
      ...request,
      ...work,
      signal,
      onQueued: (place, etaMs, of) => {
        hasWaited = true;
        stream.push({ type: "queued", place, etaMs, of });
      },
    });
    if (hasWaited) stream.push({ type: "admitted" });
    const leftMs =
      maxAnswerMs === null ? null : Math.max(0, Math.round(maxAnswerMs - (desk.now() - askedAt)));
    const result = await client.call(wireRequest(request, leftMs), {
      signal,
      onEvents: (events) => {
        for (const event of events) stream.push(event);
      },
      onReleased: lease.release,
    });
    if (result.kind !== "generated") throw new FrontdeskError("internal", "not a chat model");
    const { usage, timings } = result;
    pace.done({ ...work, ...timings, outputTokens: usage.outputTokens });
    stream.push({ type: "done", stopReason: result.stopReason, usage });
    stream.end();
  } catch (error) {
    stream.fail(error);
  }
}

function promptChars({ messages }: ChatRequest): number {
  return messages.reduce((sum, { text }) => sum + text.length, 0);
}

function wireRequest(request: ChatRequest, timeLimitMs: number | null): GenerateRequest {
  return {
    kind: "generate",
    messages: request.messages.map(({ role, text }) => ({ role, text })),
    conversationKey: request.conversationKey,
    maxTokens: request.maxTokens,
    maxThoughtTokens: request.maxThoughtTokens,
    temperature: request.temperature,
    timeLimitMs,
    jsonSchema: request.jsonSchema === null ? null : { ...request.jsonSchema },
  };
}
