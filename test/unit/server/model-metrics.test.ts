import { Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { createModelMetrics } from "../../../src/server/model-metrics.ts";

const PROCESS = {
  rssBytes: 1_000,
  eventLoopP99Ms: 5,
  backend: "cuda",
  gpuLayers: 29,
  vramUsedBytes: null,
  incompleteSteps: 1,
  decodeBatchSizes: { "1": 4, "2": 40 },
  prefillTokens: 500,
  prefillMs: 2_000,
  decodeTokens: 84,
  decodeMs: 4_200,
  interTokenMs: { p50: 45, p95: 90 },
} as const;

/** Names of the gauges that speak of a model. */
function seriesOf(text: string, model: string): readonly string[] {
  return text
    .split("\n")
    .filter((line) => line.includes(`model="${model}"`) && !line.includes("queue_wait"))
    .map((line) => line.slice(0, line.indexOf("{")));
}

const usage = { promptTokens: 100, cachedTokens: 80, outputTokens: 20, thoughtTokens: 5 };

describe("metrics of models", () => {
  it("count requests, tokens and times of answers", async () => {
    const registry = new Registry();
    const metrics = createModelMetrics(registry);

    metrics.admitted({ model: "m", waitMs: 40 });
    metrics.answered({ model: "m", outcome: "done", firstTokenMs: 300, usage });
    metrics.answered({ model: "m", outcome: "aborted", firstTokenMs: null, usage: null });

    const text = await registry.metrics();
    expect(text).toContain('frontdesk_model_requests_total{model="m",outcome="done"} 1');
    expect(text).toContain('frontdesk_model_requests_total{model="m",outcome="aborted"} 1');
    expect(text).toContain('frontdesk_model_tokens_total{model="m",kind="prefix_hit"} 80');
    expect(text).toContain('frontdesk_model_tokens_total{model="m",kind="thought"} 5');
    expect(text).toContain('frontdesk_model_queue_wait_seconds_sum{model="m"} 0.04');
    expect(text).toContain('frontdesk_model_first_token_seconds_sum{model="m"} 0.3');
  });

  it("show what the models say of themselves", async () => {
    const registry = new Registry();
    const metrics = createModelMetrics(registry);

    metrics.read([
      { model: "m", queued: 3, deaths: 2, process: PROCESS },
      { model: "server", queued: 0, deaths: null, process: null },
    ]);

    const text = await registry.metrics();
    expect(text).toContain('frontdesk_model_queue_depth{model="m"} 3');
    expect(text).toContain('frontdesk_model_restarts{model="m"} 2');
    expect(text).not.toContain('frontdesk_model_restarts{model="server"}');
    expect(text).toContain('frontdesk_model_decode_steps{model="m",conversations="2"} 40');
    expect(text).toContain('frontdesk_model_engine_seconds{model="m",phase="prefill"} 2');
    expect(text).toContain('frontdesk_model_inter_token_seconds{model="m",quantile="0.95"} 0.09');
    expect(text).toContain('frontdesk_model_gpu_layers{model="m",backend="cuda"} 29');
    expect(text).not.toContain("frontdesk_model_vram_bytes{");
  });

  it("show nothing any more of a model that another one has replaced", async () => {
    const registry = new Registry();
    const metrics = createModelMetrics(registry);
    const process = { ...PROCESS, vramUsedBytes: 5 };
    metrics.admitted({ model: "old", waitMs: 40 });
    metrics.read([{ model: "old", queued: 3, deaths: 2, process }]);
    const before = await registry.metrics();

    metrics.read([{ model: "new", queued: 0, deaths: 0, process }]);

    const after = await registry.metrics();
    expect(seriesOf(before, "old")).toHaveLength(seriesOf(after, "new").length);
    expect(seriesOf(after, "new")).toContain("frontdesk_model_queue_depth");
    expect(seriesOf(after, "old")).toEqual([]);
    expect(after).toContain('frontdesk_model_queue_wait_seconds_sum{model="old"} 0.04');
  });
});
