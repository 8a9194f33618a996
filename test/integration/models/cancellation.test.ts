import { beforeAll, describe, expect, it } from "vitest";
import type { EngineRole } from "../../../models/engine/engine-host.ts";
import { loadRole } from "../../../models/engine/load-role.ts";
import type { GenerateRequest } from "../../../models/engine/protocol.ts";
import { makeScriptedModel } from "../../support/scripted-gguf.ts";
import { modelFolder } from "./local-chat.ts";

const folder = modelFolder();

function load(): Promise<EngineRole> {
  const modelPath = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
  return loadRole(
    {
      role: "chat",
      modelPath,
      sha256: null,
      contextSize: 4_096,
      threads: 1,
      gpu: "off",
      sequences: 1,
      wrapper: null,
      adapterPath: null,
      spill: null,
      stateFolder: null,
    },
    () => {},
  );
}

const work = (text: string, maxTokens: number): GenerateRequest => ({
  kind: "generate",
  messages: [{ role: "user", text }],
  conversationKey: "talk",
  maxTokens,
  maxThoughtTokens: 0,
  temperature: 0,
  timeLimitMs: null,
  jsonSchema: null,
});

function steps(role: EngineRole): number {
  return Object.values(role.stats().decodeBatchSizes).reduce((sum, count) => sum + count, 0);
}

describe("the engine", () => {
  let role: EngineRole;
  beforeAll(async () => {
    role = await load();
  });

  it("ends an answer within one step and gives its only sequence free", async () => {
    const controller = new AbortController();
    let stepsAtAbort: number | null = null;
    const quiet = { signal: new AbortController().signal, onStarted: () => {} };

    const answering = role.handle(work("go on", 4_000), {
      signal: controller.signal,
      onStarted: () => {},
      onEvents: () => {
        if (stepsAtAbort !== null) return;
        stepsAtAbort = steps(role);
        controller.abort(new Error("stop"));
      },
    });

    await expect(answering).rejects.toThrow("stop");
    expect(steps(role) - (stepsAtAbort ?? 0)).toBeLessThanOrEqual(1);
    const next = await role.handle(work("again", 5), { ...quiet, onEvents: () => {} });
    expect(next).toMatchObject({ kind: "generated", stopReason: "length" });
  });

  it("ends the reading of a long prompt after the piece that is being read", async () => {
    const controller = new AbortController();
    const text = "many words of a long prompt ".repeat(130);
    const quiet = { signal: new AbortController().signal, onStarted: () => {} };

    const reading = role.handle(work(text, 5), {
      signal: controller.signal,
      onStarted: () => setImmediate(() => controller.abort(new Error("stop"))),
      onEvents: () => {},
    });

    await expect(reading).rejects.toThrow("stop");
    const next = await role.handle(work(text, 5), { ...quiet, onEvents: () => {} });
    const cached = next.kind === "generated" ? next.usage.cachedTokens : null;
    expect(cached).toBeLessThanOrEqual(512);
  });

  it("refuses what it could not begin in time, and answers the next one", async () => {
    const call = {
      signal: new AbortController().signal,
      onStarted: () => {},
      onEvents: () => {},
    };
    const long = { ...work("a long prompt ".repeat(100), 50), timeLimitMs: 0 };

    const asking = role.handle(long, call);

    await expect(asking).rejects.toMatchObject({ code: "model_too_slow", retryable: true });
    expect(await role.handle(work("hello", 5), call)).toMatchObject({ stopReason: "length" });
  });
});
