import { describe, expect, it } from "vitest";
import { createHeartbeat, type Heartbeat } from "../../../models/engine/heartbeat.ts";
import { manualTimers } from "./manual-timers.ts";

function start(isStopped: () => boolean = () => false): {
  readonly beat: Heartbeat;
  readonly counts: { pings: number; silences: number };
  readonly whys: readonly string[];
  readonly timers: ReturnType<typeof manualTimers>;
} {
  const timers = manualTimers();
  const counts = { pings: 0, silences: 0 };
  const whys: string[] = [];
  const beat = createHeartbeat({
    timers,
    limits: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 300 },
    ping: () => {
      counts.pings += 1;
    },
    isStopped,
    onSilence: (why) => {
      counts.silences += 1;
      whys.push(why);
    },
  });
  return { beat, counts, whys, timers };
}

describe("heartbeat", () => {
  it("goes on as long as there are signs of life", () => {
    const { beat, counts, timers } = start();

    for (let round = 0; round < 50; round += 1) {
      timers.advance(100);
      beat.onSign();
    }

    expect(counts.silences).toBe(0);
    expect(counts.pings).toBeGreaterThan(40);
  });

  it("reports silence once", () => {
    const { counts, timers } = start();

    timers.advance(10_000);

    expect(counts.silences).toBe(1);
    expect(timers.pending()).toBe(0);
  });

  it("does not take one late round for silence", () => {
    const { beat, counts, timers } = start();
    timers.advance(200);
    beat.onSign();

    timers.advance(250);

    expect(counts.silences).toBe(0);
  });

  it("does not wait for a process that the system has stopped", () => {
    const { whys, timers } = start(() => true);

    timers.advance(200);

    expect(whys).toEqual(["stopped"]);
  });

  it("waits for one that was only seen stopped once, and for one that is busy", () => {
    let looks = 0;
    const { counts, whys, timers } = start(() => {
      looks += 1;
      return looks === 1;
    });

    timers.advance(200);
    expect(counts.silences).toBe(0);

    timers.advance(10_000);
    expect(whys).toEqual(["silent"]);
  });

  it("does not ask whether one that answers is stopped", () => {
    const { beat, counts, timers } = start(() => true);

    for (let round = 0; round < 10; round += 1) {
      beat.onSign();
      timers.advance(100);
    }

    expect(counts.silences).toBe(0);
  });

  it("is quiet when stopped", () => {
    const { beat, counts, timers } = start();

    beat.stop();
    timers.advance(10_000);

    expect(counts).toEqual({ pings: 1, silences: 0 });
  });
});
