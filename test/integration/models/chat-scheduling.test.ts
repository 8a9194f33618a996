import { describe, expect, it } from "vitest";
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

/** How many steps have carried how many answers so far; the second new measurement was surely begun after this call. */
async function decodeBatchSizes(): Promise<Readonly<Record<string, number>>> {
  for (let fresh = 0; fresh < 2; fresh += 1) {
    const seen = many.stats();
    while (many.stats() === seen) await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return many.stats()?.decodeBatchSizes ?? {};
}

describe("batches of the real engine", () => {
  it.each([2, 4])("carry all %d answers in nearly every step", async (count) => {
    const before = await decodeBatchSizes();

    const names = Array.from({ length: count }, (_, index) => `talk ${index}`);
    await Promise.all(names.map((name) => ask(many, talk(name, 120))));

    const after = await decodeBatchSizes();
    const steps = (size: number): number => (after[size] ?? 0) - (before[size] ?? 0);
    const all = [1, 2, 3, 4].map(steps).reduce((sum, number) => sum + number, 0);
    // The library's own strategies never fill a batch: 0 of all.
    expect(steps(count) / all).toBeGreaterThan(0.7);
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
