import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCommand } from "../support/cli.ts";
import {
  type DiscordChannel,
  type DiscordEmulator,
  startDiscord,
} from "../support/discord/index.ts";
import type { DiscordUser } from "../support/discord/world.ts";
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

/** Files that the bot has brought into a channel. */
function filesOf(discord: DiscordEmulator, channel: string): readonly string[] {
  const { messages, bot } = discord.world;
  return messages
    .filter(({ channelId, authorId }) => channelId === channel && authorId === bot.id)
    .flatMap(({ files }) => files.map(({ name, bytes }) => `${name}: ${bytes.toString()}`));
}

const DOCUMENTS = { leave: "# Leave\n\nEmployees have 25 days of annual leave a year." };

const WEEKDAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

/** A desk with hours, a long queue, and cases that go to whoever is there; plain words in a thread go to the customer. */
function officeEnv(now: Date): Readonly<Record<string, string>> {
  // Three days from now: however long the test takes, that team is away.
  const day = WEEKDAYS[(now.getUTCDay() + 2) % 7] ?? "monday";
  const lifts = { name: "lifts", topics: ["elevator"] };
  const hours = { timeZone: "UTC", [day]: ["09:00-12:00"] };
  return {
    FRONTDESK_HANDOVER_TEAMS: JSON.stringify([{ ...lifts, hours }]),
    FRONTDESK_HANDOVER_ASSIGN: "online",
    FRONTDESK_HANDOVER_CAPACITY: "2",
    FRONTDESK_HANDOVER_LONG_QUEUE_AT: "1",
    FRONTDESK_HANDOVER_PLAIN_TEXT_REPLIES: "true",
  };
}

/** A case from both sides: what its customer is told on Slack, and its post at the desk. */
interface Handover {
  readonly asked: { readonly ts: string };
  readonly told: string;
  readonly post: DiscordChannel;
  customerSees(words: string): Promise<SeenMessage>;
  /** Everything that stands in the customer's thread. */
  customerText(): string;
}

describe("a desk in a forum of Discord", () => {
  let slack: SlackEmulator;
  let discord: DiscordEmulator;
  let app: FrontdeskProcess;
  let dataDir: string;
  let env: Readonly<Record<string, string>>;
  let help: SlackChannel;
  let desk: DiscordChannel;
  let support: DiscordChannel;
  let ann: SlackUser;
  let mia: DiscordUser;
  let ben: DiscordUser;
  let dan: DiscordUser;

  const start = async (
    settings: Readonly<Record<string, string>> = {},
  ): Promise<FrontdeskProcess> => {
    const { counts } = discord.gateway;
    const before = counts.identified + counts.resumed;
    const started = await startFrontdesk(slack, { dataDir, env: { ...env, ...settings } });
    await discord.until(() => counts.identified + counts.resumed > before, "Discord is heard");
    return started;
  };
  const restart = async (): Promise<void> => {
    await app.kill();
    app = await start();
  };
  /** The post of the case from this place that was opened last. */
  const caseFrom = (where: string): Promise<DiscordChannel> =>
    discord.until(
      () =>
        [...discord.world.channels.values()]
          .filter(({ parentId }) => parentId === desk.id)
          .findLast((post) =>
            discord.messages(post).some(({ text }) => text.includes(`from ${where}`)),
          ),
      `a case from ${where}`,
    );
  const agentSees = (post: DiscordChannel, words: string) =>
    discord.until(
      () => discord.messages(post).find(({ isBot, text }) => isBot && text.includes(words)),
      `"${words}" at the desk`,
    );

  /** Files that the bot has brought into a channel. */
  const slackFiles = (channel: string): readonly string[] =>
    slack.world.messages
      .filter((one) => one.channel === channel && one.user === slack.world.bot.id)
      .flatMap(({ files }) => files.map(({ name, bytes }) => `${name}: ${bytes.toString()}`));

  const handOver = async (text: string): Promise<Handover> => {
    const asked = await slack.mention(ann, help, `@bot ${text}`);
    const inThread = () => slack.messages(help, asked.ts);
    const customerSees = (words: string) =>
      slack.until(
        () => inThread().find((one) => one.isBot && one.text.includes(words)),
        `"${words}" on Slack`,
      );
    const told = (await customerSees("Your case is")).text;
    const id = /C-\w{5}-\w{5}/u.exec(told)?.[0] ?? "no case";
    const post = await discord.until(
      () =>
        [...discord.world.channels.values()].find(
          (one) =>
            one.parentId === desk.id && discord.messages(one).some(({ text }) => text.includes(id)),
        ),
      "the case at the desk",
    );
    await agentSees(post, "What was said");
    const customerText = () =>
      inThread()
        .map(({ text }) => text)
        .join("\n");
    return { asked, told, post, customerSees, customerText };
  };

  beforeAll(async () => {
    [slack, discord] = await Promise.all([startSlackFor(), startDiscord({})]);
    ann = slack.user("Ann");
    help = slack.channel("help", { members: [ann] });
    [mia, ben, dan] = [discord.user("Mia Berg"), discord.user("Ben"), discord.user("Dan")];
    const guild = discord.guild("Acme", { members: [mia, ben, dan] });
    desk = discord.forum(guild, "desk");
    support = discord.channel(guild, "support");
    env = {
      FRONTDESK_DESK: `discord:${desk.id}`,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
    };
    dataDir = await folderWith(DOCUMENTS);
    app = await start(officeEnv(new Date()));
  });
  afterAll(async () => {
    await app.kill();
    await Promise.all([slack.close(), discord.close()]);
  });

  it("tells who asks out of hours, finds nobody there or a long queue, gives cases to those who come, and back when they leave", async () => {
    const lift = await handOver("The elevator is stuck, I want to talk to a person");
    const second = await handOver("I want to talk to a person");
    const third = await handOver("I want to talk to a person");
    expect(lift.told).toMatch(/Nobody is at the desk now; it opens again on .*09:00/u);
    expect(second.told).toContain("Nobody is at the desk at this moment");
    // The first one waits in the queue of another team.
    expect(second.told).toContain("You are next");
    expect(third.told).toContain("Many are waiting: one other case is before yours");

    discord.say(mia, third.post, "!online");
    await lift.customerSees("Mia Berg is here now");
    await second.customerSees("Mia Berg is here now");
    discord.say(mia, second.post, "!team nonsense");
    const refusal = await agentSees(second.post, "There is no team nonsense");
    expect(refusal.text).toContain("lifts");
    discord.say(mia, second.post, "// he is cross, SECRET");
    discord.say(mia, second.post, "I am on my way");
    await second.customerSees("I am on my way");

    discord.say(ben, third.post, "!online");
    await third.customerSees("Ben is here now");
    discord.say(mia, second.post, "!away");
    await lift.customerSees("Mia Berg had to leave");
    await second.customerSees("Mia Berg had to leave");
    await lift.customerSees("Ben is here now");
    discord.say(ben, third.post, "!resolve");
    await third.customerSees("I am back");
    await second.customerSees("Ben is here now");
    for (const { post } of [lift, second]) discord.say(ben, post, "!resolve");
    await Promise.all([lift.customerSees("I am back"), second.customerSees("I am back")]);

    expect(third.customerText()).not.toContain("Mia Berg");
    expect(second.customerText()).not.toContain("SECRET");
    const said = (words: string) =>
      discord.messages(second.post).filter(({ text }) => text.includes(words)).length;
    expect([said("SECRET"), said("Mia Berg has this case"), said("Ben has this case")]).toEqual([
      1, 1, 1,
    ]);
    await restart();
  });

  it("serves a customer on Slack from the first word to the rating, with power cuts between its steps", async () => {
    const { asked, post, customerSees } = await handOver("I want to talk to a person");
    await restart();
    await discord.press(mia, post, "Claim");
    await customerSees("Mia Berg is here now");
    await slack.threadReply(ann, help, asked.ts, "It is about my laptop");
    await agentSees(post, "It is about my laptop");
    await app.kill();
    discord.gateway.forgetSessions();
    // Nobody listens: what the team writes meanwhile is done in its order all the same.
    discord.say(mia, post, "difficult one, SECRET");
    discord.say(mia, post, "!r Your laptop is on its way");
    app = await start();
    await customerSees("Your laptop is on its way");
    const says = "says that Mia Berg is typing …";
    await slack.until(() => {
      discord.type(mia, post);
      return slack.world.statusLog.some(({ status }) => status === says);
    }, "the agent types");
    const photo = { name: "photo.txt", mimetype: "text/plain", bytes: Buffer.from("a crack") };
    await slack.say(ann, help, "See it", { thread: asked.ts, files: [photo] });
    await discord.until(() => filesOf(discord, post.id).includes("photo.txt: a crack"), "a file");
    const label = { name: "label.txt", mediaType: "text/plain", bytes: Buffer.from("to Acme") };
    discord.say(mia, post, "a note with SECRET", { files: [{ ...label, name: "secret.txt" }] });
    const labelled = discord.say(mia, post, "!r", { files: [label] });
    await slack.until(() => slackFiles(help.id).includes("label.txt: to Acme"), "the label");
    discord.delete(labelled);
    await slack.until(() => !slackFiles(help.id).includes("label.txt: to Acme"), "taken back");
    expect(slackFiles(help.id)).toEqual([]);
    const window = await discord.press(mia, post, "Reply …");
    await discord.fill(mia, window, "Written in a window");
    await customerSees("Written in a window");
    const reply = discord.say(mia, post, "!r Room 12");
    await customerSees("Room 12");
    discord.edit(reply, "!r Room 14");
    const changed = await customerSees("Room 14");
    const again = discord.say(mia, post, "!r Room 16");
    await customerSees("Room 16");
    discord.delete(again);
    await slack.until(
      () => !JSON.stringify(slack.messages(help, asked.ts)).includes("Room 16"),
      "the reply is gone",
    );
    expect(changed.text).not.toContain("Room 12");
    await discord.press(mia, post, "Resolve");
    await customerSees("I am back");
    await slack.press(ann, { channel: help, thread: asked.ts }, "5");
    await agentSees(post, "5 of 5");

    const customer = slack.messages(help, asked.ts).map(({ text }) => text);
    const often = (words: string) => customer.filter((text) => text.includes(words)).length;
    expect(customer.join("\n")).not.toContain("SECRET");
    expect(often("Your laptop is on its way")).toBe(1);
    expect(often("is here now")).toBe(1);
    const team = discord.messages(post).map(({ text }) => text);
    expect(team.filter((text) => /^\*\*Ann\*\*\n> It is about my laptop/u.test(text))).toHaveLength(
      1,
    );
    const marks = discord.world.reactions.filter(({ message }) => message === reply.id);
    expect(marks.map(({ emoji }) => emoji)).toEqual(["✅", "✏️"]);
  });

  it("serves a customer on Discord, who sees no note, and gives him back to the bot with a hint", async () => {
    const sees = (words: string) =>
      discord.until(
        () => discord.messages(support).find(({ isBot, text }) => isBot && text.includes(words)),
        `"${words}" on Discord`,
      );
    const photo = { name: "lift.txt", mediaType: "text/plain", bytes: Buffer.from("a photo") };
    const files = [photo];
    const asked = discord.mention(dan, support, "I want to talk to a person", { files });
    await sees("Your case is");
    const post = await caseFrom("Discord");
    const hasPhoto = () => filesOf(discord, post.id).includes("lift.txt: a photo");
    await discord.until(hasPhoto, "what came with the first words");

    await discord.press(mia, post, "Claim");
    await sees("Mia Berg is here now");
    const window = await discord.press(mia, post, "Note …");
    await discord.fill(mia, window, "SECRET");
    await agentSees(post, "SECRET");
    discord.delete(asked);
    await discord.until(() => !hasPhoto(), "it is taken back with them");
    const hint = await discord.press(mia, post, "Return to bot …");
    await discord.fill(mia, hint, "How many days of annual leave do I have?");
    await sees("25 days of annual leave");

    expect(JSON.stringify(discord.messages(support))).not.toContain("SECRET");
  });

  it("serves a customer at the terminal", async () => {
    const at = { dataDir, env: {} };
    const conversation = ["--conversation", "console:kim"];
    await runCommand(["ask", "I want to talk to a person", ...conversation], at);
    const post = await caseFrom("a terminal");

    discord.say(mia, post, "!claim");
    await agentSees(post, "Mia Berg has this case");
    discord.say(mia, post, "!r Come to room 3");
    await discord.until(() =>
      discord.world.reactions.find(({ emoji, message }) => {
        return emoji === "✅" && discord.world.find(post.id, message)?.content.includes("room 3");
      }),
    );
    const shown = await runCommand(["conversations", "show", "console:kim"], at);

    expect(shown.stdout).toContain("Come to room 3");
    expect(shown.stdout).toContain("Mia Berg");
  });
});
