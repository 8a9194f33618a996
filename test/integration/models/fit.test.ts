import { describe, expect, it, onTestFinished } from "vitest";
import { createLocalEmbedder, modelFileAt } from "../../../models/index.ts";
import type { InferenceObserver } from "../../../src/ports/inference-observer.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { makeScriptedModel, makeTinyEmbedder } from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const endless = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
const admissions: { readonly model: string; readonly waitMs: number }[] = [];
const observer: Pick<InferenceObserver, "admitted"> = {
  admitted: (admission) => admissions.push(admission),
};

describe("chat model of which nobody said how many conversations it holds", () => {
  const chat = localChat(endless, {
    sequences: null,
    contextSize: null,
    observer,
    limits: { heartbeatIntervalMs: 20 },
  });

  it("answers two at once on a processor, and tells how long each has waited", async () => {
    const talks = ["ann", "bob", "cid"].map((userKey) =>
      ask(chat, request("go on", { conversationKey: userKey, userKey, maxTokens: 60 })),
    );

    const said = await Promise.all(talks);

    expect(said.map(({ places }) => places)).toEqual([[], [], [1]]);
    const [first = 0, second = 0, third = 0] = admissions.map(({ waitMs }) => waitMs);
    expect(admissions).toHaveLength(3);
    expect(third).toBeGreaterThan(Math.max(first, second));
  });

  it("says what reading and writing have taken", async () => {
    const before = chat.stats();
    while (chat.stats() === before) await new Promise((resolve) => setTimeout(resolve, 20));

    const stats = chat.stats();
    expect(stats?.decodeTokens).toBeGreaterThan(100);
    expect(stats?.prefillTokens).toBeGreaterThan(3);
    expect(stats?.prefillMs).toBeGreaterThan(0);
    expect(stats?.interTokenMs?.p95).toBeGreaterThanOrEqual(stats?.interTokenMs?.p50 ?? Infinity);
    expect(stats?.rssBytes).toBeGreaterThan(10_000_000);
  });
});

describe("models beside others", () => {
  const memory = { bytes: 1_000_000, beside: "large-one (21.0 GB)" };

  it("are not loaded where those leave no room, and say the sums", async () => {
    const chat = localChat(endless, { memory, sequences: null }, "not-started");
    const embedder = createLocalEmbedder({
      model: modelFileAt(makeTinyEmbedder(folder)),
      logger: silentLogger,
      gpu: "off",
      memory,
    });
    onTestFinished(() => embedder.close());
    const { signal } = new AbortController();

    await expect(ask(chat, request("hello"))).rejects.toMatchObject({ code: "model_unavailable" });
    await expect(embedder.ready({ signal })).rejects.toMatchObject({ code: "model_unavailable" });

    const sums = /needs [\d.]+ [MG]B of memory, 1 MB are free beside large-one \(21\.0 GB\)/u;
    expect(chat.status().reason).toMatch(sums);
    expect(embedder.status().reason).toMatch(sums);
  });
});

describe("chat model that does not fit into memory", () => {
  it("is not loaded, and says how much it needs and how much is free", async () => {
    const chat = localChat(endless, { sequences: 100_000, contextSize: 131_072 }, "not-started");

    await expect(ask(chat, request("hello"))).rejects.toMatchObject({ code: "model_unavailable" });

    expect(chat.status().reason).toMatch(/needs [\d.]+ GB of memory, [\d.]+ GB are free/u);
  });
});
