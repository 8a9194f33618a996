import { describe, expect, it, onTestFinished } from "vitest";
import { adapterFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import { startDiscord } from "../support/discord/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { createMemoryStore } from "../support/memory-store.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

describe("the connection to Discord", () => {
  it("goes on where it was after a broken line, without losing or doubling anything", async () => {
    const { discord, bot, help, ann } = await openScene();
    discord.mention(ann, help, "one");
    await discord.until(() => bot.received.length === 1);

    discord.gateway.drop();
    discord.mention(ann, help, "two");
    await discord.until(() => bot.received.length === 2);
    discord.gateway.reconnect();
    await discord.until(() => discord.gateway.counts.resumed === 2);
    discord.mention(ann, help, "three");
    await discord.until(() => bot.received.length === 3);

    expect(discord.gateway.counts).toMatchObject({ identified: 1, resumed: 2 });
    expect(bot.received.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });

  it("begins anew when its session is no longer valid, and reads what it missed", async () => {
    const { discord, bot, adapter, help, ann } = await openScene();
    discord.mention(ann, help, "one");
    await discord.until(() => bot.received.length === 1);

    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    discord.mention(ann, help, "while away");
    discord.gateway.refuse(false);
    await discord.until(() => bot.received.length === 2);

    expect(discord.gateway.counts.identified).toBe(2);
    expect(bot.received[1]?.text).toBe("while away");
    expect(adapter.status().state).toBe("ok");
  });

  it("asks whether an old question is still needed, and answers when it is", async () => {
    const { discord, bot, help, ann } = await openScene({ settings: { missedMs: 0 } });
    discord.mention(ann, help, "one");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));

    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    discord.mention(ann, help, "an old question");
    discord.gateway.refuse(false);
    await discord.until(() =>
      discord.messages(help).some(({ text }) => text.includes("Do you still need it?")),
    );
    await discord.press(ann, help, "Yes, answer");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]?.text).toBe("an old question");
  });

  it("takes in what is fresh before it asks about what is old, and asks about all of it at Discord's pace", async () => {
    const ask = "Do you still need it?";
    let askedBefore = -1;
    const pacing = { postsPerWindow: 5, windowMs: 60, maxWaitMs: 1, draftIntervalMs: 20 };
    const { discord, bot, adapter, help, ann } = await openScene({
      settings: { pacing },
      script: ({ text }) => {
        if (text === "fresh") askedBefore = offers().length;
        return text === "one" ? { text: "heard" } : null;
      },
    });
    const offers = () => discord.messages(help).filter(({ text }) => text.includes(ask));
    discord.mention(ann, help, "one");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));

    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    await discord.until(() => adapter.status().state === "down");
    for (let index = 0; index < 8; index += 1) discord.mention(ann, help, `old ${index}`);
    discord.world.advance(20 * 60_000);
    discord.mention(ann, help, "fresh");
    discord.faults.next("POST message", { type: "error", status: 403, code: 50_013 });
    discord.gateway.refuse(false);
    await discord.until(() => offers().length === 7);

    expect(askedBefore).toBe(0);
    expect(bot.received.map(({ text }) => text)).toEqual(["one", "fresh"]);
  });

  it("reads on when very much was said meanwhile: all that is fresh first, then what is old, newest first", async () => {
    const minute = 60_000;
    const { discord, bot, adapter, help, ann, ben } = await openScene({
      script: ({ text }) => (text === "one" ? { text: "heard" } : null),
      discord: { limits: { perWindow: 1_000 } },
    });
    discord.mention(ann, help, "one");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));
    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    await discord.until(() => adapter.status().state === "down");

    const talk = (): void => {
      for (let at = 0; at < 700; at += 1) discord.say(ben, help, "talk among people");
    };
    for (let at = 0; at < 12; at += 1) discord.mention(ann, help, `old ${at}`);
    talk();
    discord.world.advance(20 * minute);
    talk();
    discord.mention(ann, help, "fresh, after seven hundred others");
    discord.gateway.refuse(false);
    const offers = () =>
      discord.messages(help).filter(({ text }) => text.includes("Do you still need it?"));
    await discord.until(() => offers().length === 10);
    await discord.until(() => bot.received.length === 2);

    const asked = offers().map(
      ({ replyTo }) => discord.world.find(help.id, replyTo ?? "")?.content,
    );
    expect(bot.received[1]?.text).toBe("fresh, after seven hundred others");
    expect(asked[0]).toContain("old 11");
    expect(asked.at(-1)).toContain("old 2");
  });

  it("hears again from a line that has fallen silent, without anybody closing it", async () => {
    const { discord, bot, help, ann } = await openScene({
      discord: { limits: { heartbeatMs: 300 } },
    });

    discord.gateway.fallSilent();
    discord.mention(ann, help, "while nobody heard");
    await discord.until(() => bot.received.length === 1);

    expect(discord.gateway.counts).toMatchObject({ identified: 1, resumed: 1 });
    expect(bot.received[0]?.text).toBe("while nobody heard");
  });

  it("goes on with its session when Discord calls it invalid and says that it may", async () => {
    const { discord, bot, help, ann } = await openScene();

    discord.gateway.invalidate(true);
    discord.mention(ann, help, "meanwhile");
    await discord.until(() => bot.received.length === 1);
    await discord.until(() => discord.gateway.counts.resumed === 1);
    discord.mention(ann, help, "afterwards");
    await discord.until(() => bot.received.length === 2);

    expect(discord.gateway.counts).toMatchObject({ identified: 1, resumed: 1 });
  });

  it("reads channels and threads in which nothing was ever heard, the last minutes only", async () => {
    const minute = 60_000;
    const { discord, bot, adapter, guild, help, ann } = await openScene();
    const quiet = discord.channel(guild, "quiet");
    const thread = discord.thread(help, "t");
    const talk = discord.channel(guild, "talk");
    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    await discord.until(() => adapter.status().state === "down");
    discord.mention(ann, quiet, "too old");
    discord.world.advance(20 * minute);
    discord.mention(ann, quiet, "in a channel");
    discord.mention(ann, thread, "in a thread");
    discord.say(ann, talk, "nothing for a bot");
    discord.gateway.refuse(false);
    await discord.until(() => bot.received.length === 2);
    await discord.until(() => discord.messages(thread).some(({ isBot }) => isBot));
    await discord.until(() => discord.messages(quiet).some(({ isBot }) => isBot));

    expect(bot.received.map(({ text }) => text).toSorted()).toEqual([
      "in a channel",
      "in a thread",
    ]);
    expect(discord.messages(talk)).toHaveLength(1);
    expect(discord.messages(quiet).filter(({ isBot }) => isBot)).toHaveLength(1);
  });

  it("reads again only where something was said since", async () => {
    const { discord, bot, guild, help, ann } = await openScene();
    const channels = Array.from({ length: 6 }, (_, index) => discord.channel(guild, `c${index}`));
    for (const channel of channels) discord.mention(ann, channel, "heard");
    await discord.until(() => bot.received.length === 6);
    const reads = () => discord.callsOf("GET messages").length;
    await discord.until(() =>
      channels.every((channel) => discord.messages(channel).some(({ isBot }) => isBot)),
    );
    const before = reads();

    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    discord.mention(ann, help, "while away");
    discord.gateway.refuse(false);
    await discord.until(() => bot.received.length === 7);
    discord.mention(ann, help, "and now");
    await discord.until(() => bot.received.length === 8);

    expect(reads() - before).toBe(1);
    expect(bot.received.map(({ text }) => text).slice(6)).toEqual(["while away", "and now"]);
  });

  it("is resumed by the next process, which gets what this one had not taken in", async () => {
    const memory = createMemoryStore();
    const first = await openScene({ memory });
    const { discord, bot, help, ann } = first;
    discord.mention(ann, help, "one");
    await discord.until(() => bot.received.length === 1);
    await first.adapter.close();
    discord.mention(ann, help, "between two lives");

    const next = adapterFor(discord, bot.host, { memory });
    bot.speakThrough(next.channel);
    await next.start();
    await discord.until(() => bot.received.length === 2);
    await next.close();

    expect(discord.gateway.counts).toMatchObject({ identified: 1, resumed: 1 });
    expect(bot.received[1]?.text).toBe("between two lives");
  });

  it("hands a command that it could not finish on to the next process", async () => {
    const memory = createMemoryStore();
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const hanging = { retrieve: () => new Promise<never>(() => {}) };
    const first = await openScene({ memory, host: { ...knowledge, retriever: hanging } });
    const { discord, bot, help, ann } = first;
    const query = [{ name: "query", value: "leave" }];
    const { pending } = await discord.slash(ann, help, "search", query);
    await first.adapter.close();

    const next = adapterFor(discord, { ...bot.host, ...knowledge }, { memory });
    await next.start();
    await discord.until(() => pending.original?.content.includes("25 days"));
    await next.close();

    expect(discord.messages(help, ann)).toHaveLength(1);
  });

  it("goes on without message content when the intent is switched off, and says so", async () => {
    const { discord, bot, adapter, help, ann } = await openScene({
      discord: { hasMessageContent: false },
    });

    discord.mention(ann, help, "named");
    await discord.until(() => bot.received.length === 1);

    expect(adapter.status()).toMatchObject({ state: "ok" });
    expect(adapter.status().detail).toContain("Message Content Intent");
  });

  it("ends when it is told to while a session begins", async () => {
    const discord = await startDiscord({ limits: QUICK_LIMITS });
    onTestFinished(() => discord.close());
    const adapter = adapterFor(discord, silentHost());
    discord.gateway.stall(true);
    await adapter.start();
    await discord.until(() => discord.gateway.counts.identified > 0, "a session that begins");

    await adapter.close();

    await discord.until(() => discord.gateway.connections() === 0, "no connection any more");
    expect(discord.gateway.counts.identified).toBe(1);
  });

  it("gives a refused token up, and says what to do", async () => {
    const { discord, bot } = await openScene();

    const other = adapterFor(discord, bot.host, { settings: { token: "wrong.token.here" } });
    await other.start();
    await discord.until(() => other.status().state === "down" && other.status().detail !== "");
    await discord.until(() => /token/iu.test(other.status().detail));
    await other.close();

    expect(other.status().detail).toContain("DISCORD_TOKEN");
    expect(other.status().detail).not.toContain("wrong.token");
  });

  it("hears the servers of all its shards, in one process or in several", async () => {
    const { discord, bot, adapter, ann } = await openScene({ discord: { shards: 3 } });
    await discord.until(() => adapter.status().detail.includes("3 of 3"));

    const guilds = Array.from({ length: 8 }, (_, index) =>
      discord.guild(`G${index}`, { members: [ann] }),
    );
    for (const guild of guilds) {
      discord.mention(ann, discord.channel(guild, "help"), `in ${guild.name}`);
    }
    await discord.until(() => bot.received.length === 8);

    expect(new Set(discord.gateway.sessions.map(({ shard }) => shard))).toEqual(new Set([0, 1, 2]));
  });

  it("leaves shards to other processes", async () => {
    const settings = { shardCount: 2, shardIds: [0] };
    const { discord, bot, ann, adapter } = await openScene({ settings });
    const second = adapterFor(discord, bot.host, { settings: { shardCount: 2, shardIds: [1] } });
    await second.start();
    await discord.until(() => discord.gateway.counts.identified === 2);

    const guilds = Array.from({ length: 6 }, (_, index) =>
      discord.guild(`G${index}`, { members: [ann] }),
    );
    for (const guild of guilds) discord.mention(ann, discord.channel(guild, "help"), "hello");
    await discord.until(() => bot.received.length === 6);
    await second.close();

    expect(adapter.status().detail).toContain("1 of 1");
    expect(bot.received).toHaveLength(6);
  });
});
