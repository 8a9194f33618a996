import type { ErrorCode } from "../core/index.ts";
import type { ChatEvent } from "./chat-model.ts";

/** How one request to a chat model went. Times in milliseconds. */
export interface AnsweredRequest {
  readonly model: string;
  /** `aborted`: the reader has left or the caller has stopped it. */
  readonly outcome: "done" | "aborted" | ErrorCode;
  /** Until the first piece, thought or text; null when none came. */
  readonly firstTokenMs: number | null;
  /** What it cost; null when it did not come to its end. */
  readonly usage: Extract<ChatEvent, { type: "done" }>["usage"] | null;
}

/** What a model is asked for its state now and then. Cumulative numbers count from the start of its process. */
export interface ModelReading {
  readonly model: string;
  /** Requests that wait for a place; 0 where there is no queue. */
  readonly queued: number;
  /** How often its process has died; null for servers. */
  readonly deaths: number | null;
  /** Null before the first measurement and for servers. */
  readonly process: {
    readonly rssBytes: number;
    /** 99th percentile of the time by which its event loop is late. */
    readonly eventLoopP99Ms: number;
    /** What the model runs on: `cpu`, `cuda`, `vulkan`, `metal`. */
    readonly backend: string;
    /** So many of its layers are on the GPU. */
    readonly gpuLayers: number;
    /** Of the GPU; null without one. */
    readonly vramUsedBytes: number | null;
    /** How many decode steps carried how many conversations: `{ "2": 40 }`. */
    readonly decodeBatchSizes: Readonly<Record<string, number>>;
    /** Decode steps that left out a conversation which was being answered. */
    readonly incompleteSteps: number;
    readonly prefillTokens: number;
    readonly prefillMs: number;
    readonly decodeTokens: number;
    readonly decodeMs: number;
    /** Between two tokens of an answer, over the last 1,024; null when there were none. */
    readonly interTokenMs: { readonly p50: number; readonly p95: number } | null;
  } | null;
}

/** Told how inference goes. Must not throw. */
export interface InferenceObserver {
  /** A request has got its place after waiting so long; 0 when it did not have to. */
  admitted(admission: { readonly model: string; readonly waitMs: number }): void;
  answered(request: AnsweredRequest): void;
}
