import { describe, expect, it, onTestFinished } from "vitest";
import { discordConversationId, discordMessageId } from "../../adapters/discord/ids.ts";
import { effectKey, isFrontdeskError, type ReplyAddress } from "../../src/core/index.ts";
import type { OutboundMessage } from "../../src/ports/channel.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { adapterFor } from "../support/discord/adapter.ts";
import { openScene } from "../support/discord/scene.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { aCitation, aReply } from "../support/reply-builder.ts";

const call = { signal: new AbortController().signal };

async function asked() {
  const scene = await openScene({ script: () => null });
  const { discord, help, ann, guild } = scene;
  const question = discord.say(ann, help, "a question");
  const address: ReplyAddress = {
    platform: "discord",
    conversationId: discordConversationId({
      kind: "chain",
      guild: guild.id,
      channel: help.id,
      root: question.id,
    }),
    channelId: help.id,
    threadId: null,
    replyTo: discordMessageId(help.id, question.id),
    ephemeral: false,
  };
  const outbound = (text: string, parts: Partial<OutboundMessage> = {}): OutboundMessage => ({
    key: effectKey("turn-1"),
    address,
    reply: aReply({ text }),
    timings: {},
    ...parts,
  });
  const ours = () => discord.messages(help).filter(({ isBot }) => isBot);
  return { ...scene, question, address, outbound, ours };
}

describe("what is said in Discord", () => {
  it.each(["status", "reset"] as const)(
    "is there once when it was taken and then answered with a failure (%s)",
    async (type) => {
      const { discord, adapter, outbound, address, ours } = await asked();
      const fault =
        type === "status"
          ? ({ type, status: 503, when: "after" } as const)
          : ({ type, when: "after" } as const);
      discord.faults.next("POST message", fault);
      const message = outbound("once");

      await expect(adapter.channel.post(message, call)).rejects.toMatchObject({
        code: "delivery_uncertain",
        retryable: true,
      });
      const found = await adapter.channel.find(message.key, address, call);
      const again = await adapter.channel.post(message, call);

      expect(found).toEqual(again);
      expect(ours()).toHaveLength(1);
    },
  );

  it("is found by its reply when nothing is remembered and the nonce is too old", async () => {
    const { discord, bot, outbound, address, ours } = await asked();
    const lost = adapterFor(discord, bot.host, { memory: createMemoryStore() });
    const receipt = await lost.channel.post(outbound("from a lost process"), call);
    await lost.close();
    discord.world.advance(10 * 60_000);

    const next = adapterFor(discord, bot.host, { memory: createMemoryStore() });
    const found = await next.channel.find(effectKey("turn-1"), address, call);
    const other = await next.channel.find(effectKey("turn-2"), address, call);
    await next.close();

    expect(found).toEqual(receipt);
    expect(other).toBeNull();
    expect(ours()).toHaveLength(1);
  });

  it("shows a draft with a stop button and turns it into the answer, in the same message", async () => {
    const { adapter, outbound, ours } = await asked();

    const { messageId } = await adapter.channel.post(outbound("half an", { isDraft: true }), call);
    const draft = ours()[0];
    await adapter.channel.edit(messageId, outbound("half an answer, and the rest"), call);

    expect(draft?.controls.map(({ label }) => label)).toEqual(["Stop"]);
    expect(ours()).toHaveLength(1);
    expect(ours()[0]?.text).toContain("and the rest");
    expect(ours()[0]?.controls.map(({ label }) => label)).toContain("Ask a person");
  });

  it("holds drafts back when the channel is busy, and never the final text", async () => {
    const { adapter, discord, outbound, ours } = await asked();
    const { messageId } = await adapter.channel.post(outbound("0", { isDraft: true }), call);

    let held = 0;
    for (let step = 1; step <= 12; step += 1) {
      await adapter.channel
        .edit(messageId, outbound(`draft ${step}`, { isDraft: true }), call)
        .catch((error: unknown) => {
          expect(error).toMatchObject({ code: "rate_limited" });
          held += 1;
        });
    }
    await adapter.channel.edit(messageId, outbound("the final text"), call);

    expect(held).toBeGreaterThan(0);
    expect(ours()[0]?.text).toContain("the final text");
    expect(discord.callsOf("PATCH message").every(({ status }) => status === 200)).toBe(true);
  });

  it("parts a long answer at paragraphs and code blocks, each part replying to the one before", async () => {
    const { adapter, outbound, ours, question } = await asked();
    const code = `\`\`\`ts\n${"const x = 1;\n".repeat(200)}\`\`\``;

    await adapter.channel.post(
      outbound(`${"A paragraph. ".repeat(100)}\n\n${code}\n\nThe end.`),
      call,
    );
    const parts = ours();

    expect(parts.length).toBeGreaterThan(2);
    expect(parts.every(({ text }) => text.length <= 2_000)).toBe(true);
    expect(parts.map(({ replyTo }) => replyTo)).toEqual([
      question.id,
      ...parts.slice(0, -1).map(({ id }) => id),
    ]);
    expect(parts.filter(({ text }) => (text.match(/```/gu)?.length ?? 0) % 2 === 1)).toEqual([]);
    expect(parts.map(({ text }) => text).join("")).toContain("The end.");
  });

  it("rings no bell, whatever the text says, and shows links without previews", async () => {
    const { adapter, outbound, ours, ann } = await asked();
    const citations = [aCitation({ source: "https://example.com/leave?a=1" })];
    const text = `@everyone @here <@${ann.id}> <@&1> see`;

    await adapter.channel.post(outbound("", { reply: aReply({ text, citations }) }), call);

    expect(ours()[0]?.rung).toEqual([]);
    expect(ours()[0]?.hasPreviews).toBe(false);
    expect(ours()[0]?.text).toContain("<https://example.com/leave?a=1>");
  });

  it("takes a refusal for good, and says what to do", async () => {
    const { discord, adapter, outbound, guild } = await asked();
    guild.roles.set(guild.id, {
      id: guild.id,
      name: "@everyone",
      permissions: (1n << 10n) | (1n << 16n),
    });

    const posting = adapter.channel.post(outbound("not allowed"), call);

    await expect(posting).rejects.toMatchObject({ code: "delivery_rejected", retryable: false });
    await expect(posting).rejects.toThrow(/Send Messages/u);
    expect(discord.callsOf("POST message")).toHaveLength(1);
  });

  it("is told to whoever looks after the bot, once, with the channel, and it goes on elsewhere", async () => {
    const lines: string[] = [];
    const write = (_fields: object, line: string): void => void lines.push(line);
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      warn: write,
      error: write,
      child: () => logger,
    };
    const { discord, bot, help, guild, ann } = await openScene({ logger });
    const side = discord.channel(guild, "side");
    help.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 11n });

    for (const text of ["one", "two", "three"]) discord.mention(ann, help, text);
    await discord.until(() => bot.received.length === 3);
    const refused = () => discord.callsOf("POST message").filter(({ status }) => status === 403);
    await discord.until(() => refused().length === 3);
    discord.mention(ann, side, "and here?");
    await discord.until(() => discord.messages(side).some(({ isBot }) => isBot));

    const refusals = lines.filter((line) => line.includes(": 50013 "));
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatch(/Give the bot Send Messages.* The channel is #help\.$/u);
  });

  it("keeps Discord's limits together with another process", async () => {
    const window = { perWindow: 5, windowMs: 300 };
    const pacing = { postsPerWindow: 5, windowMs: 350, maxWaitMs: 2_500, draftIntervalMs: 20 };
    const budget = createMemoryBudget();
    const memory = createMemoryStore();
    const scene = await openScene({
      script: () => null,
      discord: { limits: window },
      settings: { pacing },
      budget,
      memory,
    });
    const { discord, bot, help, ann, adapter } = scene;
    const other = adapterFor(discord, bot.host, { settings: { pacing }, budget, memory });
    onTestFinished(() => other.close());
    for (let at = 0; at < 12; at += 1) discord.mention(ann, help, `question ${at}`);
    await discord.until(() => bot.received.length === 12);

    await Promise.all(
      bot.received.map(({ address }, at) => {
        const { channel } = at % 2 === 0 ? adapter : other;
        const reply = aReply({ text: `answer ${at}` });
        return channel.post({ key: effectKey(`k${at}`), address, reply, timings: {} }, call);
      }),
    );

    const posts = discord.callsOf("POST message");
    expect(posts.map(({ status }) => status)).toEqual(posts.map(() => 200));
    expect(discord.messages(help).filter(({ isBot }) => isBot)).toHaveLength(12);
  });

  it("waits when Discord asks for it, and posts once", async () => {
    const { discord, adapter, outbound, ours } = await asked();
    discord.faults.next("POST message", { type: "ratelimited", retryAfter: 30 });

    const refusal: unknown = await adapter.channel
      .post(outbound("later"), call)
      .catch((error: unknown) => error);
    if (!isFrontdeskError(refusal, "rate_limited")) throw new Error("it was not refused");
    expect(refusal.retryAfterMs).toBeCloseTo(30_000, -3);
    expect(ours()).toEqual([]);
  });

  it("posts nothing for a question that was taken back meanwhile", async () => {
    const { discord, bot, help, ann } = await openScene({ script: () => null });
    const question = discord.mention(ann, help, "never mind");
    await discord.until(() => bot.received.length === 1);
    discord.delete(question);
    await discord.until(() => bot.told.some(({ event }) => event.type === "stop.requested"));
    const [message] = bot.received;

    if (message !== undefined) await bot.say(message.address, { text: "too late" }, "k");

    expect(discord.messages(help)).toEqual([]);
  });
});
