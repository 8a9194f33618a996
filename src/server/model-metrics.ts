import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { InferenceObserver, ModelReading } from "../ports/inference-observer.ts";

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

/** Counts inference. */
export interface ModelMetrics extends InferenceObserver {
  /** Puts the state of the models into the gauges; called with every scrape. */
  read(readings: readonly ModelReading[]): void;
}

/** All names begin with `frontdesk_model_`. */
export function createModelMetrics(registry: Registry): ModelMetrics {
  const requests = counter(registry, "requests_total", "Requests to the chat model by result", [
    "model",
    "outcome",
  ]);
  const tokens = counter(registry, "tokens_total", "Tokens read, reused and written", [
    "model",
    "kind",
  ]);
  const waits = histogram(registry, "queue_wait_seconds", "Wait for a place at the chat model");
  const firstTokens = histogram(
    registry,
    "first_token_seconds",
    "From the request to the first token, the wait included",
  );
  const read = createReadings(registry);
  return {
    admitted: ({ model, waitMs }) => waits.observe({ model }, waitMs / 1000),
    answered: ({ model, outcome, firstTokenMs, usage }) => {
      requests.inc({ model, outcome });
      if (firstTokenMs !== null) firstTokens.observe({ model }, firstTokenMs / 1000);
      if (usage === null) return;
      tokens.inc({ model, kind: "prompt" }, usage.promptTokens);
      tokens.inc({ model, kind: "prefix_hit" }, usage.cachedTokens);
      tokens.inc({ model, kind: "output" }, usage.outputTokens);
      tokens.inc({ model, kind: "thought" }, usage.thoughtTokens);
    },
    read,
  };
}

function counter<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Counter<Label> {
  return new Counter({
    name: `frontdesk_model_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
}

function histogram(registry: Registry, name: string, help: string): Histogram<"model"> {
  return new Histogram({
    name: `frontdesk_model_${name}`,
    help,
    labelNames: ["model"],
    buckets: SECONDS,
    registers: [registry],
  });
}

function gauge<Label extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly Label[],
): Gauge<Label> {
  return new Gauge({
    name: `frontdesk_model_${name}`,
    help,
    labelNames: [...labelNames],
    registers: [registry],
  });
}

/**
 * Series that the models count themselves. They begin again at 0 with each restart of a model's process, as counters
 * may.
 */
function createReadings(registry: Registry): (readings: readonly ModelReading[]) => void {
  const model = ["model"] as const;
  const queued = gauge(registry, "queue_depth", "Requests that wait for a place", model);
  const deaths = gauge(registry, "restarts", "How often a model's process has died", model);
  const rss = gauge(registry, "rss_bytes", "Memory of a model's process", model);
  const gpuLayers = gauge(
    registry,
    "gpu_layers",
    "Layers of a model that are on the GPU; 0 when it runs on the CPU alone",
    ["model", "backend"],
  );
  const vram = gauge(registry, "vram_bytes", "Used memory of the GPU", model);
  const late = gauge(
    registry,
    "event_loop_p99_seconds",
    "Lateness of a model's event loop over the last seconds",
    model,
  );
  const interToken = gauge(
    registry,
    "inter_token_seconds",
    "Time between two tokens of an answer, over the last 1,024",
    ["model", "quantile"],
  );
  const steps = gauge(registry, "decode_steps", "Decode steps by the conversations they carried", [
    "model",
    "conversations",
  ]);
  const incomplete = gauge(
    registry,
    "incomplete_steps",
    "Decode steps that left out a conversation which was being answered",
    model,
  );
  const engineTokens = gauge(
    registry,
    "engine_tokens",
    "Tokens that a model's process has read and written",
    ["model", "phase"],
  );
  const engineSeconds = gauge(
    registry,
    "engine_seconds",
    "Time that answers spent in each phase; tokens by seconds is the speed",
    ["model", "phase"],
  );
  const all = [queued, deaths, rss, gpuLayers, vram, late, interToken, steps, incomplete];
  return (readings) => {
    // Else a model that was replaced would stay as it was last.
    for (const each of [...all, engineTokens, engineSeconds]) each.reset();
    for (const reading of readings) {
      const labels = { model: reading.model };
      queued.set(labels, reading.queued);
      if (reading.deaths !== null) deaths.set(labels, reading.deaths);
      const { process } = reading;
      if (process === null) continue;
      rss.set(labels, process.rssBytes);
      late.set(labels, process.eventLoopP99Ms / 1000);
      gpuLayers.set({ ...labels, backend: process.backend }, process.gpuLayers);
      if (process.vramUsedBytes !== null) vram.set(labels, process.vramUsedBytes);
      for (const [conversations, count] of Object.entries(process.decodeBatchSizes)) {
        steps.set({ ...labels, conversations }, count);
      }
      incomplete.set(labels, process.incompleteSteps);
      engineTokens.set({ ...labels, phase: "prefill" }, process.prefillTokens);
      engineTokens.set({ ...labels, phase: "decode" }, process.decodeTokens);
      engineSeconds.set({ ...labels, phase: "prefill" }, process.prefillMs / 1000);
      engineSeconds.set({ ...labels, phase: "decode" }, process.decodeMs / 1000);
      if (process.interTokenMs === null) continue;
      interToken.set({ ...labels, quantile: "0.5" }, process.interTokenMs.p50 / 1000);
      interToken.set({ ...labels, quantile: "0.95" }, process.interTokenMs.p95 / 1000);
    }
  };
}
