import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";

/** Everything that was asked of Discord about messages and members. */
function lookups(calls: readonly { readonly route: string }[]): readonly string[] {
  return calls.map(({ route }) => route).filter((route) => /^GET (?:member|message)/u.test(route));
}

describe("kinds of channels in Discord", () => {
  it.each([
    ["the chat of a voice channel", 2],
    ["an announcement channel", 5],
    ["the chat of a stage", 13],
  ] as const)("answers in %s, by reply", async (_name, type) => {
    const { discord, bot, guild, ann } = await openScene();
    const channel = discord.channel(guild, "place", type);

    const asked = discord.mention(ann, channel, "how many days?");
    const answer = await discord.until(() => discord.messages(channel).find(({ isBot }) => isBot));

    expect(answer.replyTo).toBe(asked.id);
    expect(bot.received[0]?.address).toMatchObject({ channelId: channel.id, threadId: null });
  });

  it("follows a thread under an announcement", async () => {
    const { discord, bot, guild, ann } = await openScene();
    const news = discord.channel(guild, "news", 5);
    const thread = discord.thread(news, "Leave", discord.say(ann, news, "More leave for all!"));

    discord.mention(ann, thread, "how many days?");
    await discord.until(() => discord.messages(thread).some(({ isBot }) => isBot));
    discord.say(ann, thread, "and in spring?");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ isAddressed }) => isAddressed)).toEqual([true, false]);
    expect(bot.received[0]?.address).toMatchObject({ channelId: news.id, threadId: thread.id });
  });

  it("answers in a private thread to which it belongs, and reads there what it missed", async () => {
    const { discord, bot, adapter, help, ann } = await openScene();
    const thread = discord.thread(help, "Only us", undefined, { isPrivate: true });
    discord.mention(ann, thread, "one");
    await discord.until(() => bot.received.length === 1);

    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    await discord.until(() => adapter.status().state === "down");
    discord.mention(ann, thread, "while away");
    discord.gateway.refuse(false);
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]).toMatchObject({ text: "while away", address: { threadId: thread.id } });
  });

  it("reads what it missed in the chat of a voice channel", async () => {
    const { discord, bot, adapter, guild, ann } = await openScene();
    const voice = discord.channel(guild, "voice", 2);
    discord.gateway.refuse(true);
    discord.gateway.forgetSessions();
    discord.gateway.drop();
    await discord.until(() => adapter.status().state === "down");

    discord.mention(ann, voice, "while away");
    discord.gateway.refuse(false);
    await discord.until(() => bot.received.length === 1);

    expect(bot.received[0]?.text).toBe("while away");
  });
});

describe("kinds of messages in Discord", () => {
  it("are the platform's own, which nobody said: a pin, a join, a boost, the start of a thread", async () => {
    const { discord, bot, help, ann } = await openScene();
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "first");
    await discord.until(() => bot.received.length === 1);

    for (const type of [6, 7, 8, 18]) {
      discord.say(ann, help, "@bot", { type });
      discord.say(ann, thread, "@bot what is this?", { type });
    }
    discord.mention(ann, help, "the end");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ text }) => text)).toEqual(["first", "the end"]);
  });

  it("are those of webhooks and what was published elsewhere: heard from whom is allowed only", async () => {
    const settings = { allowBots: [] as string[] };
    const { discord, bot, help, ann } = await openScene({ settings });
    const hook = discord.user("Alerts");
    const news = discord.user("News");
    settings.allowBots.push(hook.id);

    discord.mention(news, help, "published elsewhere", { webhookId: news.id, flags: 2 });
    discord.say(hook, help, "not for the bot", { webhookId: hook.id });
    discord.mention(hook, help, "what does E42 mean?", { webhookId: hook.id });
    await discord.until(() => bot.received.length === 1);
    const published = discord.mention(ann, help, "to all");
    await discord.until(() => bot.received.length === 2);
    // Publishing it is a change in which nobody wrote anything.
    published.flags = 1;
    discord.preview(published);
    discord.mention(ann, help, "the end");
    await discord.until(() => bot.received.length === 3);

    expect(bot.received.map(({ text }) => text)).toEqual([
      "what does E42 mean?",
      "to all",
      "the end",
    ]);
    expect(bot.received[0]?.principal.role).toBe("guest");
    expect(bot.received[0]?.canAnswerPrivately).toBe(false);
  });

  it("cost nothing where they are not for the bot, however many they are", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const hook = discord.user("Alerts");
    let last = discord.say(ann, help, "talk among people");

    for (let at = 0; at < 30; at += 1) {
      last = discord.say(at % 2 === 0 ? ben : ann, help, `talk ${at}`, { replyTo: last });
      discord.say(hook, help, `alert ${at}`, { webhookId: hook.id });
    }
    discord.mention(ann, help, "the end");
    await discord.until(() => bot.received.length === 1);

    expect(lookups(discord.calls)).toEqual([]);
  });

  it("are forwards with their files and polls with their answers", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const bytes = Buffer.from("# Contract");
    const file = { name: "contract.md", mediaType: "text/markdown", bytes };
    const sent = discord.say(ben, help, "the contract", { files: [file] });

    discord.say(ann, discord.directMessages(ann), "", { forwardOf: sent });
    await discord.until(() => bot.received.length === 1);
    discord.say(ann, discord.directMessages(ann), "", {
      poll: "Which day?",
      answers: ["Mon", "Tue"],
    });
    await discord.until(() => bot.received.length === 2);
    discord.say(ann, discord.directMessages(ann), "", { stickers: ["Wave"] });
    await discord.until(() => bot.received.length === 3);

    expect(bot.received[0]).toMatchObject({
      text: "the contract",
      attachments: [{ name: "contract.md" }],
    });
    expect(bot.received.slice(1).map(({ text }) => text)).toEqual([
      "Which day?\n- Mon\n- Tue",
      ":Wave:",
    ]);
  });

  it("are replies that ask about somebody's file", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const bytes = Buffer.from("# Contract");
    const file = { name: "contract.md", mediaType: "text/markdown", bytes };
    const sent = discord.say(ben, help, "the contract", { files: [file] });

    discord.mention(ann, help, "when does it end?", { replyTo: sent });
    await discord.until(() => bot.received.length === 1);
    discord.mention(ann, help, "and without a file?");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ attachments }) => attachments.map(({ name }) => name))).toEqual([
      ["contract.md"],
      [],
    ]);
  });

  it("are alerts, whose boxes are read when somebody asks about them", async () => {
    const { discord, bot, help, ann } = await openScene();
    const hook = discord.user("Alerts", { isBot: true });
    const embeds = [
      {
        title: "Pump down",
        description: "Pump 7 has stopped",
        fields: [{ name: "Code", value: "E42" }],
      },
    ];
    const alert = discord.say(hook, help, "", { webhookId: hook.id, embeds });
    const linked = discord.say(ann, help, "see https://example.com", {
      embeds: [{ title: "A preview" }],
    });

    await discord.contextMenu(ann, alert, "Ask Frontdesk");
    await discord.until(() => bot.received.length === 1);
    discord.mention(ann, help, "what does that mean?", { replyTo: alert });
    await discord.until(() => bot.received.length === 2);
    discord.mention(ann, help, "and that?", { replyTo: linked });
    await discord.until(() => bot.received.length === 3);
    const seeds = bot.told.filter(({ event }) => event.type === "conversation.seeded");

    expect(bot.received[0]?.text).toBe("Pump down\nPump 7 has stopped\nCode: E42");
    expect(seeds[0]?.event["turns"]).toMatchObject([
      { text: "Pump down\nPump 7 has stopped\nCode: E42", name: "Alerts" },
    ]);
    expect(JSON.stringify(seeds)).not.toContain("A preview");
  });
});

describe("what a thread is about", () => {
  it("is the message it hangs on, whoever wrote it, with what was said since", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const above = discord.say(ben, help, "My permit is gone. What does a new one cost?");
    const thread = discord.thread(help, "Permit", above);
    discord.say(ben, thread, "anybody?");

    discord.mention(ann, thread, "can you help?");
    await discord.until(() => bot.received.length === 1);

    expect(bot.told[0]?.event).toMatchObject({
      type: "conversation.seeded",
      turns: [
        { text: "Permit" },
        { text: "My permit is gone. What does a new one cost?", name: "Ben" },
        { text: "anybody?", name: "Ben" },
      ],
    });
  });

  it("is an answer of the bot's own, under which it was opened", async () => {
    const { discord, bot, help, ann } = await openScene();
    discord.mention(ann, help, "how many days?");
    const answer = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));
    const thread = discord.thread(help, "Days", answer);

    discord.mention(ann, thread, "and part-time?");
    await discord.until(() => bot.received.length === 2);

    const seeded = bot.told.find(({ instance }) => instance.id.endsWith(thread.id));
    expect(seeded?.event["turns"]).toMatchObject([
      { text: "Days" },
      { role: "bot", text: answer.text },
    ]);
  });

  it("is asked on without naming the bot where it hangs on an answer, and talk there is left alone", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    discord.mention(ann, help, "how many days?");
    await discord.until(() => bot.received.length === 1);
    const [first] = bot.received;
    if (first === undefined) throw new Error("nothing was asked");
    await bot.say(first.address, { text: "25 days" }, "answer");
    const answer = discord.messages(help).find(({ isBot }) => isBot);
    const thread = discord.thread(help, "Days", answer);
    const other = discord.thread(help, "Other", discord.say(ben, help, "lunch?"));

    const said = discord.say(ann, thread, "good to know");
    discord.reply(ben, said, "is it the same with you?");
    discord.say(ben, thread, "@Ann, when do you leave?");
    discord.say(ben, thread, `<@${ann.id}> how is it with you?`);
    discord.say(ben, other, "how many days?");
    discord.say(ben, thread, "and how many for part-time people?");
    await discord.until(() => bot.received.length === 2);
    discord.say(ben, thread, "and in the first year?");
    await discord.until(() => bot.received.length === 3);

    expect(bot.received.slice(1).map(({ text, isAddressed }) => [text, isAddressed])).toEqual([
      ["and how many for part-time people?", true],
      ["and in the first year?", false],
    ]);
  });

  it("is the first message of a post, however much was said since", async () => {
    const { discord, bot, guild, help, ann, ben } = await openScene();
    const forum = discord.forum(guild, "questions");
    const { post } = discord.post(ben, forum, "Permit", "What does a new one cost?");
    const above = discord.say(ben, help, "And what about mine?");
    const thread = discord.thread(help, "Mine", above);
    for (let at = 0; at < 40; at += 1) {
      discord.say(ben, post, `talk ${at}`);
      discord.say(ben, thread, `talk ${at}`);
    }

    discord.mention(ann, post, "can you help?");
    discord.mention(ann, thread, "can you help?");
    await discord.until(() => bot.received.length === 2);
    const turnsIn = (of: typeof post) =>
      bot.told.find(({ instance }) => instance.id.endsWith(of.id))?.event["turns"];

    expect(turnsIn(post)).toMatchObject([
      { text: "Permit" },
      { text: "What does a new one cost?" },
      ...Array.from({ length: 10 }, (_, at) => ({ text: `talk ${30 + at}` })),
    ]);
    expect(turnsIn(thread)).toMatchObject([
      { text: "Mine" },
      { text: "And what about mine?" },
      ...Array.from({ length: 10 }, (_, at) => ({ text: `talk ${30 + at}` })),
    ]);
  });
});
