import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";

describe("what is heard in Discord", () => {
  it("answers a mention by reply, once, however often the event comes", async () => {
    const { discord, bot, help, ann } = await openScene();

    discord.gateway.duplicateNext(1);
    const asked = discord.mention(ann, help, "how many days?");
    const answer = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));

    expect(answer.replyTo).toBe(asked.id);
    expect(answer.text).toContain("You said: how many days?");
    expect(answer.rung).toEqual([]);
    expect(bot.received).toHaveLength(1);
    expect(bot.received[0]?.principal.displayName).toBe("Ann");
    expect(bot.received[0]?.audience).toEqual({ kind: "shared", visible: ["public", "internal"] });
  });

  it("answers who names its role in place of it, and does not take a preview for another question", async () => {
    const { discord, bot, guild, help, ann } = await openScene();
    const role = [...guild.roles.values()].find(({ botId }) => botId !== undefined);

    const asked = discord.say(ann, help, `<@&${role?.id}> how many days?`);
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));
    discord.preview(asked);
    discord.edit(asked, `<@&${role?.id}> how many days?`);
    discord.say(ann, help, "<@&1234> not for a bot");
    discord.mention(ann, help, "the end");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?", "the end"]);
  });

  it("keeps replies under a first message in one conversation, and others apart", async () => {
    const { discord, bot, help, ann, ben } = await openScene();

    discord.mention(ann, help, "first");
    const answer = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));
    discord.reply(ben, answer, "and then?");
    await discord.until(() => bot.received.length === 2);
    const second = await discord.until(() => discord.messages(help).filter((m) => m.isBot)[1]);
    discord.reply(ann, second, "and after that?");
    discord.mention(ann, help, "something else");
    await discord.until(() => bot.received.length === 4);

    const ids = bot.received.map(({ address }) => address.conversationId);
    expect(new Set(ids.slice(0, 3)).size).toBe(1);
    expect(ids[3]).not.toBe(ids[0]);
    expect(bot.received.every(({ isAddressed }) => isAddressed)).toBe(true);
  });

  it("leaves talk in channels alone, and its own and other bots' messages", async () => {
    const { discord, bot, help, ann, guild } = await openScene();
    const robot = discord.user("Robot", { isBot: true });
    discord.join(robot, guild);

    discord.say(ann, help, "good morning");
    discord.mention(robot, help, "hello");
    discord.mention(ann, help, "a question");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));

    expect(bot.received.map(({ text }) => text)).toEqual(["a question"]);
  });

  it("cuts a loop with a bot that is allowed", async () => {
    const settings = { allowBots: [] as string[] };
    const { discord, bot, help, guild } = await openScene({ settings });
    const robot = discord.user("Robot", { isBot: true });
    discord.join(robot, guild);
    settings.allowBots.push(robot.id);

    const first = discord.mention(robot, help, "ping");
    await discord.until(() => bot.received.length === 1);
    for (let round = 0; round < 9; round += 1)
      discord.say(robot, help, "@bot ping", { replyTo: first });
    await discord.until(() => bot.received.length >= 5);

    expect(bot.received.length).toBeLessThanOrEqual(6);
  });

  it("follows a thread it was brought into, with title and earlier talk as context", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const thread = discord.thread(help, "Parking permits");

    discord.say(ben, thread, "I lost mine");
    discord.mention(ann, thread, "what now?");
    await discord.until(() => bot.received.length === 1);
    discord.say(ben, thread, "and how long does it take?");
    await discord.until(() => bot.received.length === 2);

    expect(bot.told[0]?.event).toMatchObject({
      type: "conversation.seeded",
      turns: [{ text: "Parking permits" }, { text: "I lost mine", name: "Ben" }],
    });
    expect(bot.received.map(({ isAddressed }) => isAddressed)).toEqual([true, false]);
    expect(bot.received[0]?.address).toMatchObject({ channelId: help.id, threadId: thread.id });
  });

  it("takes what stands above in a chain of replies as context, other people's words by their names", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const first = discord.say(ben, help, "my parking permit is gone");
    const second = discord.say(ann, help, "the blue one?", { replyTo: first });
    const third = discord.say(ben, help, "yes", { replyTo: second });

    discord.say(ann, help, "@bot what now?", { replyTo: third });
    await discord.until(() => bot.received.length === 1);

    expect(bot.told[0]).toMatchObject({
      instance: { id: bot.received[0]?.address.conversationId },
      event: {
        type: "conversation.seeded",
        turns: [
          { text: "my parking permit is gone", name: "Ben" },
          { text: "the blue one?", name: "Ann" },
          { text: "yes", name: "Ben" },
        ],
      },
    });
  });

  it("answers in a forum post in which it is named", async () => {
    const { discord, bot, guild, ann } = await openScene();
    const forum = discord.forum(guild, "questions");

    const { post } = discord.post(ann, forum, "Leave", "@bot how many days?");
    const answer = await discord.until(() => discord.messages(post).find(({ isBot }) => isBot));

    expect(answer.replyTo).toBe(post.id);
    expect(bot.received[0]?.address.conversationId).toBe(`discord:${guild.id}:${post.id}`);
  });

  it("offers to answer in ask mode, and answers when somebody says yes", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ settings: { channelMode: "ask" } });
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "first");
    await discord.until(() => bot.received.length === 1);

    discord.say(ben, thread, "how long is parental leave?");
    const offer = await discord.until(() =>
      discord.messages(thread).find(({ text }) => text === "Shall I answer this?"),
    );
    await discord.press(ben, thread, "Yes, answer");
    await discord.until(() => bot.received.length === 2);
    await discord.until(() => discord.messages(thread).every(({ id }) => id !== offer.id));

    expect(bot.received[1]).toMatchObject({
      text: "how long is parental leave?",
      isAddressed: true,
    });
  });

  it("answers a mended question anew in ask mode, where it answered before", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ settings: { channelMode: "ask" } });
    const thread = discord.thread(help, "t");
    const ours = () => discord.messages(thread).filter(({ isBot }) => isBot);
    discord.mention(ann, thread, "first");
    await discord.until(() => ours().length === 1);
    const asked = discord.say(ben, thread, "how long is parental leave?");
    await discord.until(() => ours().some(({ text }) => text === "Shall I answer this?"));
    await discord.press(ben, thread, "Yes, answer");
    const before = await discord.until(() =>
      ours().find(({ replyTo, text }) => replyTo === asked.id && text.includes("You said")),
    );

    discord.edit(asked, "the length of study leave");
    const after = await discord.until(() =>
      ours().find(({ text }) => text.includes("study leave")),
    );

    expect(after.id).toBe(before.id);
    expect(bot.received.map(({ text }) => text)).toEqual([
      "first",
      "how long is parental leave?",
      "the length of study leave",
    ]);
    expect(ours().filter(({ text }) => text === "Shall I answer this?")).toEqual([]);
  });

  it("offers to answer in ask mode what only becomes a question when it is mended, once", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ settings: { channelMode: "ask" } });
    const thread = discord.thread(help, "t");
    const offers = () =>
      discord.messages(thread).filter(({ text }) => text === "Shall I answer this?");
    discord.mention(ann, thread, "first");
    await discord.until(() => bot.received.length === 1);
    const said = discord.say(ben, thread, "parental leave is long");

    discord.edit(said, "how long is parental leave?");
    await discord.until(() => offers().length === 1);
    discord.edit(said, "how long is parental leave now?");
    await discord.press(ben, thread, "Yes, answer");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]?.text).toBe("how long is parental leave now?");
    expect(
      discord
        .callsOf("POST message")
        .filter(({ body }) => JSON.stringify(body).includes("Shall I answer")),
    ).toHaveLength(1);
  });

  it("says nothing to a sticker or a poll in a thread that it follows, and takes them for words where it is asked", async () => {
    const { discord, bot, help, ann } = await openScene();
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "first");
    await discord.until(() => bot.received.length === 1);

    discord.say(ann, thread, "");
    discord.say(ann, discord.directMessages(ann), "", { stickers: ["Wave"], poll: "Pizza?" });
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ text }) => text)).toEqual(["first", "Pizza?\n:Wave:"]);
  });

  it("does not take a forward for a reply", async () => {
    const { discord, bot, help, guild, ann } = await openScene();
    const other = discord.channel(guild, "other");
    const far = discord.mention(ann, other, "far away");
    await discord.until(() => bot.received.length === 1);

    const forward = discord.say(ann, help, "look", { forwardOf: far });
    const reply = discord.reply(ann, forward, "@bot and this?");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]?.address.conversationId).toBe(
      `discord:${guild.id}:${help.id}:${forward.id}`,
    );
    expect(bot.received[1]?.id).toBe(`${help.id}/${reply.id}`);
  });

  it("stops listening when told to, until it is named again", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "first");
    await discord.until(() => discord.messages(thread).some(({ isBot }) => isBot));

    await discord.press(ann, thread, "🔇 Stop listening");
    discord.say(ben, thread, "just between us");
    discord.mention(ann, thread, "back again");
    await discord.until(() => bot.received.length === 2);

    await discord.until(() =>
      discord.messages(thread).some(({ text }) => text.includes("no longer follow")),
    );

    expect(bot.received.map(({ text }) => text)).toEqual(["first", "back again"]);
  });

  it("answers a mended question where it answered before, and not when only a preview came", async () => {
    const { discord, bot, help, ann } = await openScene();
    const asked = discord.mention(ann, help, "wrong question");
    const before = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));

    discord.preview(asked);
    discord.edit(asked, "@bot right question");
    const after = await discord.until(() =>
      discord
        .messages(help)
        .find(({ text }) => text.includes("right question") && !text.includes("@")),
    );

    expect(after.id).toBe(before.id);
    expect(bot.received).toHaveLength(2);
    expect(discord.messages(help).filter(({ isBot }) => isBot)).toHaveLength(1);
  });

  it("takes an answer back when its question is deleted", async () => {
    const { discord, bot, help, ann } = await openScene();
    const asked = discord.mention(ann, help, "never mind");
    await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));

    discord.delete(asked);
    await discord.until(() => discord.messages(help).length === 0);

    // What others ask in the same place goes on.
    const stops = bot.told.filter(({ event }) => event.type === "stop.requested");
    expect(stops.map(({ event }) => event["by"])).toEqual([ann.id]);
  });

  it("refuses in words, once an hour, whom it may not answer", async () => {
    const settings = { denyUsers: [] as string[] };
    const { discord, bot, help, ann, ben } = await openScene({ settings });
    settings.denyUsers.push(ann.id);

    discord.mention(ann, help, "one");
    await discord.until(() =>
      discord.messages(help).some(({ text }) => text.includes("not set up to answer")),
    );
    discord.mention(ann, help, "two");
    discord.mention(ben, help, "three");
    await discord.until(() => bot.received.length === 1);

    expect(bot.received[0]?.text).toBe("three");
    const refusals = discord.messages(help).filter(({ text }) => text.includes("not set up"));
    expect(refusals).toHaveLength(1);
  });

  it("shows members of an open server what is public only, and a stranger in direct messages too", async () => {
    const { discord, bot, help, ann } = await openScene({ features: ["COMMUNITY"] });

    discord.mention(ann, help, "in the open");
    discord.dm(ann, "in private");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ principal }) => principal.role)).toEqual(["guest", "guest"]);
    expect(bot.received.find(({ text }) => text === "in the open")?.audience).toEqual({
      kind: "shared",
      visible: ["public"],
    });
  });

  it("knows a member of the organisation in direct messages", async () => {
    const { discord, bot, ann } = await openScene();

    discord.dm(ann, "how many days?");
    await discord.until(() => bot.received.length === 1);

    expect(bot.received[0]?.principal.role).toBe("viewer");
    expect(bot.received[0]?.audience).toEqual({ kind: "private" });
  });

  it("asks nothing any more of a server that it has left", async () => {
    const { discord, bot, guild, ann } = await openScene();
    discord.dm(ann, "as a member");
    await discord.until(() => bot.received.length === 1);

    discord.leave(guild);
    const before = discord.callsOf("GET member").length;
    discord.dm(discord.user("Eve"), "hello");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ principal }) => principal.role)).toEqual(["viewer", "guest"]);
    expect(discord.callsOf("GET member")).toHaveLength(before);
  });

  it("takes a message in again and again until the store has it", async () => {
    const { discord, bot, help, ann } = await openScene();

    bot.failNext(2);
    discord.mention(ann, help, "be patient");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));

    expect(bot.received).toHaveLength(1);
  });

  it("hands files on with the message", async () => {
    const { discord, bot, help, ann } = await openScene();
    const files = [{ name: "a.txt", mediaType: "text/plain", bytes: Buffer.from("words") }];

    discord.say(ann, help, "@bot what is this?", { files });
    await discord.until(() => bot.received.length === 1);
    const [attachment] = bot.received[0]?.attachments ?? [];

    expect(attachment).toMatchObject({ name: "a.txt", mediaType: "text/plain", sizeBytes: 5 });
    expect(await (await fetch(attachment?.url ?? "")).text()).toBe("words");
  });
});
