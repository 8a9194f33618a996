import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { createDiscordApi } from "../../adapters/discord/client.ts";
import { DISCORD_DEFAULTS } from "../../adapters/discord/index.ts";
import { createSharedRates } from "../../adapters/discord/shared-rates.ts";
import { isFrontdeskError } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { QUICK_LIMITS } from "../support/discord/adapter.ts";
import { startDiscord } from "../support/discord/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const FREE = { waitMs: 0, isFirstRefusal: false };

/** The code of a failure. */
function codeOf(error: unknown): string {
  return isFrontdeskError(error) ? error.code : "unknown";
}

describe("who waits in Discord for something that fails", () => {
  it("says so when an answer cannot be shared, shown or sent as a file after all", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const long = "A sentence of some length. ".repeat(100);
    const script = ({ text }: { readonly text: string }) =>
      text === "secret?" ? null : { text: long };
    const { discord, bot, help, ann, ben } = await openScene({ host: knowledge, script });
    const failures = () =>
      discord.messages(help, ann).filter(({ text }) => text.includes("That did not work")).length;
    const refusal = { type: "error", status: 400, code: 50_083 } as const;

    await discord.slash(ann, help, "search", [{ name: "query", value: "leave" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
    );
    discord.faults.next("POST message", refusal);
    await discord.press(ann, help, "Share with channel");
    await discord.until(() => failures() === 1);
    const shared = discord.messages(help, ben);

    discord.mention(ann, help, "secret?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");
    await bot.say({ ...asked.address, ephemeral: true }, { text: "hr says so" }, "restricted");
    discord.faults.next("PATCH original", refusal);
    await discord.press(ann, help, "Show my answer");
    await discord.until(() => failures() === 2);

    discord.mention(ann, help, "long?");
    await discord.until(() =>
      discord
        .messages(help)
        .some(({ controls }) => controls.some(({ label }) => label === "As a file")),
    );
    discord.faults.next("PATCH original", refusal);
    await discord.press(ann, help, "As a file");
    await discord.until(() => failures() === 3);

    expect(shared).toEqual([]);
  });

  it("says so when a question cannot be taken in", async () => {
    const { discord, help, ann } = await openScene({
      host: {
        inbox: {
          receive: () => Promise.reject(new Error("no")),
          tell: () => Promise.resolve(true),
        },
      },
    });

    const { pending } = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
    await discord.until(() => pending.original?.isLoading === false);

    expect(pending.original?.content).toContain("That did not work");

    discord.mention(ann, help, "问题？");
    const sorry = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));
    discord.say(ann, help, "talk among people");
    expect(sorry.text).toBe("刚才没能收下，请稍后再试。");
  });
});

describe("Discord's patience with a bot that asks in vain", () => {
  it("is spared: after many refusals nothing is asked until they are forgotten", async () => {
    const discord = await startDiscord({ limits: { ...QUICK_LIMITS, perWindow: 1_000 } });
    onTestFinished(() => discord.close());
    const { token, apiUrl } = discord;
    const rates = createSharedRates(DISCORD_DEFAULTS.pacing, createMemoryBudget());
    const common = { token, apiUrl, rates, maxWaitMs: 100, logger: silentLogger };
    const api = createDiscordApi({ ...common, maxInvalid: 10 });
    onTestFinished(() => api.close());
    discord.faults.always("GET self", { type: "error", status: 403, code: 50_001 });
    const ask = () =>
      api.call({ method: "GET", route: "/users/@me" }, z.unknown(), {
        signal: new AbortController().signal,
      });

    let asked = 0;
    while (asked < 30 && (await ask().catch(codeOf)) === "delivery_rejected") asked += 1;
    const before = discord.callsOf("GET self").length;
    const last = await ask().catch(codeOf);

    expect(last).toBe("rate_limited");
    expect(asked).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(11);
    expect(discord.callsOf("GET self")).toHaveLength(before);
  });

  it("is spared when a day's sessions are spent: none begins before they are counted anew", async () => {
    const budget = { ...createMemoryBudget(), take: () => Promise.resolve(FREE) };
    const { discord, adapter } = await openScene({ isThrottled: true, budget });
    const { counts } = discord.gateway;
    const before = counts.identified;
    discord.gateway.limitStarts(0, 400);
    const since = performance.now();

    discord.gateway.invalidate(false);
    await discord.until(() => counts.identified > before, "a new session");
    await discord.until(() => adapter.status().state === "ok", "a connection");

    expect(counts.overdrawn).toBe(0);
    expect(performance.now() - since).toBeGreaterThanOrEqual(400);
  });
});
