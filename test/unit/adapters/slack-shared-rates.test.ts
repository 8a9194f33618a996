import { describe, expect, it } from "vitest";
import { SLACK_PACING } from "../../../adapters/slack/pacing.ts";
import { createSharedRates } from "../../../adapters/slack/shared-rates.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { createMemoryBudget } from "../../../src/runtime/index.ts";

const { signal } = new AbortController();

/** How long a refused call is told to wait; 0 when it was not refused. */
function waitOf(call: Promise<void>): Promise<number> {
  return call.then(
    () => 0,
    (error: unknown) => (isFrontdeskError(error, "rate_limited") ? (error.retryAfterMs ?? 0) : -1),
  );
}

describe("Slack's rates, kept by two processes together", () => {
  it("let one of them post to a channel at a time, each a while after the other's answer", async () => {
    const budget = createMemoryBudget();
    const settings = { ...SLACK_PACING, postIntervalMs: 40 };
    const processes = [createSharedRates(settings, budget), createSharedRates(settings, budget)];
    const log: { readonly what: "begins" | "ends"; readonly at: number }[] = [];
    const post = async (index: number) => {
      const rates = processes[index % 2];
      await rates?.turn("C1", signal);
      log.push({ what: "begins", at: performance.now() });
      await new Promise((resolve) => setImmediate(resolve));
      log.push({ what: "ends", at: performance.now() });
      await rates?.rest("C1");
    };

    await Promise.all([0, 1, 2, 3].map(post));

    expect(log.map(({ what }) => what)).toEqual(
      Array.from({ length: 4 }, () => ["begins", "ends"]).flat(),
    );
    const gaps = [2, 4, 6].map((index) => (log[index]?.at ?? 0) - (log[index - 1]?.at ?? 0));
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(39);
  });

  it("honour Slack's refusal of one in the other, in that channel only", async () => {
    const budget = createMemoryBudget();
    const [one, other] = [
      createSharedRates(SLACK_PACING, budget),
      createSharedRates(SLACK_PACING, budget),
    ];

    await one.pause({ channel: "C1" }, 30_000);

    expect(await waitOf(other.turn("C1", signal))).toBeGreaterThan(30_000 - 2_000);
    await expect(other.turn("C2", signal)).resolves.toBeUndefined();
  });

  it("count the calls of a method together, and keep room for final edits", async () => {
    const budget = createMemoryBudget();
    const settings = { ...SLACK_PACING, updatesPerWindow: 4, keptForFinal: 2 };
    const [one, other] = [createSharedRates(settings, budget), createSharedRates(settings, budget)];
    const spare = { isSpare: true, signal };
    const final = { isSpare: false, signal };

    await one.take("chat.update", spare);
    await other.take("chat.update", spare);

    await expect(one.take("chat.update", spare)).rejects.toMatchObject({ code: "rate_limited" });
    await one.take("chat.update", final);
    await other.take("chat.update", final);
    await expect(one.take("chat.update", final)).rejects.toMatchObject({ code: "rate_limited" });
    await one.take("conversations.info", final);
  });

  it("count status lines by their channel, and a refusal holds up that channel alone", async () => {
    const budget = createMemoryBudget();
    const [one, other] = [
      createSharedRates(SLACK_PACING, budget),
      createSharedRates(SLACK_PACING, budget),
    ];
    const method = "assistant.threads.setStatus";
    const at = (channel: string) => ({ isSpare: true, signal, channel });

    for (let call = 0; call < 60; call += 1) await one.take(method, at("C1"));
    await one.pause({ method, of: "C2" }, 20_000);

    await expect(other.take(method, at("C1"))).rejects.toMatchObject({ code: "rate_limited" });
    await expect(other.take(method, at("C2"))).rejects.toMatchObject({ code: "rate_limited" });
    await other.take(method, at("C3"));
  });

  it.each([
    ["assistant.threads.setStatus", 300],
    ["assistant.threads.setSuggestedPrompts", 100],
    ["views.open", 100],
    ["views.publish", 100],
  ] as const)("count %s as well: %d a minute", async (method, perMinute) => {
    const budget = createMemoryBudget();
    const processes = [0, 1].map(() => createSharedRates(SLACK_PACING, budget));
    const spare = { isSpare: true, signal };

    for (let call = 0; call < perMinute; call += 1) await processes[call % 2]?.take(method, spare);

    for (const rates of processes) {
      await expect(rates.take(method, spare)).rejects.toMatchObject({ code: "rate_limited" });
    }
  });

  it("leave a method alone that Slack wants left alone", async () => {
    const budget = createMemoryBudget();
    const [one, other] = [
      createSharedRates(SLACK_PACING, budget),
      createSharedRates(SLACK_PACING, budget),
    ];

    await other.take("views.publish", { isSpare: false, signal });
    await one.pause({ method: "views.publish" }, 20_000);

    expect(await waitOf(other.take("views.publish", { isSpare: false, signal }))).toBeGreaterThan(
      20_000 - 2_000,
    );
  });
});
