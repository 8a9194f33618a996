import { describe, expect, it } from "vitest";
import { fixedKnowledge } from "../support/slack/fixed-knowledge.ts";
import { openScene } from "../support/slack/scene.ts";

describe("settings by command", () => {
  it("lets admins set how it behaves in a channel", async () => {
    const { slack, bot } = await openScene({
      settings: { people: { "slack:UADA": { role: "admin", groups: [] } } },
    });
    const [ada, ann] = [slack.user("Ada", { id: "UADA" }), slack.user("Ann")];
    const help = slack.channel("help", { members: [ada, ann] });
    const last = (user: typeof ann) => slack.messages(help, null, user).at(-1)?.text;

    await slack.slash(ann, help, "/kb", "settings mode mention");
    const refused = last(ann);
    await slack.slash(ada, help, "/kb", "settings mode mention");
    const accepted = last(ada);
    const question = await slack.mention(ann, help, "how many days?");
    await slack.threadReply(ann, help, question.ts, "and for parents?");

    expect(refused).toContain("Only admins");
    expect(accepted).toContain("mode *mention*");
    expect(bot.received).toHaveLength(1);
  });

  it("lets admins set what answers in a channel keep to, over what is configured", async () => {
    const { slack, bot } = await openScene({
      settings: {
        people: { "slack:UADA": { role: "admin", groups: [] } },
        channels: {
          CHELP: {
            mode: null,
            visible: null,
            collection: "handbook",
            language: null,
            tone: "formal",
          },
        },
      },
    });
    const ada = slack.user("Ada", { id: "UADA" });
    const help = { ...slack.channel("help", { members: [ada] }), id: "CHELP" };
    slack.world.channels.set("CHELP", help);
    const set = async (words: string) => {
      await slack.slash(ada, help, "/kb", `settings ${words}`);
      return slack.messages(help, null, ada).at(-1)?.text;
    };

    await set("language zh");
    const shown = await set("tone brief");
    await set("collection menu");
    const refused = await set("tone loud");
    await slack.mention(ada, help, "how many days?");
    await slack.slash(ada, help, "/ask", "how many days?");
    await set("collection default");
    await set("tone default");
    await set("language auto");
    await slack.mention(ada, help, "and now?");

    expect(shown).toContain("collection *handbook*, language *zh*, tone *brief*");
    expect(refused).toContain("I did not understand that");
    const special = { collection: "menu", language: "zh", tone: "brief" };
    expect(bot.received.map(({ manner }) => manner)).toEqual([
      special,
      special,
      { collection: "handbook", language: null, tone: "formal" },
    ]);
  });
});

describe("commands with other names", () => {
  it("do what they are named for, and name themselves in what they say", async () => {
    const { slack, bot } = await openScene({
      settings: { commands: { ask: "/frage", kb: "/wissen" } },
      host: fixedKnowledge([]),
    });
    const ann = slack.user("Ann");
    const wei = slack.user("伟", { locale: "zh-CN" });
    const help = slack.channel("help", { members: [ann, wei] });
    const last = (user: typeof ann) => slack.messages(help, null, user).at(-1)?.text ?? "";

    await slack.slash(ann, help, "/frage", "how many days?");
    await bot.settled();
    const answer = await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("You said")),
    );
    await slack.slash(ann, help, "/frage", "");
    const usage = last(ann);
    await slack.slash(wei, help, "/frage", "");
    const usageInChinese = last(wei);
    await slack.slash(wei, help, "/wissen", "list");
    await slack.until(() =>
      slack.messages(help, null, wei).find(({ text }) => text === "正在查找……"),
    );
    await slack.slash(ann, help, "/wissen", "help");
    const lines = last(ann);
    await slack.slash(ann, help, "/wissen", "search nothing");
    await slack.until(() => last(ann).includes("Nothing is found"));
    await slack.slash(ann, help, "/ask", "how many days?");
    const forgotten = last(ann);

    expect(answer.text).toContain("how many days?");
    expect(usage).toContain("`/frage how do I …?`");
    expect(usageInChinese).toContain("请把问题写在命令后面：`/frage");
    for (const name of ["/frage <question>", "/wissen search", "/wissen settings"]) {
      expect(lines).toContain(name);
      expect(forgotten).toContain(name);
    }
    expect(bot.received).toHaveLength(1);
  });
});

describe("the message shortcut", () => {
  it("answers a message through the shortcut, for the one who used it", async () => {
    const { slack, bot } = await openScene();
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const message = await slack.say(ben, help, "how many days of leave do we have?");

    await slack.shortcut(ann, message, "fd.ask");
    const answer = await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("You said")),
    );

    expect(bot.received[0]).toMatchObject({
      text: "how many days of leave do we have?",
      principal: { userId: ann.id },
    });
    expect(answer.text).toContain("You said: how many days");
    expect(answer.isEphemeral).toBe(true);
    expect(slack.messages(help, null, ben)).toHaveLength(1);
  });

  it("takes the files of the message along", async () => {
    const { slack, bot } = await openScene();
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const file = { name: "plan.txt", mimetype: "text/plain", bytes: Buffer.from("the plan") };
    const asked = await slack.say(ben, help, "what is the plan?", { files: [file] });
    const wordless = await slack.say(ben, help, "", { files: [file] });

    await slack.shortcut(ann, asked, "fd.ask");
    await slack.shortcut(ann, wordless, "fd.ask");

    expect(bot.received).toMatchObject([
      { text: "what is the plan?", attachments: [{ name: "plan.txt", mediaType: "text/plain" }] },
      { text: "", attachments: [{ name: "plan.txt" }] },
    ]);
    expect(bot.received.map(({ address }) => address.ephemeral)).toEqual([true, true]);
  });

  it("says so at once when it looks, when there is nothing to answer, and when it may not", async () => {
    const { slack, bot } = await openScene({ settings: { denyUsers: ["UDAN"] } });
    const [ann, dan] = [slack.user("Ann"), slack.user("Dan", { id: "UDAN" })];
    const wei = slack.user("伟", { locale: "zh-CN" });
    const help = slack.channel("help", { members: [ann, dan, wei] });
    const question = await slack.say(ann, help, "how many days?");
    const joined = await slack.say(ann, help, "joined", { subtype: "channel_join" });
    const seenBy = (user: typeof ann) =>
      slack.messages(help, null, user).filter(({ isEphemeral }) => isEphemeral);

    await slack.shortcut(ann, question, "fd.ask");
    await slack.shortcut(dan, question, "fd.ask");
    await slack.shortcut(wei, joined, "fd.ask");
    await bot.settled();
    const [looking] = await slack.until(() => seenBy(ann).length === 2 && seenBy(ann));
    const [refused] = await slack.until(() => seenBy(dan).length > 0 && seenBy(dan));
    const [nothing] = await slack.until(() => seenBy(wei).length > 0 && seenBy(wei));

    expect(looking?.text).toBe("Looking this up …");
    expect(refused?.text).toContain("I am not set up to answer here");
    expect(nothing?.text).toBe("这条消息里没有我可以回答的文字。");
    expect(bot.received).toHaveLength(1);
  });
});
