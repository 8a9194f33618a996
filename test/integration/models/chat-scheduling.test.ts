import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFallbackChatModel, createRemoteChatModel } from "../../../models/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { type OpenAiStub, startOpenAiStub } from "../../support/openai-stub.ts";
import { makeScriptedModel } from "../../support/scripted-gguf.ts";
import { ask, localChat, modelFolder, request } from "./local-chat.ts";

const folder = modelFolder();
const endless = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
const talk = (conversationKey: string, maxTokens: number): ReturnType<typeof request> =>
  request("go on", { conversationKey, userKey: conversationKey, maxTokens, maxThoughtTokens: 0 });

const many = localChat(endless, {
  sequences: 4,
  contextSize: 1_024,
  limits: { heartbeatIntervalMs: 20 },
});
const one = localChat(endless, { sequences: 1, contextSize: 1_024 });

interface Steps {
  readonly decodeBatchSizes: Readonly<Record<string, number>>;
  readonly incompleteSteps: number;
}

/** How many steps have carried how many answers so far; the second new measurement was surely begun after this call. */
async function stepsSoFar(): Promise<Steps> {
  for (let fresh = 0; fresh < 2; fresh += 1) {
    const seen = many.stats();
    while (many.stats() === seen) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return many.stats() ?? { decodeBatchSizes: {}, incompleteSteps: 0 };
}

describe("batches of the real engine", () => {
  it.each([2, 4])("carry all %d answers in nearly every step", async (count) => {
    const before = await stepsSoFar();

    const names = Array.from({ length: count }, (_, index) => `talk ${index}`);
    await Promise.all(names.map((name) => ask(many, talk(name, 120))));

    const after = await stepsSoFar();
    const steps = (size: number): number =>
      (after.decodeBatchSizes[size] ?? 0) - (before.decodeBatchSizes[size] ?? 0);
    const all = [1, 2, 3, 4].map(steps).reduce((sum, number) => sum + number, 0);
    // The library's own strategies never fill a batch: 0 of all.
    expect(steps(count) / all).toBeGreaterThan(0.9);
    // What is not full begins or ends: no answer that was being written was left out.
    expect(after.incompleteSteps - before.incompleteSteps).toBe(0);
  });
});

describe("requests beside one another", () => {
  it("lets a new one in while long answers run", async () => {
    await ask(many, talk("short", 5));
    const order: string[] = [];
    const long = ["first", "second"].map((name) =>
      ask(many, talk(name, 800)).then(() => order.push(name)),
    );

    // The sequence of this conversation holds tokens that must be erased first, which needs the context's lock.
    await ask(many, { ...talk("short", 5), messages: [{ role: "user", text: "another" }] });
    order.push("short");
    await Promise.all(long);

    expect(order[0]).toBe("short");
  });

  it("have others wait and tells them their place", async () => {
    const running = ask(one, talk("ann", 60));
    const waiting = [ask(one, talk("bob", 5)), ask(one, talk("cid", 5))];

    const [first, second] = await Promise.all(waiting);
    await running;

    expect(first?.places).toEqual([1]);
    expect(second?.places).toEqual([2, 1]);
    expect(one.queued()).toBe(0);
  });

  it("tells how long it will take once an answer was measured", async () => {
    await ask(one, talk("ann", 60));
    const running = ask(one, talk("ann", 60));
    const waiting = [ask(one, talk("bob", 60)), ask(one, talk("cid", 60))];

    const [first, second] = await Promise.all(waiting);
    await running;

    const [nextEta, lastEta] = [first?.etas[0] ?? 0, second?.etas[0] ?? 0];
    expect(nextEta).toBeGreaterThan(0);
    expect(lastEta).toBeGreaterThan(nextEta);
  });

  it("frees the sequence when a running one is stopped", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const running = ask(one, talk("ann", 5_000), controller.signal);
    running.catch(() => {});
    const waiting = ask(one, talk("bob", 5));

    controller.abort(reason);

    await expect(running).rejects.toBe(reason);
    expect((await waiting).text).not.toBe("");
  });

  it("forget one that is stopped while it waits", async () => {
    const controller = new AbortController();
    const running = ask(one, talk("ann", 60));
    const waiting = ask(one, talk("bob", 5), controller.signal);
    waiting.catch(() => {});

    controller.abort(new Error("stop"));

    await expect(waiting).rejects.toThrow("stop");
    expect(one.queued()).toBe(0);
    await running;
  });

  it("end by length when the context is full", async () => {
    const said = await ask(one, talk("long", 5_000));

    expect(said.done.stopReason).toBe("length");
    expect(said.done.usage.promptTokens + said.done.usage.outputTokens).toBeLessThanOrEqual(1_024);
  });
});

describe("limits of time", () => {
  const hurried = localChat(endless, { maxWaitMs: 0, maxAnswerMs: 300, contextSize: 8_192 });
  let server: OpenAiStub;
  beforeAll(async () => {
    server = await startOpenAiStub();
  });
  afterAll(() => server.close());

  it("end an answer that takes too long, and keep what was written", async () => {
    const said = await ask(hurried, talk("ann", 8_000));

    expect(said.done.stopReason).toBe("length");
    expect(said.text).toContain("on and on it goes");
    expect(said.done.usage.outputTokens).toBeLessThan(8_000);
  });

  it("let a server answer what would have to wait too long", async () => {
    server.plan({ type: "answer", text: "From the server." });
    const remote = createRemoteChatModel({
      baseUrl: server.baseUrl,
      model: "m",
      apiKey: null,
      logger: silentLogger,
    });
    const both = createFallbackChatModel([hurried, remote], silentLogger);
    if (both === null) throw new Error("there are two models");

    const [local, overflow] = await Promise.all([
      ask(both, talk("ann", 8_000)),
      ask(both, talk("bob", 50)),
    ]);

    expect(local.text).toContain("on and on it goes");
    expect(overflow.text).toBe("From the server.");
  });
});
