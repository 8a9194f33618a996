import { describe, expect, it, onTestFinished } from "vitest";
import { adapterFor, startSlackFor } from "../support/slack/adapter.ts";
import { openScene } from "../support/slack/scene.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const MODES = ["socket", "http"] as const;

describe.each(MODES)("hearing in %s mode", (mode) => {
  it("answers a mention in its thread, once, although Slack tells of it twice", async () => {
    const { slack, bot } = await openScene({ mode });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    const asked = await slack.mention(ann, help, "how many days of leave?");
    const [answer] = await slack.until(() => {
      const seen = slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
      return seen.length > 0 ? seen : null;
    });
    await slack.dispatch.settled();

    expect(answer?.text).toContain("You said: how many days of leave?");
    expect(bot.received).toHaveLength(1);
    expect(bot.received[0]).toMatchObject({
      isAddressed: true,
      text: "how many days of leave?",
      principal: { userId: ann.id, displayName: "Ann", role: "viewer" },
      audience: { kind: "shared", visible: ["public", "internal"] },
      address: { channelId: help.id, threadId: asked.ts, ephemeral: false },
    });
    expect(slack.messages(help, null)).toHaveLength(1);
    expect(slack.dispatch.records.map(({ outcomes }) => outcomes.at(-1)?.type)).toEqual(
      slack.dispatch.records.map(() => "acknowledged"),
    );
  });

  it("answers direct messages in private", async () => {
    const { slack, bot } = await openScene({ mode });
    const ann = slack.user("Ann");

    const asked = await slack.dm(ann, "hello");
    await slack.until(() => slack.messages(slack.directMessages(ann), asked.ts).length === 2);

    expect(bot.received[0]).toMatchObject({ isAddressed: true, audience: { kind: "private" } });
  });

  it("acknowledges an event only when it is stored", async () => {
    const { slack, bot } = await openScene({ mode });
    const ann = slack.user("Ann");
    const release = bot.hold();

    const telling = slack.dm(ann, "hello");
    await slack.until(() => slack.world.messages.length === 1);
    const before = slack.dispatch.records.length;
    release();
    await telling;

    expect(before).toBe(0);
    expect(slack.dispatch.records[0]?.outcomes).toMatchObject([{ type: "acknowledged" }]);
    expect(bot.received).toHaveLength(1);
  });

  it("refuses in time what its store takes too long to take, so that Slack sends it again, and answers once", async () => {
    const limits = { ...QUICK, ackMs: 300 };
    const { slack, bot } = await openScene({ mode, answerMs: 50, slack: { limits } });
    const ann = slack.user("Ann");
    const release = bot.holdNext();

    const asked = await slack.dm(ann, "hello");
    await slack.dispatch.settled();
    const receivedMeanwhile = bot.received.length;
    release();
    await bot.settled();

    // The event of the bot's own answer may be through before.
    const sentAgain = slack.dispatch.records.find(({ outcomes }) => outcomes.length > 1);
    const [first, second] = sentAgain?.outcomes ?? [];
    const refusal = mode === "http" ? { type: "refused", status: 503 } : { type: "timeout" };
    expect([first, second]).toMatchObject([refusal, { type: "acknowledged" }]);
    expect([receivedMeanwhile, bot.received.length]).toEqual([1, 1]);
    expect(slack.messages(slack.directMessages(ann), asked.ts)).toHaveLength(2);
  });

  it("tells whoever used a command in time that its store is slow, and answers once", async () => {
    const { slack, bot } = await openScene({ mode, answerMs: 50 });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const release = bot.hold();

    await slack.slash(ann, help, "/ask", "how many days?");
    release();
    await slack.until(() => bot.received.length > 0, "the question");
    await bot.settled();

    const seen = slack.messages(help, null, ann).map(({ text }) => text.split("\n")[0]);
    expect(seen[0]).toContain("This takes longer than usual");
    expect(seen.slice(1)).toEqual(["You said: how many days?"]);
  });

  it("lets Slack send again what could not be stored, and answers once", async () => {
    const { slack, bot } = await openScene({ mode, slack: { limits: { ...QUICK, ackMs: 500 } } });
    const ann = slack.user("Ann");
    bot.failNext(2);

    const asked = await slack.dm(ann, "hello");
    await slack.dispatch.settled();
    await bot.settled();

    expect(slack.dispatch.records[0]?.outcomes.map(({ type }) => type)).toHaveLength(3);
    expect(bot.received).toHaveLength(1);
    expect(slack.messages(slack.directMessages(ann), asked.ts)).toHaveLength(2);
  });

  it("hears a message once that Slack delivers several times", async () => {
    const { slack, bot } = await openScene({ mode });
    const ann = slack.user("Ann");

    slack.dispatch.duplicateNext(1);
    await slack.dm(ann, "hello");
    await slack.dispatch.settled();
    const [record] = slack.dispatch.records;
    if (record !== undefined) await slack.dispatch.repeat(record);
    await bot.settled();

    expect(bot.received).toHaveLength(1);
    expect(slack.callsOf("chat.postMessage")).toHaveLength(1);
  });
});

const QUICK = { postIntervalMs: 5, windowMs: 300, retryDelaysMs: [5, 20, 50] } as const;

describe("talk in channels", () => {
  it("passes talk of a thread on in which it takes part, and leaves other talk alone", async () => {
    const { slack, bot } = await openScene();
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });

    const asked = await slack.mention(ann, help, "how many days?");
    await slack.threadReply(ben, help, asked.ts, "I wonder too");
    const other = await slack.say(ben, help, "lunch?");
    await slack.threadReply(ann, help, other.ts, "yes!");
    await slack.dispatch.settled();

    expect(bot.received.map(({ text, isAddressed }) => [text, isAddressed])).toEqual([
      ["how many days?", true],
      ["I wonder too", false],
    ]);
    expect(new Set(bot.received.map(({ address }) => address.conversationId)).size).toBe(1);
  });

  it("answers only when named where the channel is set so", async () => {
    const { slack, bot } = await openScene({ settings: { channelMode: "mention" } });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    const asked = await slack.mention(ann, help, "how many days?");
    await slack.threadReply(ann, help, asked.ts, "and for parents?");
    await slack.threadReply(ann, help, asked.ts, "@bot and for parents?");

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?", "and for parents?"]);
  });

  it("offers to answer where the channel is set so, and answers when the offer is taken", async () => {
    const { slack, bot } = await openScene({ settings: { channelMode: "ask" } });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");

    await slack.threadReply(ann, help, asked.ts, "thanks a lot");
    await slack.threadReply(ann, help, asked.ts, "and for parents?");
    const place = { channel: help, thread: asked.ts };
    await slack.until(() =>
      slack.messages(help, asked.ts, ann).find(({ isEphemeral }) => isEphemeral),
    );
    const before = bot.received.length;
    await slack.press(ann, place, "Yes, answer");
    await slack.until(() => !slack.messages(help, asked.ts, ann).some((one) => one.isEphemeral));

    expect(before).toBe(1);
    expect(bot.received.at(-1)).toMatchObject({ text: "and for parents?", isAddressed: true });
    expect(bot.received).toHaveLength(2);
  });

  it("answers anew what was mended where it offered to answer, whatever it reads like now", async () => {
    const { slack, bot } = await openScene({ settings: { channelMode: "ask" } });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const more = await slack.threadReply(ann, help, asked.ts, "and for parents?");
    const place = { channel: help, thread: asked.ts };
    const answers = () => slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    const isOffered = () => slack.messages(help, asked.ts, ann).some((one) => one.isEphemeral);
    await slack.until(isOffered, "an offer");
    await slack.press(ann, place, "Yes, answer");
    await slack.until(() => answers().length === 2, "the answer");
    const before = answers()[1];

    await slack.edit(more, "and for grandparents");
    await slack.until(() => answers()[1]?.text.includes("grandparents"), "the new answer");
    await bot.settled();

    expect(answers().map(({ ts }) => ts)).toEqual([answers()[0]?.ts, before?.ts]);
  });

  it("answers once who names it by an edit, although Slack tells of that twice", async () => {
    const { slack, bot } = await openScene();
    // Who it is, and then which scopes it has: what was missed has been looked for in between, and finds nothing of this.
    await slack.until(() => slack.callsOf("auth.test").length >= 2, "a greeting");
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const said = await slack.say(ann, help, "how many days?");

    await slack.edit(said, "@bot how many days?");
    await slack.until(() => slack.messages(help, said.ts).some(({ isBot }) => isBot));
    await slack.dispatch.settled();
    await bot.settled();

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?"]);
    expect(slack.messages(help, said.ts).filter(({ isBot }) => isBot)).toHaveLength(1);
  });

  it("says so when the message that was to be answered is gone", async () => {
    const { slack, bot } = await openScene({ settings: { channelMode: "ask" } });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const more = await slack.threadReply(ann, help, asked.ts, "and for parents?");
    const forAnn = () =>
      slack.messages(help, asked.ts, ann).filter(({ isEphemeral }) => isEphemeral);
    await slack.until(() => forAnn().length > 0, "an offer");
    await slack.delete(more);

    await slack.press(ann, { channel: help, thread: asked.ts }, "Yes, answer");
    await slack.until(() => forAnn().some(({ text }) => text.includes("no longer there")));
    await slack.until(() => forAnn().length === 1, "the offer goes away");

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?"]);
  });

  it("leaves a thread when told to, until it is named again", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    await bot.settled();

    await slack.press(ann, { channel: help, thread: asked.ts }, /Stop listening/u);
    await slack.threadReply(ann, help, asked.ts, "what about parents?");
    const whileMuted = bot.received.length;
    await slack.threadReply(ann, help, asked.ts, "@bot what about parents?");
    await slack.threadReply(ann, help, asked.ts, "and students?");

    expect(whileMuted).toBe(1);
    expect(bot.received.map(({ text }) => text).slice(1)).toEqual([
      "what about parents?",
      "and students?",
    ]);
  });

  it("ignores its own words, other bots, and what the platform says of itself", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    const robot = slack.user("Robot", { isBot: true, botId: "BROBOT" });
    const help = slack.channel("help", { members: [ann, robot] });

    await slack.say(robot, help, "@bot status?");
    await slack.say(ann, help, "@bot joined", { subtype: "channel_join" });
    await slack.mention(ann, help, "hello");
    await bot.settled();
    await slack.dispatch.settled();

    expect(bot.received.map(({ text }) => text)).toEqual(["hello"]);
  });

  it("listens to a bot that is allowed, but cuts a conversation that goes on and on", async () => {
    const { slack, bot } = await openScene({ settings: { allowBots: ["BROBOT"] } });
    const robot = slack.user("Robot", { isBot: true, botId: "BROBOT" });
    const help = slack.channel("help", { members: [robot] });
    const root = await slack.say(robot, help, "@bot ping 0");

    for (let turn = 1; turn < 12; turn += 1) {
      await slack.threadReply(robot, help, root.ts, `@bot ping ${turn}`);
    }

    expect(bot.received.map(({ text }) => text)).toEqual([0, 1, 2, 3, 4].map((n) => `ping ${n}`));
  });

  it("answers nobody and nowhere that is not allowed, and says so once", async () => {
    const ann = "UANN";
    const { slack, bot } = await openScene({ settings: { denyUsers: [ann] } });
    const denied = slack.user("Ann", { id: ann });
    const ben = slack.user("Ben");
    const help = slack.channel("help", { members: [denied, ben] });

    await slack.mention(denied, help, "hello?");
    await slack.mention(denied, help, "hello??");
    await slack.mention(ben, help, "hello");
    await slack.until(() => slack.callsOf("chat.postEphemeral").length > 0);

    expect(bot.received.map(({ principal }) => principal.userId)).toEqual([ben.id]);
    expect(slack.messages(help, null, denied).filter((one) => one.isEphemeral)).toHaveLength(1);
  });
});

describe("a thread that it is brought into", () => {
  it("is told what was said there before, once", async () => {
    const { slack, bot } = await openScene();
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const root = await slack.say(ann, help, "my permit is lost");
    await slack.threadReply(ben, help, root.ts, "which one?");

    await slack.threadReply(ann, help, root.ts, "@bot what now?");
    await slack.threadReply(ann, help, root.ts, "@bot and then?");

    expect(bot.told).toMatchObject([
      {
        instance: { id: bot.received[0]?.address.conversationId },
        event: {
          type: "conversation.seeded",
          turns: [
            { role: "user", name: "Ann", text: "my permit is lost" },
            { role: "user", name: "Ben", text: "which one?" },
          ],
        },
      },
    ]);
    expect(bot.received.map(({ text }) => text)).toEqual(["what now?", "and then?"]);
  });

  it("is told the last ten messages of a long one, which Slack tells from its beginning and page by page", async () => {
    const { slack, bot } = await openScene({ slack: { limits: { ...QUICK, pageItems: 100 } } });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const threadOf = async (messages: number) => {
      const { ts: threadTs } = await slack.say(ann, help, "message 0");
      for (let n = 1; n < messages; n += 1) {
        const text = `message ${n}`;
        slack.world.add({ channel: help.id, threadTs, user: ann.id, text });
      }
      return threadTs;
    };

    await slack.threadReply(ann, help, await threadOf(480), "@bot what now?");
    await slack.threadReply(ann, help, await threadOf(600), "@bot and now?");

    // What stands in the middle of the second one would pass for its end.
    const turns = Array.from({ length: 10 }, (_, n) => ({ text: `message ${470 + n}` }));
    expect(bot.told).toMatchObject([{ event: { type: "conversation.seeded", turns } }]);
    expect(bot.received).toHaveLength(2);
  });
});

describe("two processes", () => {
  it("give one reply to a mention, whichever of them hears which of its events", async () => {
    const { slack, bot } = await openScene();
    const second = adapterFor(slack, bot.host);
    onTestFinished(() => second.close());
    await second.start();
    await slack.until(() => slack.socket.connections() === 4, "four connections");
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    for (const text of ["one", "two", "three"]) await slack.mention(ann, help, text);
    await slack.dispatch.settled();
    await bot.settled();

    expect(bot.received.map(({ text }) => text)).toEqual(["one", "two", "three"]);
  });
});

describe("a slow Slack", () => {
  it("sends again what was not acknowledged in time, and is answered once", async () => {
    const { slack, bot } = await openScene({ slack: { limits: { ...QUICK, ackMs: 500 } } });
    const ann = slack.user("Ann");
    slack.faults.next("users.info", { type: "slow", ms: 700 });

    const asked = await slack.dm(ann, "hello");
    await slack.dispatch.settled();
    await bot.settled();

    // The event of the bot's own answer may be through before.
    const sentAgain = slack.dispatch.records.find(({ outcomes }) => outcomes.length > 1);
    const types = sentAgain?.outcomes.map(({ type }) => type);
    expect(types?.[0]).toBe("timeout");
    expect(types?.at(-1)).toBe("acknowledged");
    expect(bot.received).toMatchObject([{ principal: { role: "viewer" } }]);
    expect(slack.messages(slack.directMessages(ann), asked.ts)).toHaveLength(2);
  });
});

describe.each(MODES)("a Slack that does not say who somebody is, in %s mode", (mode) => {
  const LOOK_UPS = ["users.info", "users.list", "conversations.info", "conversations.members"];

  it("is acknowledged within its three seconds all the same, and gets one reply", async () => {
    const { slack, bot } = await openScene({ mode });
    await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    for (const method of LOOK_UPS) slack.faults.always(method, { type: "slow", ms: 4_000 });
    const rights = () => bot.received.at(-1);

    const asked = await slack.mention(ann, help, "how many days?");
    await slack.dispatch.settled();
    await bot.settled();
    const first = rights();
    // What Slack says late is known the next time; until then nobody gets to see more.
    for (let turn = 0; turn < 8 && rights()?.principal.role === "guest"; turn += 1) {
      await slack.threadReply(ann, help, asked.ts, `@bot and now ${turn}?`);
    }

    const outcomes = slack.dispatch.records.flatMap((record) => record.outcomes);
    expect(outcomes.map(({ type }) => type)).toEqual(outcomes.map(() => "acknowledged"));
    expect(first).toMatchObject({
      text: "how many days?",
      principal: { userId: ann.id, role: "guest", groups: [] },
      audience: { kind: "shared", visible: ["public"] },
    });
    const answers = slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    expect(answers.filter(({ text }) => text.includes("how many days?"))).toHaveLength(1);
    expect(rights()?.principal).toMatchObject({ displayName: "Ann", role: "viewer" });
  });
});

describe("who asks and who reads along", () => {
  it("takes guests and people of other organisations for guests, but not those of another workspace of the same one", async () => {
    const { slack, bot } = await openScene();
    const guest = slack.user("Gus", { isRestricted: true });
    const stranger = slack.user("Sue", { teamId: "TOTHER" });

    const teams = [slack.world.teamId, "TOTHER"];
    const colleague = slack.user("Cleo", { teamId: "TOTHER", teams });

    await slack.dm(guest, "hello");
    await slack.dm(stranger, "hello");
    await slack.dm(colleague, "hello");

    expect(bot.received.map(({ principal }) => principal.role)).toEqual([
      "guest",
      "guest",
      "viewer",
    ]);
  });

  it("shows only public documents where guests or other organisations read along", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    const guest = slack.user("Gus", { isUltraRestricted: true });
    const mixed = slack.channel("mixed", { members: [ann, guest] });
    const shared = slack.channel("shared", { members: [ann], isExtShared: true });

    await slack.mention(ann, mixed, "hello");
    await slack.mention(ann, shared, "hello");

    const publicOnly = { kind: "shared", visible: ["public"] };
    expect(bot.received.map(({ audience }) => audience)).toEqual([publicOnly, publicOnly]);
  });

  it.each([
    ["by an event of its own", true],
    ["by the next thing that is said there", false],
  ] as const)(
    "shows only public documents once a channel is shared with another organisation: told %s",
    async (_how, isTold) => {
      const { slack, bot } = await openScene();
      const ann = slack.user("Ann");
      const help = slack.channel("help", { members: [ann] });

      await slack.mention(ann, help, "hello");
      await slack.connect(help, { isTold });
      await slack.mention(ann, help, "hello again");

      expect(bot.received.map(({ audience }) => audience)).toEqual([
        { kind: "shared", visible: ["public", "internal"] },
        { kind: "shared", visible: ["public"] },
      ]);
    },
  );

  it.each(["guest", "restricted-viewer"] as const)(
    "shows only public documents where somebody reads along who is a %s by the configuration",
    async (role) => {
      const { slack, bot } = await openScene({
        settings: { people: { "slack:UGUS": { role, groups: [] } } },
      });
      const ann = slack.user("Ann");
      const gus = slack.user("Gus", { id: "UGUS" });
      const mixed = slack.channel("mixed", { members: [ann, gus] });
      const staff = slack.channel("staff", { members: [ann] });

      await slack.mention(ann, mixed, "hello");
      await slack.mention(ann, staff, "hello");

      expect(bot.received.map(({ principal }) => principal.role)).toEqual(["viewer", "viewer"]);
      expect(bot.received.map(({ audience }) => audience)).toEqual([
        { kind: "shared", visible: ["public"] },
        { kind: "shared", visible: ["public", "internal"] },
      ]);
    },
  );

  it("takes everybody who is not listed for a guest where that is the default role", async () => {
    const { slack, bot } = await openScene({
      settings: {
        defaultRole: "guest",
        people: {
          "slack:UANN": { role: "viewer", groups: [] },
          "slack:UBEN": { role: "editor", groups: [] },
        },
      },
    });
    const ann = slack.user("Ann", { id: "UANN" });
    const ben = slack.user("Ben", { id: "UBEN" });
    const listed = slack.channel("listed", { members: [ann, ben] });
    const mixed = slack.channel("mixed", { members: [ann, ben, slack.user("Sue")] });

    await slack.mention(ann, listed, "hello");
    await slack.mention(ann, mixed, "hello");

    expect(bot.received.map(({ audience }) => audience)).toEqual([
      { kind: "shared", visible: ["public", "internal"] },
      { kind: "shared", visible: ["public"] },
    ]);
  });

  it("asks for everybody at once in a large channel, and supposes guests where it cannot", async () => {
    const slack = await startSlackFor({ limits: QUICK });
    onTestFinished(() => slack.close());
    const staff = Array.from({ length: 80 }, (_, index) => slack.user(`user ${index}`));
    const bot = scriptedBot();
    const adapter = adapterFor(slack, bot.host);
    onTestFinished(() => adapter.close());
    await adapter.start();
    await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
    const large = slack.channel("large", { members: staff });
    const newcomers = Array.from({ length: 40 }, (_, index) => slack.user(`new ${index}`));
    const unknown = slack.channel("unknown", { members: newcomers });
    const [asker] = staff;
    if (asker === undefined) throw new Error("nobody");

    await slack.mention(asker, large, "hello");
    await slack.mention(asker, unknown, "hello");

    expect(slack.callsOf("users.info")).toEqual([]);
    expect(bot.received.map(({ audience }) => audience)).toEqual([
      { kind: "shared", visible: ["public", "internal"] },
      { kind: "shared", visible: ["public"] },
    ]);
  });

  it("gives the groups, roles and visible documents that are configured", async () => {
    const { slack, bot } = await openScene({
      settings: {
        groups: { "people-team": "hr" },
        people: { "slack:UANN": { role: "admin", groups: ["board"] } },
        channels: {
          CHELP: {
            mode: null,
            visible: ["public", "group:hr"],
            collection: null,
            language: null,
            tone: null,
          },
        },
      },
    });
    const ann = slack.user("Ann", { id: "UANN" });
    slack.world.groups.set("S1", { handle: "people-team", members: new Set([ann.id]) });
    const help = slack.channel("help", { members: [ann] });
    slack.world.channels.set("CHELP", { ...help, id: "CHELP" });

    await slack.mention(ann, { ...help, id: "CHELP" }, "hello");

    expect(bot.received[0]?.principal).toMatchObject({ role: "admin", groups: ["board", "hr"] });
    expect(bot.received[0]?.audience).toEqual({ kind: "shared", visible: ["public", "group:hr"] });
  });

  it("assumes the least when Slack does not say who somebody is", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    slack.faults.always("users.info", { type: "error", error: "internal_error" });
    slack.faults.always("conversations.info", { type: "error", error: "internal_error" });

    await slack.mention(ann, help, "hello");

    expect(bot.received[0]).toMatchObject({
      principal: { role: "guest", groups: [] },
      audience: { kind: "shared", visible: ["public"] },
    });
  });
});
