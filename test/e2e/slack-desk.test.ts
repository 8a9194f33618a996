import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DiscordEmulator, startDiscord } from "../support/discord/index.ts";
import { startSlackFor } from "../support/slack/adapter.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/slack/frontdesk-process.ts";
import type {
  SeenMessage,
  SlackChannel,
  SlackEmulator,
  SlackUser,
} from "../support/slack/index.ts";

const DOCUMENTS = { leave: "# Leave\n\nEmployees have 25 days of annual leave a year." };
/** The desk is in a channel whose id is known before the process starts. */
const CANNED = { sent: "Dear {customer}, it is on its way. {agent} ({case})" };

/** Ten starts of a process, on a machine that may be busy. */
const KILLS_MS = 400_000;

/** A case from both sides: the thread of its customer, and its thread at the desk. */
interface Handover {
  readonly id: string;
  readonly asked: string;
  readonly thread: string;
}

describe("a desk in a Slack channel", () => {
  let slack: SlackEmulator;
  let app: FrontdeskProcess;
  let dataDir: string;
  let env: Readonly<Record<string, string>>;
  let help: SlackChannel;
  let desk: SlackChannel;
  let ann: SlackUser;
  let mia: SlackUser;
  let ben: SlackUser;

  let discord: DiscordEmulator;

  const start = async (): Promise<FrontdeskProcess> => {
    const { counts } = discord.gateway;
    const before = counts.identified + counts.resumed;
    const started = await startFrontdesk(slack, { dataDir, env });
    await discord.until(() => counts.identified + counts.resumed > before, "Discord is heard");
    return started;
  };
  const inThread = (channel: SlackChannel, thread: string): readonly SeenMessage[] =>
    slack.messages(channel, thread);
  const seen = (channel: SlackChannel, thread: string, words: string): Promise<SeenMessage> =>
    slack.until(
      () => inThread(channel, thread).find(({ isBot, text }) => isBot && text.includes(words)),
      `"${words}" in ${channel.name}`,
    );
  const handOver = async (): Promise<Handover> => {
    const asked = await slack.mention(ann, help, "@bot I want to talk to a person");
    const told = await seen(help, asked.ts, "Your case is");
    const id = /C-\w{5}-\w{5}/u.exec(told.text)?.[0] ?? "";
    const head = await slack.until(
      () => slack.messages(desk, null).find(({ text }) => text.includes(id)),
      "the case at the desk",
    );
    await seen(desk, head.ts, "What was said");
    return { id, asked: asked.ts, thread: head.ts };
  };
  const customerSees = ({ asked }: Handover, words: string) => seen(help, asked, words);
  const agentSees = ({ thread }: Handover, words: string) => seen(desk, thread, words);
  const restart = async (): Promise<void> => {
    await app.kill();
    app = await start();
  };

  beforeAll(async () => {
    [slack, discord] = await Promise.all([startSlackFor(), startDiscord({})]);
    [ann, mia, ben] = [slack.user("Ann"), slack.user("Mia Berg"), slack.user("Ben")];
    help = slack.channel("help", { members: [ann] });
    desk = slack.channel("desk", { kind: "private", members: [mia, ben] });
    env = {
      FRONTDESK_DESK: `slack:${desk.id}`,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      FRONTDESK_HANDOVER_CANNED: JSON.stringify(CANNED),
      FRONTDESK_ACCESS_PEOPLE: JSON.stringify({ [`slack:${mia.id}`]: { role: "editor" } }),
    };
    dataDir = await folderWith(DOCUMENTS);
    app = await start();
  });
  afterAll(async () => {
    await app.kill();
    await Promise.all([slack.close(), discord.close()]);
  });

  it("serves a customer from the first word to the rating, with power cuts between its steps", async () => {
    const handover = await handOver();
    await restart();
    await slack.press(mia, { channel: desk, thread: null }, "Claim");
    await customerSees(handover, "Mia Berg is here now");
    await restart();
    await slack.threadReply(ann, help, handover.asked, "It is about my laptop");
    await agentSees(handover, "It is about my laptop");
    await restart();
    await slack.threadReply(mia, desk, handover.thread, "difficult one, SECRET");
    await slack.threadReply(mia, desk, handover.thread, "!r Your laptop is on its way");
    await customerSees(handover, "Your laptop is on its way");
    await restart();
    await slack.threadReply(mia, desk, handover.thread, "!canned sent");
    await customerSees(handover, `Dear Ann, it is on its way. Mia Berg (${handover.id})`);
    await slack.threadReply(mia, desk, handover.thread, "!resolve solved");
    await customerSees(handover, "I am back");
    await restart();
    await slack.press(ann, { channel: help, thread: handover.asked }, "5");
    await agentSees(handover, "5 of 5");

    const customer = inThread(help, handover.asked).map(({ text }) => text);
    const team = inThread(desk, handover.thread)
      .map(({ text }) => text)
      .filter((text) => !text.includes("This could go into the documents"));
    const often = (all: readonly string[], words: string) =>
      all.filter((text) => text.includes(words)).length;
    expect(customer.join("\n")).not.toContain("SECRET");
    expect(often(customer, "Your laptop is on its way")).toBe(1);
    expect(often(customer, "is here now")).toBe(1);
    expect(often(customer, "I am back")).toBe(1);
    expect(often(team, "It is about my laptop")).toBe(1);
    expect(often(team, "SECRET")).toBe(1);
    expect(
      slack.messages(desk, null).filter(({ text }) => text.includes(handover.id)),
    ).toHaveLength(1);
  });

  it("lets one of two agents have a case, and tells the other", async () => {
    const handover = await handOver();

    await Promise.all([
      slack.threadReply(mia, desk, handover.thread, "!claim"),
      slack.threadReply(ben, desk, handover.thread, "!claim"),
    ]);
    const won = await agentSees(handover, "has this case");
    const loser = won.text.includes("Mia") ? ben : mia;
    const told = await slack.until(
      () =>
        slack
          .messages(desk, handover.thread, loser)
          .find(({ text }) => /This case is with|somebody else has this case/u.test(text)),
      "the slower one is told",
    );

    expect(told).toBeDefined();
    await slack.threadReply(loser, desk, handover.thread, "!r and I?");
    await slack.until(() =>
      slack.messages(desk, handover.thread, loser).some(({ isEphemeral }) => isEphemeral),
    );
    expect(inThread(help, handover.asked).some(({ text }) => text.includes("and I?"))).toBe(false);
  });

  it("replies from a window, passes a case on, and gives it back to the bot with a hint", async () => {
    const handover = await handOver();
    const { thread } = handover;

    await slack.press(mia, { channel: desk, thread: null }, "Reply …");
    await slack.until(() => slack.world.modals.length > 0, "a window");
    await slack.submit(mia, { "reply.text": "Written in a window" });
    await customerSees(handover, "Written in a window");
    await slack.threadReply(mia, desk, thread, `!assign <@${ben.id}>`);
    await customerSees(handover, "Ben is here now");
    await slack.threadReply(ben, desk, thread, "!priority urgent");
    await agentSees(handover, "The priority is now urgent");
    await slack.threadReply(ann, help, handover.asked, "How many days of annual leave are there?");
    await agentSees(handover, "annual leave are there?");
    await slack.press(ben, { channel: desk, thread: null }, "Draft");
    await agentSees(handover, "Employees have 25 days");
    await slack.threadReply(ben, desk, thread, "!nonsense to the customer");
    await slack.until(
      () =>
        slack
          .messages(desk, thread, ben)
          .find(({ text }) => text.includes("!nonsense, so nothing")),
      "an order that is none",
    );
    await slack.threadReply(ben, desk, thread, "!return How many days of annual leave do I have?");
    const answer = await customerSees(handover, "25 days of annual leave");

    expect(answer.text).toContain("[1]");
    expect(inThread(help, handover.asked).some(({ text }) => text.includes("nonsense"))).toBe(
      false,
    );
    const head = slack.messages(desk, null).find(({ ts }) => ts === thread);
    expect(head?.text).toContain("urgent");
  });

  it("puts what an agent answered into the documents when an editor wants it", async () => {
    const asked = await slack.mention(ann, help, "@bot Who waters the ficus on floor nine?");
    await slack.until(() => inThread(help, asked.ts).find(({ isBot }) => isBot), "an answer");
    await slack.threadReply(ann, help, asked.ts, "@bot I want to talk to a person");
    const told = await seen(help, asked.ts, "Your case is");
    const id = /C-\w{5}-\w{5}/u.exec(told.text)?.[0] ?? "";
    const head = await slack.until(
      () => slack.messages(desk, null).find(({ text }) => text.includes(id)),
      "the case at the desk",
    );
    await seen(desk, head.ts, "What was said");
    await slack.threadReply(mia, desk, head.ts, "!r Rosalind waters the ficus every Tuesday.");
    await seen(help, asked.ts, "every Tuesday");
    await slack.threadReply(mia, desk, head.ts, "!resolve solved");
    await seen(desk, head.ts, "This could go into the documents");
    await slack.threadReply(ben, desk, head.ts, "!learn internal");
    await slack.until(
      () =>
        slack
          .messages(desk, head.ts, ben)
          .find(({ text }) => text.includes("only editors and administrators")),
      "somebody who is no editor is told",
    );
    const before = slack.world.modals.length;
    await slack.press(mia, { channel: desk, thread: null }, "Add to documents …");
    await slack.until(() => slack.world.modals.length > before, "a window");
    await slack.submit(mia, {
      "question.text": "Who waters the ficus on floor nine?",
      "answer.text": "Rosalind waters the ficus on floor nine every Tuesday.",
      "visibility.text": "internal",
    });
    await seen(desk, head.ts, "added this to the documents");

    const again = await slack.mention(ben, help, "@bot Who waters the ficus on floor nine?");
    const answer = await seen(help, again.ts, "Rosalind");
    expect(answer.text).toContain("Tuesday");
  });

  it("serves a customer on Discord from Slack", async () => {
    const dan = discord.user("Dan");
    const guild = discord.guild("Acme", { members: [dan] });
    const talk = discord.channel(guild, "support");
    const sees = (words: string) =>
      discord.until(
        () => discord.messages(talk).find(({ isBot, text }) => isBot && text.includes(words)),
        `"${words}" on Discord`,
      );

    discord.mention(dan, talk, "I want to talk to a person");
    const told = await sees("Your case is");
    const head = await slack.until(() =>
      slack.messages(desk, null).find(({ text }) => text.includes("from Discord")),
    );
    await seen(desk, head.ts, "What was said");
    await slack.threadReply(mia, desk, head.ts, "!claim");
    await sees("Mia Berg is here now");
    discord.say(dan, talk, "@bot The red one", { replyTo: told.id });
    await seen(desk, head.ts, "The red one");
    await slack.until(() => {
      discord.type(dan, talk);
      return slack.world.statusLog.some(({ status }) => status === "says that Dan is typing …");
    }, "the customer types");
    const bytes = Buffer.from("a crack");
    const photo = { name: "photo.txt", mediaType: "text/plain", bytes };
    discord.say(dan, talk, "@bot See it", { replyTo: told.id, files: [photo] });
    await slack.until(
      () =>
        slack.world.messages.some(
          (one) => one.threadTs === head.ts && one.files.some((file) => file.bytes.equals(bytes)),
        ),
      "the photo at the desk",
    );
    const notForHim = { name: "secret.txt", mimetype: "text/plain", bytes: Buffer.from("SECRET") };
    const label = { name: "label.txt", mimetype: "text/plain", bytes: Buffer.from("to Acme") };
    const huge = { ...label, name: "huge.bin", bytes: Buffer.alloc(10 * 1024 * 1024 + 1) };
    await slack.say(mia, desk, "for us", { thread: head.ts, files: [notForHim] });
    await slack.say(mia, desk, "!r", { thread: head.ts, files: [label, huge] });
    await discord.until(
      () =>
        discord.world.messages.some(
          ({ channelId, files }) =>
            channelId === talk.id && files.some(({ bytes: sent }) => sent.equals(label.bytes)),
        ),
      "the label on Discord",
    );
    await sees("huge.bin, but it could not be shown here: it is larger than 10 MB");
    await seen(desk, head.ts, "The file huge.bin did not reach the customer");
    const names = discord.world.messages
      .filter(
        ({ channelId, authorId }) => channelId === talk.id && authorId === discord.world.bot.id,
      )
      .flatMap(({ files }) => files.map(({ name }) => name));
    expect(names).toEqual(["label.txt"]);
    await slack.threadReply(mia, desk, head.ts, "he is cross, SECRET");
    await slack.threadReply(mia, desk, head.ts, "!r Take the blue one");
    await sees("Take the blue one");
    await slack.threadReply(mia, desk, head.ts, "!resolve");
    await sees("I am back");

    expect(JSON.stringify(discord.messages(talk))).not.toContain("SECRET");
  });

  it(
    "loses, doubles and leaks nothing between a customer on Discord and an agent on Slack, killed between every two steps",
    async () => {
      const dan = discord.user("Dan");
      const talk = discord.channel(discord.guild("Emca", { members: [dan] }), "support");
      const fromBot = () => discord.messages(talk).filter(({ isBot }) => isBot);
      const sees = (words: string) =>
        discord.until(
          () => fromBot().find(({ text }) => text.includes(words)),
          `"${words}" on Discord`,
        );
      /** Ends the process as soon as something was done, whatever it makes of it, and waits for what comes of it afterwards. */
      const killedAfter = async <Done>(
        act: () => Done | Promise<Done>,
        effect: () => Promise<unknown>,
      ): Promise<Done> => {
        const done = await act();
        await restart();
        await effect();
        return done;
      };
      const nothing = () => Promise.resolve();
      const bytes = Buffer.from("a dent");

      await killedAfter(
        () => discord.mention(dan, talk, "I want to talk to a person"),
        () => sees("Your case is"),
      );
      const told = await sees("Your case is");
      const id = /C-\w{5}-\w{5}/u.exec(told.text)?.[0] ?? "no case";
      const head = await slack.until(
        () => slack.messages(desk, null).find(({ text }) => text.includes(id)),
        "the case at the desk",
      );
      const agent = (words: string) => seen(desk, head.ts, words);
      const write = (text: string) => slack.threadReply(mia, desk, head.ts, text);
      const tell = (text: string, files: Parameters<typeof discord.say>[3] = {}) =>
        discord.say(dan, talk, `@bot ${text}`, { replyTo: told.id, ...files });
      await killedAfter(
        () => write("!claim"),
        () => sees("Mia Berg is here now"),
      );
      const asked = await killedAfter(
        () => tell("The red one"),
        () => agent("The red one"),
      );
      const note = await killedAfter(() => write("he is cross, SECRET one"), nothing);
      const reply = await killedAfter(
        () => write("!r Take the blue one"),
        () => sees("Take the blue one"),
      );
      await killedAfter(() => slack.edit(note, "SECRET two"), nothing);
      await killedAfter(
        () => slack.edit(reply, "!r Take the green one"),
        () => sees("Take the green one"),
      );
      await killedAfter(
        () => discord.edit(asked, "@bot The pink one"),
        () => agent("The pink one"),
      );
      await killedAfter(
        () => tell("See it", { files: [{ name: "dent.txt", mediaType: "text/plain", bytes }] }),
        () =>
          slack.until(
            () =>
              slack.world.messages.some(
                (one) =>
                  one.threadTs === head.ts && one.files.some((file) => file.bytes.equals(bytes)),
              ),
            "the file at the desk",
          ),
      );
      await killedAfter(
        () => write("!resolve solved"),
        () => sees("I am back"),
      );

      await seen(desk, head.ts, "Mia Berg: solved");
      const team = inThread(desk, head.ts).map(({ text }) => text);
      const often = (words: string) => team.filter((text) => text.includes(words)).length;
      const shown = slack.world.messages
        .filter((one) => one.threadTs === head.ts)
        .flatMap(({ files }) => files.filter((file) => file.bytes.equals(bytes)));
      expect(fromBot().map(({ text }) => text)).toEqual([
        expect.stringContaining("Your case is"),
        expect.stringContaining("Mia Berg is here now"),
        expect.stringContaining("Take the green one"),
        expect.stringContaining("I am back"),
      ]);
      expect(JSON.stringify(discord.messages(talk))).not.toContain("SECRET");
      expect([often("The pink one"), often("The red one"), often("See it")]).toEqual([1, 0, 1]);
      expect([
        often("SECRET two"),
        often("Mia Berg has this case"),
        often("Mia Berg: solved"),
      ]).toEqual([1, 1, 1]);
      expect(shown).toHaveLength(1);
      expect(slack.messages(desk, null).filter(({ text }) => text.includes(id))).toHaveLength(1);
    },
    KILLS_MS,
  );

  it("changes and takes back for the customer what an agent changes and deletes, and for the agent what the customer does", async () => {
    const handover = await handOver();

    const reply = await slack.threadReply(mia, desk, handover.thread, "!r Room 12");
    const note = await slack.threadReply(mia, desk, handover.thread, "SECRET one");
    await customerSees(handover, "Room 12");
    await slack.edit(note, "SECRET two");
    await slack.edit(reply, "!r Room 14");
    const changed = await customerSees(handover, "Room 14");
    const words = await slack.threadReply(ann, help, handover.asked, "My code is 1234");
    await agentSees(handover, "My code is 1234");
    await slack.edit(words, "My code is 5678");
    await agentSees(handover, "My code is 5678");
    await agentSees(handover, "Ann changed a message above");
    const team = inThread(desk, handover.thread).map(({ text }) => text);
    await slack.delete(words);
    await agentSees(handover, "Ann deleted this message");
    await slack.delete(reply);
    await slack.until(
      () => !JSON.stringify(inThread(help, handover.asked)).includes("Room 14"),
      "the reply is gone",
    );

    expect(changed.text).not.toContain("Room 12");
    expect(team.join("\n")).not.toContain("1234");
    expect(JSON.stringify(inThread(desk, handover.thread))).not.toContain("5678");
    expect(JSON.stringify(inThread(help, handover.asked))).not.toContain("SECRET");
  });

  it("goes on when the message is deleted with which it began", async () => {
    const asked = await slack.mention(ann, help, "@bot Where is the moon room?");
    await slack.until(() => inThread(help, asked.ts).find(({ isBot }) => isBot), "an answer");
    await slack.edit(asked, "@bot I want to talk to a person");
    const told = await seen(help, asked.ts, "Your case is");
    const id = /C-\w{5}-\w{5}/u.exec(told.text)?.[0] ?? "";
    const head = await slack.until(
      () => slack.messages(desk, null).find(({ text }) => text.includes(id)),
      "the case at the desk",
    );
    await seen(desk, head.ts, "What was said");

    await slack.threadReply(mia, desk, head.ts, "!r First words");
    await seen(help, asked.ts, "First words");
    await slack.threadReply(mia, desk, head.ts, "!r Second words");
    await seen(help, asked.ts, "Second words");
    await slack.delete(asked);
    await slack.threadReply(mia, desk, head.ts, "!r Third words");
    await seen(help, asked.ts, "Third words");

    const texts = inThread(help, asked.ts)
      .map(({ text }) => text)
      .join("\n");
    expect(texts).toContain("First words");
    expect(texts).toContain("Second words");
  });
});
