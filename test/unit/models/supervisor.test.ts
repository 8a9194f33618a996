import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS, type EngineLimits } from "../../../models/engine/limits.ts";
import { EngineSupervisor } from "../../../models/engine/supervisor.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { FAKE_INFO, FAKE_STATS, type FakeEngine, fakeEngines } from "./fake-engine.ts";
import { type ManualTimers, manualTimers } from "./manual-timers.ts";

interface World {
  readonly supervisor: EngineSupervisor;
  readonly timers: ManualTimers;
  readonly engines: readonly FakeEngine[];
  readonly events: string[];
  /** The child that was started last. */
  child(): FakeEngine;
}

function world(limits: Partial<EngineLimits> = {}, failures = 0): World {
  const timers = manualTimers();
  const { spawn, all } = fakeEngines();
  let left = failures;
  const events: string[] = [];
  const supervisor = new EngineSupervisor({
    load: {
      role: "embed",
      modelPath: "/m.gguf",
      sha256: null,
      contextSize: null,
      threads: 1,
      gpu: "off",
    },
    modelName: "tiny",
    spawn: () => {
      left -= 1;
      if (left >= 0) throw new Error("EMFILE: too many open files");
      return spawn();
    },
    timers,
    random: () => 0,
    limits: { ...DEFAULT_LIMITS, ...limits },
    logger: silentLogger,
    events: {
      onReady: () => events.push("ready"),
      onMessage: (message) => events.push(message.type),
      onDeath: ({ error, willRetry }) => events.push(`${error.code}${willRetry ? " again" : ""}`),
    },
  });
  const child = (): FakeEngine => {
    const last = all.at(-1);
    if (last === undefined) throw new Error("no child was started");
    return last;
  };
  return { supervisor, timers, engines: all, events, child };
}

describe("supervisor", () => {
  it("starts nothing before it is asked, and then once", () => {
    const { supervisor, engines } = world();
    expect(engines).toHaveLength(0);

    supervisor.start();
    supervisor.start();

    expect(engines).toHaveLength(1);
    expect(engines[0]?.sent[0]).toMatchObject({ type: "load" });
    expect(supervisor.status().state).toBe("starting");
  });

  it("is ready when the child says so", () => {
    const { supervisor, child, events } = world();
    supervisor.start();

    child().ready();

    expect(events).toEqual(["ready"]);
    expect(supervisor.status()).toEqual({ model: "tiny", state: "ready", reason: null });
    expect(supervisor.info).toEqual(FAKE_INFO);
  });

  it("starts another child after a death and says why the first one died", () => {
    const { supervisor, child, timers, engines, events } = world();
    supervisor.start();
    child().ready();

    child().exit({ signal: "SIGABRT", lastWords: "ggml.c:12: GGML_ASSERT(x) failed" });
    expect(supervisor.status()).toMatchObject({ state: "unavailable" });
    expect(supervisor.status().reason).toContain("GGML_ASSERT(x)");
    timers.advance(1_000);
    child().ready();

    expect(engines).toHaveLength(2);
    expect(events).toEqual(["ready", "model_crashed again", "ready"]);
    expect(supervisor.deaths).toBe(1);
  });

  it.each([
    { signal: "SIGABRT", lastWords: "FATAL ERROR: JavaScript heap out of memory" },
    { signal: "SIGKILL", isOutOfMemory: true },
  ])(
    "gives up at once a file whose chat template ends the child, and says what to set: %o",
    (exit) => {
      const { supervisor, child, events } = world();
      supervisor.start();
      child().tell({ type: "stage", stage: "template" });

      child().exit(exit);

      expect(events).toEqual(["model_invalid"]);
      expect(supervisor.status().reason).toMatch(/chat template in \/m\.gguf .*models\.wrapper/u);
    },
  );

  it("does not blame the chat template once the child is past it, nor for a child that somebody ended", () => {
    const { supervisor, child, timers, events } = world();
    supervisor.start();
    child().tell({ type: "stage", stage: "template" });
    child().exit({ signal: "SIGTERM" });
    timers.advance(1_000);
    child().tell({ type: "stage", stage: "template" });
    child().tell({ type: "stage", stage: "other" });

    child().exit({ signal: "SIGABRT" });

    expect(events).toEqual(["model_crashed again", "model_crashed again"]);
    expect(supervisor.status().reason).not.toContain("template");
  });

  it("kills a child that is silent", () => {
    const { supervisor, child, timers } = world({
      heartbeatIntervalMs: 10,
      heartbeatTimeoutMs: 50,
    });
    supervisor.start();
    child().ready();

    timers.advance(200);

    expect(child().wasKilled).toBe(true);
    expect(supervisor.status().reason).toContain("no sign of life");
  });

  it("lets a child live that answers its pings", () => {
    const { supervisor, child, timers } = world({
      heartbeatIntervalMs: 10,
      heartbeatTimeoutMs: 50,
    });
    supervisor.start();
    child().ready();

    for (let round = 0; round < 30; round += 1) {
      timers.advance(10);
      child().tell({ type: "pong", stats: FAKE_STATS });
    }

    expect(child().wasKilled).toBe(false);
    expect(supervisor.stats).toEqual(FAKE_STATS);
  });

  it("kills a child that does not load in time", () => {
    const { supervisor, child, timers } = world({ loadTimeoutMs: 1_000 });
    supervisor.start();

    timers.advance(1_000);

    expect(child().wasKilled).toBe(true);
    expect(supervisor.status().reason).toContain("did not load within 1 s");
  });

  it("gives a file up for a while at which the engine breaks twice, and names it", () => {
    const { supervisor, child, timers, engines, events } = world();
    supervisor.start();
    const crash = (): void =>
      child().exit({ signal: "SIGABRT", lastWords: "GGML_ASSERT(x) failed" });

    crash();
    timers.advance(1_000);
    crash();

    expect(events).toEqual(["model_crashed again", "model_invalid"]);
    expect(supervisor.status().reason).toMatch(
      /broke each time that it loaded \/m\.gguf.*SIGABRT.*GGML_ASSERT/u,
    );
    timers.advance(60_000);
    expect(engines).toHaveLength(2);
  });

  it("does not blame the file when somebody ends a child that loads it", () => {
    const { supervisor, child, timers, events } = world();
    supervisor.start();

    child().exit({ signal: "SIGKILL" });
    timers.advance(1_000);
    child().exit({ signal: "SIGKILL", isOutOfMemory: true });

    expect(events).toEqual(["model_crashed again", "model_crashed again"]);
    expect(supervisor.status().reason).toContain("because memory ran out");
  });

  it("kills a child that does not keep to the protocol", () => {
    const { supervisor, child } = world();
    supervisor.start();
    child().ready();

    child().tellRaw({ type: "result", id: "seven" });

    expect(child().wasKilled).toBe(true);
  });

  it("does not try at once a file that cannot be loaded", () => {
    const { supervisor, child, timers, engines, events } = world();
    supervisor.start();
    child().tell({
      type: "failed",
      error: { code: "model_invalid", message: "it is cut off", retryable: false },
    });
    child().exit({ code: 1, signal: null });

    timers.advance(60_000);

    expect(engines).toHaveLength(1);
    expect(events).toEqual(["model_invalid"]);
    expect(supervisor.status()).toMatchObject({ state: "unavailable", reason: "it is cut off" });
  });

  it("tries such a file again after a pause, by itself", () => {
    const { supervisor, child, timers } = world();
    supervisor.start();
    child().tell({
      type: "failed",
      error: { code: "model_not_found", message: "not there", retryable: false },
    });
    child().exit({ code: 1, signal: null });

    timers.advance(DEFAULT_LIMITS.breakerCooldownMs);
    child().ready();

    expect(supervisor.status().state).toBe("ready");
  });

  it("opens the breaker when children die again and again", () => {
    const { supervisor, child, timers, engines, events } = world();
    supervisor.start();

    for (let death = 0; death < 5; death += 1) {
      child().exit();
      timers.advance(30_000);
    }

    expect(engines).toHaveLength(5);
    expect(events.at(-1)).toBe("model_crashed");
    expect(supervisor.phase).toBe("broken");
  });

  it("outlives a process that cannot be started and tries again", () => {
    const { supervisor, child, timers, events } = world({}, 1);
    supervisor.start();
    expect(supervisor.status().reason).toContain("EMFILE");

    timers.advance(1_000);
    child().ready();

    expect(events).toEqual(["model_crashed again", "ready"]);
  });

  it("drains on close and starts nothing more", async () => {
    const { supervisor, child, timers, engines } = world();
    supervisor.start();
    child().ready();

    const closing = supervisor.close();
    expect(child().sent.at(-1)).toEqual({ type: "drain" });
    child().exit({ code: 0, signal: null });
    await closing;
    timers.advance(600_000);

    expect(engines).toHaveLength(1);
    expect(supervisor.status().state).toBe("unavailable");
    expect(timers.pending()).toBe(0);
  });

  it("kills a child that does not drain in time", async () => {
    const { supervisor, child, timers } = world({ drainMs: 100 });
    supervisor.start();
    child().ready();

    const closing = supervisor.close();
    timers.advance(100);
    await closing;

    expect(child().wasKilled).toBe(true);
  });

  it("does not start a child for the pause that was running when it was closed", async () => {
    const { supervisor, child, timers, engines } = world();
    supervisor.start();
    child().exit();

    await supervisor.close();
    timers.advance(600_000);

    expect(engines).toHaveLength(1);
  });
});
