import { describe, expect, it, onTestFinished } from "vitest";
import { effectKey, isFrontdeskError } from "../../src/core/index.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { adapterFor } from "../support/discord/adapter.ts";
import type { DiscordEmulatorOptions } from "../support/discord/discord-emulator.ts";
import { openScene } from "../support/discord/scene.ts";
import { aReply } from "../support/reply-builder.ts";

const call = { signal: new AbortController().signal };

/** How long a refusal asks to wait. */
function waitOf(refusal: unknown): number {
  return (isFrontdeskError(refusal) ? refusal.retryAfterMs : null) ?? 0;
}

/** Two channels with a question each, and another process of the same installation. */
async function asked(discordOptions: DiscordEmulatorOptions = {}) {
  const budget = createMemoryBudget();
  const scene = await openScene({ script: () => null, budget, discord: discordOptions });
  const { discord, bot, guild, help, ann, adapter } = scene;
  const other = adapterFor(discord, bot.host, { budget });
  onTestFinished(() => other.close());
  const side = discord.channel(guild, "side");
  discord.mention(ann, help, "in help");
  discord.mention(ann, side, "on the side");
  await discord.until(() => bot.received.length === 2);
  let count = 0;
  const post = (text: string, by = adapter) => {
    const address = bot.received.find((one) => one.text === text)?.address;
    if (address === undefined) throw new Error(`nobody asked ${text}`);
    count += 1;
    const message = { key: effectKey(`k${count}`), address, reply: aReply({ text }), timings: {} };
    return by.channel.post(message, call);
  };
  const posts = () => discord.callsOf("POST message").length;
  const textsIn = (channel: typeof help) =>
    discord.messages(channel).flatMap(({ isBot, text }) => (isBot ? [text] : []));
  return { ...scene, other, side, post, posts, textsIn };
}

describe("when Discord wants to be left alone for a time", () => {
  it.each(["user", "shared"] as const)(
    "in one channel (%s), nobody asks there again before, and the others go on",
    async (scope) => {
      const { discord, other, side, post, posts, textsIn } = await asked();
      discord.faults.next("POST message", { type: "ratelimited", retryAfter: 30, scope });

      const first = await post("in help").catch((error: unknown) => error);
      const before = posts();
      const again = await post("in help").catch((error: unknown) => error);
      const elsewhere = await post("in help", other).catch((error: unknown) => error);
      const inVain = posts() - before;
      await post("on the side");
      await post("on the side", other);

      for (const refusal of [first, again, elsewhere]) {
        expect(refusal).toMatchObject({ code: "rate_limited", retryable: true });
        expect(waitOf(refusal)).toBeGreaterThan(20_000);
      }
      expect(inVain).toBe(0);
      expect(textsIn(side)).toHaveLength(2);
    },
  );

  it.each(["global", "edge"] as const)(
    "everywhere (%s), nobody asks anywhere, but commands are answered",
    async (scope) => {
      const { discord, other, help, ann, post, posts } = await asked();
      discord.faults.next("POST message", { type: "ratelimited", retryAfter: 30, scope });

      await expect(post("in help")).rejects.toMatchObject({ code: "rate_limited" });
      const before = posts();
      await expect(post("on the side", other)).rejects.toMatchObject({ code: "rate_limited" });
      await expect(post("on the side")).rejects.toMatchObject({ code: "rate_limited" });
      const pressed = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);

      expect(posts() - before).toBe(0);
      expect(pressed.first).toEqual({ type: "deferred", isEphemeral: true });
    },
  );

  it("a moment only, it waits and posts once", async () => {
    const { discord, help, post, textsIn } = await asked();
    discord.faults.next("POST message", { type: "ratelimited", retryAfter: 0.2, scope: "shared" });

    await post("in help");

    expect(textsIn(help)).toHaveLength(1);
  });

  it("from messages that are older than an hour, it does not ask again every second, but when Discord says", async () => {
    const { discord, bot, post, adapter } = await asked({
      limits: { oldEdits: 1, oldEditsMs: 30_000 },
    });
    const [address] = bot.received.map((one) => one.address);
    const { messageId } = await post("in help");
    if (address === undefined) throw new Error("nobody asked");
    discord.world.advance(2 * 3_600_000);
    const edit = (text: string) =>
      adapter.channel.edit(
        messageId,
        { key: effectKey("k1"), address, reply: aReply({ text }), timings: {} },
        call,
      );
    const edits = () => discord.callsOf("PATCH message");

    await edit("one");
    const refused = await edit("two").catch((error: unknown) => error);
    const inVain = edits().filter(({ status }) => status === 429).length;
    await expect(edit("two")).rejects.toMatchObject({ code: "rate_limited" });

    expect(refused).toMatchObject({ code: "rate_limited", retryable: true });
    expect(waitOf(refused)).toBeGreaterThan(20_000);
    expect(inVain).toBe(1);
    expect(edits().filter(({ status }) => status === 429)).toHaveLength(1);
  });
});
