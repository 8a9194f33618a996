import { describe, expect, it } from "vitest";
import { EngineClient } from "../../../models/engine/engine-client.ts";
import { DEFAULT_LIMITS } from "../../../models/engine/limits.ts";
import type { EngineEvent, EngineRequest, EngineResult } from "../../../models/engine/protocol.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { FAKE_INFO, FAKE_STATS, type FakeEngine, fakeEngines } from "./fake-engine.ts";
import { type ManualTimers, manualTimers } from "./manual-timers.ts";

const RESULT: EngineResult = { kind: "scores", scores: [1] };
const request = (text: string): EngineRequest => ({
  kind: "embed",
  texts: [text],
  purpose: "query",
});

const answerWithin = (timeLimitMs: number | null): EngineRequest => ({
  kind: "generate",
  messages: [{ role: "user", text: "hello" }],
  conversationKey: "talk",
  maxTokens: 10,
  maxThoughtTokens: 0,
  temperature: 0,
  timeLimitMs,
  jsonSchema: null,
});

/** Time passes while the process answers every ping. */
function alive(
  timers: ManualTimers,
  engine: FakeEngine,
  ms: number,
  step: (passed: number) => number | null = () => null,
): void {
  for (let passed = 0; passed < ms; passed += 500) {
    timers.advance(500);
    engine.tell({ type: "pong", stats: FAKE_STATS, step: step(passed) });
  }
}

interface World {
  readonly client: EngineClient;
  readonly timers: ManualTimers;
  readonly engines: readonly FakeEngine[];
  child(): FakeEngine;
  call(text: string, options?: CallOptions): Promise<EngineResult>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onEvents?: (events: readonly EngineEvent[]) => void;
  readonly onReleased?: () => void;
}

function world(): World {
  const timers = manualTimers();
  const { spawn, all } = fakeEngines();
  const client = new EngineClient({
    load: {
      role: "embed",
      modelPath: "/m.gguf",
      sha256: null,
      contextSize: null,
      threads: 1,
      gpu: "off",
    },
    modelName: "tiny",
    logger: silentLogger,
    timers,
    spawn,
    random: () => 0,
  });
  const child = (): FakeEngine => {
    const last = all.at(-1);
    if (last === undefined) throw new Error("no child was started");
    return last;
  };
  const call = (text: string, options: CallOptions = {}): Promise<EngineResult> => {
    const result = client.call(request(text), { signal: new AbortController().signal, ...options });
    result.catch(() => {});
    return result;
  };
  return { client, timers, engines: all, child, call };
}

/** The only request that a child was sent. */
function onlyId(engine: FakeEngine): number {
  expect(engine.requestIds()).toHaveLength(1);
  return engine.requestIds()[0] ?? -1;
}

describe("client of a model's process", () => {
  it("starts the process with the first call and sends it when the model is loaded", async () => {
    const { child, call } = world();

    const result = call("hello");
    expect(child().requestIds()).toHaveLength(0);
    child().ready();
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(result).resolves.toEqual(RESULT);
  });

  it("passes pieces of the answer on in order", async () => {
    const { child, call } = world();
    const seen: EngineEvent[] = [];
    const result = call("hello", { onEvents: (events) => seen.push(...events) });
    child().ready();
    const id = onlyId(child());

    child().tell({ type: "events", id, events: [{ type: "thought", text: "hm" }] });
    child().tell({ type: "events", id, events: [{ type: "text", text: "yes" }] });
    child().tell({ type: "result", id, result: RESULT });
    await result;

    expect(seen).toEqual([
      { type: "thought", text: "hm" },
      { type: "text", text: "yes" },
    ]);
  });

  it("sends again, once, what had begun without a word when the process died", async () => {
    const { child, call, timers, engines } = world();
    const result = call("hello");
    child().ready();
    child().tell({ type: "started", id: onlyId(child()) });

    child().exit();
    timers.advance(1_000);
    child().ready();
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(result).resolves.toEqual(RESULT);
    expect(engines).toHaveLength(2);
  });

  it("fails an answer that was streaming when the process died", async () => {
    const { child, call } = world();
    const result = call("hello");
    child().ready();
    const id = onlyId(child());
    child().tell({ type: "started", id });
    child().tell({ type: "events", id, events: [{ type: "text", text: "ye" }] });

    child().exit();

    await expect(result).rejects.toMatchObject({ code: "model_crashed", retryable: true });
  });

  it("refuses a request that was worked on in two crashes, also when it comes again", async () => {
    const { child, call, timers } = world();
    const result = call("killer");
    for (let crash = 0; crash < 2; crash += 1) {
      child().ready();
      child().tell({ type: "started", id: onlyId(child()) });
      child().exit({ signal: "SIGSEGV" });
      timers.advance(2_000);
    }

    await expect(result).rejects.toMatchObject({ code: "request_poisonous" });
    await expect(call("killer")).rejects.toMatchObject({ code: "request_poisonous" });
  });

  it("takes a process that was ended for want of memory for a crash", async () => {
    const { child, call, timers } = world();
    const result = call("greedy");
    for (let crash = 0; crash < 2; crash += 1) {
      child().ready();
      child().tell({ type: "started", id: onlyId(child()) });
      child().exit({ signal: "SIGKILL", isOutOfMemory: true });
      timers.advance(2_000);
    }

    await expect(result).rejects.toMatchObject({ code: "request_poisonous" });
  });

  it("suspects a request only when somebody ends the process for the third time while it is alone in it", async () => {
    const { child, call, timers } = world();
    const end = (): void => {
      child().ready();
      child().tell({ type: "started", id: onlyId(child()) });
      child().exit({ signal: "SIGKILL" });
      timers.advance(4_000);
    };
    const first = call("suspect");
    end();
    end();
    await expect(first).rejects.toMatchObject({ code: "model_crashed", retryable: true });
    const second = call("suspect");

    end();

    await expect(second).rejects.toMatchObject({ code: "request_poisonous" });
  });

  it("suspects nobody when somebody ends a process that works on several requests", async () => {
    const { child, call, timers } = world();
    for (let time = 0; time < 3; time += 1) {
      const both = [call("one"), call("other")];
      child().ready();
      for (const id of child().requestIds()) {
        child().tell({ type: "started", id });
        child().tell({ type: "events", id, events: [{ type: "text", text: "we" }] });
      }
      child().exit({ signal: "SIGKILL" });
      for (const result of both) {
        await expect(result).rejects.toMatchObject({ code: "model_crashed", retryable: true });
      }
      timers.advance(4_000);
    }
  });

  it("does not blame a request when somebody stopped the process (SIGSTOP)", async () => {
    const { child, call, timers } = world();
    const result = call("innocent");
    for (let time = 0; time < 2; time += 1) {
      const stopped = child();
      stopped.ready();
      stopped.tell({ type: "started", id: onlyId(stopped) });
      stopped.stop();
      timers.advance(4 * DEFAULT_LIMITS.heartbeatIntervalMs);
      expect(stopped.wasKilled).toBe(true);
      timers.advance(2_000);
    }

    await expect(result).rejects.toMatchObject({ code: "model_crashed", retryable: true });
    child().ready();
    const again = call("innocent");
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(again).resolves.toEqual(RESULT);
  });

  it("does not blame a request that only waited in the process that died", async () => {
    const { child, call, timers } = world();
    const result = call("innocent");
    for (let crash = 0; crash < 3; crash += 1) {
      child().ready();
      child().exit();
      timers.advance(4_000);
    }
    child().ready();
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(result).resolves.toEqual(RESULT);
  });

  it("forgets a poisonous request after an hour", async () => {
    const { child, call, timers } = world();
    call("killer").catch(() => {});
    for (let crash = 0; crash < 2; crash += 1) {
      child().ready();
      child().tell({ type: "started", id: onlyId(child()) });
      child().exit({ signal: "SIGABRT" });
      timers.advance(2_000);
    }

    timers.advance(3_600_000);
    child().ready();
    const again = call("killer");
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(again).resolves.toEqual(RESULT);
  });

  it("rejects at once when aborted, and says later when the process has let go", async () => {
    const { child, call } = world();
    const controller = new AbortController();
    const reason = new Error("stop");
    let released = 0;
    const result = call("hello", {
      signal: controller.signal,
      onReleased: () => {
        released += 1;
      },
    });
    child().ready();
    const id = onlyId(child());

    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
    expect(released).toBe(0);
    expect(child().sent.at(-1)).toEqual({ type: "cancel", id });
    child().tell({ type: "cancelled", id });

    expect(released).toBe(1);
  });

  it("hears nothing of an answer any more after an abort", async () => {
    const { child, call } = world();
    const controller = new AbortController();
    const seen: EngineEvent[] = [];
    const result = call("hello", {
      signal: controller.signal,
      onEvents: (events) => seen.push(...events),
    });
    child().ready();

    controller.abort(new Error("stop"));
    child().tell({ type: "events", id: onlyId(child()), events: [{ type: "text", text: "late" }] });
    await expect(result).rejects.toThrow("stop");

    expect(seen).toEqual([]);
  });

  it("gives up waiting for a restart after its patience", async () => {
    const { child, call, timers } = world();
    call("first").catch(() => {});
    child().ready();
    child().exit();
    timers.advance(1_000);

    const result = call("second");
    timers.advance(5_000);

    await expect(result).rejects.toMatchObject({ code: "model_unavailable", retryable: true });
  });

  it("tells all who wait for a restart at the same time, whenever they came", async () => {
    const { child, call, timers } = world();
    call("first").catch(() => {});
    child().ready();
    child().exit();
    const told: string[] = [];
    const ask = (text: string): Promise<unknown> => call(text).catch(() => told.push(text));

    const early = ask("early");
    timers.advance(3_000);
    const late = ask("late");
    timers.advance(1_999);
    await Promise.resolve();
    expect(told).toEqual([]);
    timers.advance(1);
    await Promise.all([early, late]);
    const after = ask("after");
    timers.advance(0);
    await after;

    expect(told).toEqual(["early", "late", "after"]);
  });

  it("ends a process that answers pings but whose step does not end", async () => {
    const { client, child, timers } = world();
    const { signal } = new AbortController();
    const hung = client.call(answerWithin(10_000), { signal });
    hung.catch(() => {});
    child().ready();
    const first = child();
    first.tell({ type: "started", id: onlyId(first) });

    alive(timers, first, 39_500);
    expect(first.wasKilled).toBe(false);
    alive(timers, first, 500);

    expect(first.wasKilled).toBe(true);
    await expect(hung).rejects.toMatchObject({ code: "model_crashed" });
    await expect(hung).rejects.toThrow("a step does not end");
    timers.advance(1_000);
    child().ready();
    expect(child().requestIds()).toEqual([]);
  });

  it("ends a process that answers pings but never gets done with a text", async () => {
    const { child, call, timers } = world();
    const hung = call("hello");
    child().ready();
    const first = child();
    first.tell({ type: "started", id: onlyId(first) });

    alive(timers, first, 60_000, () => 7);
    expect(first.wasKilled).toBe(false);
    alive(timers, first, 500, () => 7);
    expect(first.wasKilled).toBe(true);
    timers.advance(1_500);
    child().ready();
    child().tell({ type: "result", id: onlyId(child()), result: RESULT });

    await expect(hung).resolves.toEqual(RESULT);
  });

  it("leaves a process alone that works for long on one text after the other", () => {
    const { child, call, timers } = world();
    void call("hello").catch(() => {});
    child().ready();
    const first = child();

    alive(timers, first, 600_000, (passed) => Math.floor(passed / 30_000));

    expect(first.wasKilled).toBe(false);
  });

  it("ends a process that does not let go of what was cancelled", async () => {
    const { client, child, timers } = world();
    const controller = new AbortController();
    let released = 0;
    const hung = client.call(answerWithin(null), {
      signal: controller.signal,
      onReleased: () => {
        released += 1;
      },
    });
    hung.catch(() => {});
    child().ready();
    const first = child();
    alive(timers, first, 120_000);
    controller.abort(new Error("stop"));

    alive(timers, first, 29_500);
    expect([first.wasKilled, released]).toEqual([false, 0]);
    alive(timers, first, 500);

    expect([first.wasKilled, released]).toEqual([true, 1]);
  });

  it("leaves a process alone whose answers end in time", async () => {
    const { client, child, timers } = world();
    const controller = new AbortController();
    const done = client.call(answerWithin(10_000), { signal: controller.signal });
    const cancelled = client.call(answerWithin(10_000), { signal: controller.signal });
    cancelled.catch(() => {});
    child().ready();
    const [one = -1, two = -1] = child().requestIds();
    child().tell({ type: "result", id: one, result: RESULT });
    controller.abort(new Error("stop"));
    child().tell({ type: "cancelled", id: two });

    alive(timers, child(), 120_000);

    await expect(done).resolves.toEqual(RESULT);
    expect(child().wasKilled).toBe(false);
  });

  it("fails all who wait when the model cannot be loaded, and the next ones at once", async () => {
    const { child, call, client } = world();
    const waiting = call("hello");
    const ready = client.ready({ signal: new AbortController().signal });
    ready.catch(() => {});
    child().tell({
      type: "failed",
      error: { code: "model_invalid", message: "it is cut off", retryable: false },
    });
    child().exit({ code: 1, signal: null });

    await expect(waiting).rejects.toMatchObject({ code: "model_unavailable", retryable: false });
    await expect(ready).rejects.toMatchObject({ code: "model_unavailable" });
    await expect(call("again")).rejects.toThrow("it is cut off");
  });

  it("tells what the model is once it is loaded", async () => {
    const { child, client } = world();
    const ready = client.ready({ signal: new AbortController().signal });

    child().ready();

    await expect(ready).resolves.toEqual(FAKE_INFO);
  });

  it("finishes what runs and refuses what waits when closed", async () => {
    const { child, call, client } = world();
    const running = call("running");
    child().ready();

    const closing = client.close();
    await expect(call("late")).rejects.toMatchObject({ code: "model_unavailable" });
    child().tell({ type: "result", id: child().requestIds()[0] ?? -1, result: RESULT });
    child().exit({ code: 0, signal: null });
    await closing;

    await expect(running).resolves.toEqual(RESULT);
    await client.close();
  });
});
