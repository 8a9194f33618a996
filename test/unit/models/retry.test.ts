import { describe, expect, it } from "vitest";
import { type RetryOptions, withRetries } from "../../../models/remote/retry.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { type ManualTimers, manualTimers } from "./manual-timers.ts";

const busy = (retryAfterMs?: number): FrontdeskError =>
  new FrontdeskError("model_busy", "later", {
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

interface Tries {
  readonly waits: number[];
  readonly timers: ManualTimers;
  count: number;
  readonly outcome: Promise<string>;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Fails with each of these in turn, then succeeds. */
function tries(failures: readonly unknown[], changes: Partial<RetryOptions> = {}): Tries {
  const timers = manualTimers();
  const waits: number[] = [];
  const state = { waits, timers, count: 0 };
  const options: RetryOptions = {
    attempts: 3,
    patienceMs: 600_000,
    minMs: 1_000,
    timers,
    random: () => 0,
    signal: new AbortController().signal,
    onRetry: (_, waitMs) => waits.push(waitMs),
    ...changes,
  };
  const outcome = withRetries(options, async () => {
    const failure = failures[state.count];
    state.count += 1;
    if (failure instanceof Error) throw failure;
    return "done";
  });
  outcome.catch(() => {});
  return Object.assign(state, { outcome });
}

async function passTime(timers: ManualTimers): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) {
    await settle();
    timers.advance(32_000);
  }
}

describe("retries", () => {
  it("try again what may succeed later, with growing waits", async () => {
    const run = tries([busy(), busy()]);

    await passTime(run.timers);

    await expect(run.outcome).resolves.toBe("done");
    expect(run.waits).toEqual([1_000, 2_000]);
  });

  it("wait 1, 2, 4, 8, 16 and 32 seconds with seven attempts", async () => {
    const run = tries(
      Array.from({ length: 6 }, () => busy()),
      { attempts: 7 },
    );

    await passTime(run.timers);

    await expect(run.outcome).resolves.toBe("done");
    expect(run.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000]);
  });

  it("end when nobody wants to try again", async () => {
    const last = busy();
    const run = tries([busy(), last, busy()], {
      attempts: 7,
      mayRetry: (error) => error !== last,
    });

    await passTime(run.timers);

    await expect(run.outcome).rejects.toBe(last);
    expect(run.count).toBe(2);
  });

  it("do not repeat what took too long to fail", async () => {
    const timers = manualTimers();
    let count = 0;
    const slow = withRetries(
      {
        attempts: 7,
        slowMs: 60_000,
        minMs: 1_000,
        timers,
        random: () => 0,
        signal: new AbortController().signal,
        onRetry: () => {},
      },
      async () => {
        count += 1;
        timers.advance(60_000);
        throw busy();
      },
    );

    await expect(slow).rejects.toMatchObject({ code: "model_busy" });
    expect(count).toBe(1);
  });

  it("give up after the last attempt", async () => {
    const last = busy();
    const run = tries([busy(), busy(), last]);

    await passTime(run.timers);

    await expect(run.outcome).rejects.toBe(last);
    expect(run.count).toBe(3);
  });

  it("do not try again what will fail again", async () => {
    const wrong = new FrontdeskError("model_unavailable", "wrong key");
    const run = tries([wrong]);

    await expect(run.outcome).rejects.toBe(wrong);
    expect(run.count).toBe(1);
  });

  it("wait as long as the server asks", async () => {
    const run = tries([busy(7_000)]);

    await passTime(run.timers);

    await expect(run.outcome).resolves.toBe("done");
    expect(run.waits).toEqual([7_000]);
  });

  it("do not wait for minutes", async () => {
    const later = busy(600_000);
    const run = tries([later]);

    await expect(run.outcome).rejects.toBe(later);
  });

  it("do not begin once the time for an answer is over", async () => {
    const slow = busy();
    const run = tries([busy(), slow], { patienceMs: 2_500 });

    await passTime(run.timers);

    await expect(run.outcome).rejects.toBe(slow);
    expect(run.waits).toEqual([1_000]);
  });

  it("end with the caller's reason while they wait", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    const run = tries([busy()], { signal: controller.signal });
    await settle();

    controller.abort(reason);

    await expect(run.outcome).rejects.toBe(reason);
    expect(run.timers.pending()).toBe(0);
  });
});
