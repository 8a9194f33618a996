import { describe, expect, it } from "vitest";
import { createHeartbeat, type Heartbeat } from "../../../models/engine/heartbeat.ts";
import { manualTimers } from "./manual-timers.ts";

function start(): {
  readonly beat: Heartbeat;
  readonly counts: { pings: number; silences: number };
  readonly timers: ReturnType<typeof manualTimers>;
} {
  const timers = manualTimers();
  const counts = { pings: 0, silences: 0 };
  const beat = createHeartbeat({
    timers,
    limits: { heartbeatIntervalMs: 100, heartbeatTimeoutMs: 300 },
    ping: () => {
      counts.pings += 1;
    },
    onSilence: () => {
      counts.silences += 1;
    },
  });
  return { beat, counts, timers };
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

  it("is quiet when stopped", () => {
    const { beat, counts, timers } = start();

    beat.stop();
    timers.advance(10_000);

    expect(counts).toEqual({ pings: 1, silences: 0 });
  });
});
