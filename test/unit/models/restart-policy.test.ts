import { describe, expect, it } from "vitest";
import { DEFAULT_LIMITS } from "../../../models/engine/limits.ts";
import { createRestartPolicy } from "../../../models/engine/restart-policy.ts";

const MINUTE = 60_000;

describe("restart policy", () => {
  it("waits longer after each death, up to half a minute", () => {
    const limits = { ...DEFAULT_LIMITS, breakerDeaths: 100 };
    const policy = createRestartPolicy(limits, () => 0);

    const waits = Array.from({ length: 7 }, (_, index) => policy.onDeath(index, 0).afterMs);

    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it("adds up to a quarter of chance", () => {
    const policy = createRestartPolicy(DEFAULT_LIMITS, () => 0.99);

    const { afterMs } = policy.onDeath(0, 0);

    expect(afterMs).toBeGreaterThan(1_200);
    expect(afterMs).toBeLessThan(1_250);
  });

  it("begins anew when the child had lived long", () => {
    const policy = createRestartPolicy(DEFAULT_LIMITS, () => 0);
    policy.onDeath(0, 0);
    policy.onDeath(1_000, 0);

    expect(policy.onDeath(2 * MINUTE, MINUTE).afterMs).toBe(1_000);
  });

  it("opens the breaker at the fifth death in five minutes", () => {
    const policy = createRestartPolicy(DEFAULT_LIMITS, () => 0);

    const types = [0, 1, 2, 3, 4].map((at) => policy.onDeath(at * 10_000, 0).type);

    expect(types).toEqual(["restart", "restart", "restart", "restart", "open-breaker"]);
  });

  it("stays closed when deaths are rare", () => {
    const policy = createRestartPolicy(DEFAULT_LIMITS, () => 0);

    const types = Array.from(
      { length: 20 },
      (_, at) => policy.onDeath(at * 2 * MINUTE, MINUTE).type,
    );

    expect(new Set(types)).toEqual(new Set(["restart"]));
  });

  it("opens again at once when the try after the pause dies too", () => {
    const policy = createRestartPolicy(DEFAULT_LIMITS, () => 0);
    for (const at of [0, 1, 2, 3, 4]) policy.onDeath(at, 0);

    const next = policy.onDeath(4 + DEFAULT_LIMITS.breakerCooldownMs, 0);

    expect(next.type).toBe("open-breaker");
  });
});
