import { describe, expect, it } from "vitest";
import { createLocalChatModel, modelFileAt } from "../../../models/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { fakeEngines } from "./fake-engine.ts";
import { manualTimers } from "./manual-timers.ts";

const signal = new AbortController().signal;

describe("chat model whose process has died", () => {
  it("lets the question be answered in another way within a second", async () => {
    const timers = manualTimers();
    const { spawn, all } = fakeEngines();
    const model = createLocalChatModel({
      model: modelFileAt("/m.gguf"),
      logger: silentLogger,
      spawn,
      timers,
      threads: 1,
    });
    model.start();
    all[0]?.ready();
    all[0]?.exit();

    const asking = model
      .generate(
        {
          messages: [{ role: "user", text: "hello" }],
          conversationKey: "talk",
          userKey: "ann",
          priority: "interactive",
          maxTokens: 5,
          maxThoughtTokens: 0,
          temperature: 0,
          jsonSchema: null,
        },
        { signal },
      )
      [Symbol.asyncIterator]()
      .next();
    asking.catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
    timers.advance(1_000);

    await expect(asking).rejects.toMatchObject({ code: "model_unavailable", retryable: true });
  });
});
