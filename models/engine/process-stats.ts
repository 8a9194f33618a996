import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LlamaModel } from "node-llama-cpp";
import type { EngineStats } from "./protocol.ts";

const RESOLUTION_MS = 20;
/** What happened longer ago says nothing of now; what is shorter says nothing at all. */
const WINDOW_MS = 5_000;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
let windowSince = performance.now();

/** What every role says of its process and its model; the lateness of the event loop counts over the last seconds. */
export function processStats({ llama, gpuLayers }: LlamaModel): EngineStats {
  const lateMs = delay.percentile(99) / 1e6 - RESOLUTION_MS;
  if (performance.now() - windowSince > WINDOW_MS) {
    delay.reset();
    windowSince = performance.now();
  }
  return {
    rssBytes: process.memoryUsage.rss(),
    eventLoopP99Ms: Number.isFinite(lateMs) ? Math.max(0, lateMs) : 0,
    backend: llama.gpu === false ? "cpu" : llama.gpu,
    gpuLayers: llama.gpu === false ? 0 : gpuLayers,
    vramUsedBytes: null,
    decodeBatchSizes: {},
    incompleteSteps: 0,
    prefillTokens: 0,
    prefillMs: 0,
    decodeTokens: 0,
    decodeMs: 0,
    interTokenMs: null,
  };
}
