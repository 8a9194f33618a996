import { describe, expect, it, onTestFinished } from "vitest";
import type { SlackSettings } from "../../adapters/slack/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor, testMemory } from "../support/slack/adapter.ts";
import type { SlackEmulator, SlackUser } from "../support/slack/index.ts";
import { seen } from "../support/slack/reader.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

/** A workspace whose app lacks something from the start, with an admin who is named. */
async function openWorkshop(lacking: readonly string[] = []) {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  onTestFinished(() => slack.close());
  for (const scope of lacking) slack.scopes.granted.delete(scope);
  const memory = testMemory();
  const admin = slack.user("Ada", { id: "UADA" });
  const start = async (more: Partial<SlackSettings> = {}, logger: Logger = silentLogger) => {
    const bot = scriptedBot(() => ({ text: "an answer", citations: [] }));
    const people = { "slack:UADA": { role: "admin", groups: [] } } as const;
    const adapter = adapterFor(slack, bot.host, { memory, logger, settings: { people, ...more } });
    bot.speakThrough(adapter.channel);
    // The look around asks for channels of both kinds at once; whoever looks for missed questions does not.
    const looks = () =>
      slack
        .callsOf("users.conversations")
        .filter(({ args }) => args["types"] === "public_channel,private_channel").length;
    const looked = looks();
    await adapter.start();
    if (more.mode === "http") slack.useHttp(adapter.eventsUrl());
    onTestFinished(() => adapter.close());
    await slack.until(() => looks() > looked, "a look around");
    return { bot, adapter };
  };
  return { slack, admin, start };
}

function toldTo(slack: SlackEmulator, user: SlackUser): readonly string[] {
  const { id } = slack.directMessages(user);
  return slack.world.messages
    .filter(({ channel, botId }) => channel === id && botId !== null)
    .map((message) => seen(slack.world, message).text);
}

async function homeOf(slack: SlackEmulator, user: SlackUser): Promise<string> {
  slack.world.homes.delete(user.id);
  await slack.openHome(user);
  const blocks = await slack.until(() => slack.world.homes.get(user.id), "the home tab");
  return JSON.stringify(blocks);
}

describe.each(["socket", "http"] as const)("what is missing in Slack, %s mode", (mode) => {
  it("is told to the admins once, in one message, and the bot goes on", async () => {
    const { slack, admin, start } = await openWorkshop(["usergroups:read", "reactions:write"]);
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const channels = { CNOWHERE: ANY };
    const { adapter, bot } = await start({ mode, channels });
    const [told] = await slack.until(
      () => toldTo(slack, admin).length === 1 && toldTo(slack, admin),
    );

    const asked = await slack.mention(ann, help, "how many days?");
    await bot.settled();
    const again = await start({ mode, channels });
    await again.adapter.close();

    expect(told).toContain("I go on with what works without it");
    expect(told).toContain("`usergroups:read`");
    expect(told).toContain("`reactions:write`");
    expect(told).toContain("`frontdesk slack manifest`");
    expect(told).toContain("`CNOWHERE`");
    expect(slack.messages(help, asked.ts).filter(({ isBot }) => isBot)).toHaveLength(1);
    expect(adapter.status().detail).toContain("missing scopes: reactions:write, usergroups:read");
    expect(toldTo(slack, admin)).toHaveLength(1);
    expect(toldTo(slack, ann)).toEqual([]);
  });
});

describe("what is missing in Slack", () => {
  it("stands on the home tab of admins until it is mended", async () => {
    const { slack, admin, start } = await openWorkshop(["reactions:write"]);
    const ann = slack.user("Ann");
    const first = await start();
    await slack.until(() => toldTo(slack, admin)[0]);
    const forAdmin = await homeOf(slack, admin);
    const forAnn = await homeOf(slack, ann);
    await first.adapter.close();
    slack.scopes.granted.add("reactions:write");
    await start();
    const afterwards = await homeOf(slack, admin);

    expect(forAdmin).toContain("For admins: what is missing");
    expect(forAdmin).toContain("reactions:write");
    expect(forAnn).not.toContain("reactions:write");
    expect(afterwards).not.toContain("reactions:write");
  });

  it("is a channel of the configuration that the bot is not in, until it is invited", async () => {
    const { slack, admin, start } = await openWorkshop();
    const away = slack.channel("away", { withoutBot: true, members: [admin] });
    const old = slack.channel("old");
    old.isArchived = true;
    const channels = { [away.id]: ANY, [old.id]: ANY, CNOWHERE: ANY };
    await start({ channels });
    const told = await slack.until(() => toldTo(slack, admin)[0]);

    await slack.join(slack.world.bot, away);
    const home = await homeOf(slack, admin);

    expect(told).toContain(
      `\`${away.id}\`): I am not a member of it. Write \`/invite @Frontdesk\``,
    );
    expect(told).toContain(`\`${old.id}\`): It is archived.`);
    expect(told).toContain("`CNOWHERE`): I cannot see it.");
    expect(home).not.toContain(away.id);
    expect(home).toContain("CNOWHERE");
  });

  it("is told in the admin's language, and logged once however many calls it spoils", async () => {
    const { slack, start } = await openWorkshop();
    const admin = slack.user("阿达", { id: "UADA", locale: "zh-CN" });
    const ann = slack.user("Ann");
    const lines: string[] = [];
    const note = (_fields: object, message: string): void => void lines.push(message);
    const logger: Logger = { ...silentLogger, error: note, child: () => logger };
    const { bot, adapter } = await start({}, logger);
    slack.scopes.granted.delete("reactions:write");

    await slack.dm(ann, "one");
    await slack.dm(ann, "two");
    await bot.settled();
    for (const { address } of bot.received) await adapter.settled(address, "forwarded");
    const told = await slack.until(() => toldTo(slack, admin)[0]);

    expect(told).toContain("我缺少权限 `reactions:write`");
    expect(lines).toEqual(["something is missing in Slack"]);
    expect(toldTo(slack, admin)).toHaveLength(1);
  });

  it("is told although Slack fails when it is to be told", async () => {
    const { slack, admin, start } = await openWorkshop(["reactions:write"]);
    slack.faults.next("conversations.open", { type: "status", status: 503, when: "before" }, 2);

    await start();

    expect(await slack.until(() => toldTo(slack, admin)[0])).toContain("reactions:write");
  });

  it("is nobody's business when a person shares where the bot may not write", async () => {
    const { slack, admin, start } = await openWorkshop();
    const ann = slack.user("Ann");
    const away = slack.channel("away", { members: [ann], withoutBot: true });
    const { bot } = await start();
    await slack.slash(ann, away, "/ask", "how many days?");
    await bot.settled();

    await slack.press(ann, { channel: away, thread: null }, "Share with channel");
    await slack.until(() =>
      slack.messages(away, null, ann).find(({ text }) => text.includes("/invite")),
    );
    const home = await homeOf(slack, admin);

    expect(home).not.toContain(away.id);
    expect(toldTo(slack, admin)).toEqual([]);
  });

  it("is forgotten when the same call works again", async () => {
    const { slack, admin, start } = await openWorkshop();
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const { bot } = await start();
    slack.faults.next("chat.postMessage", { type: "error", error: "restricted_action" });
    await slack.mention(ann, help, "one").catch(() => {});
    await bot.settled().catch(() => {});
    await slack.until(() => toldTo(slack, admin)[0]);
    const before = await homeOf(slack, admin);

    const asked = await slack.mention(ann, help, "two");
    await slack.until(() => slack.messages(help, asked.ts).some(({ isBot }) => isBot));
    const after = await homeOf(slack, admin);

    expect(before).toContain("restricted_action");
    expect(after).not.toContain("restricted_action");
  });

  it("is looked for as soon as Slack can be reached, in HTTP mode as well", async () => {
    const { slack, admin, start } = await openWorkshop(["reactions:write"]);
    slack.faults.next("auth.test", { type: "status", status: 503, when: "before" }, 3);

    await start({ mode: "http" });

    expect(await slack.until(() => toldTo(slack, admin)[0])).toContain("reactions:write");
  });
});

const ANY = { mode: null, visible: null, collection: null, language: null, tone: null } as const;
