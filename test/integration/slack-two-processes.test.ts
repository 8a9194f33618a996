import { describe, expect, it, onTestFinished } from "vitest";
import { effectKey, type Reply } from "../../src/core/index.ts";
import { createMemoryBudget } from "../../src/runtime/index.ts";
import { aCitation, aReply } from "../support/reply-builder.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor, testMemory } from "../support/slack/adapter.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

/** One process that hears and, of the same installation, one that answers and never listens. */
async function openTwoProcesses(reply: Partial<Reply> | null, settings: object = {}) {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  onTestFinished(() => slack.close());
  const shared = { memory: testMemory(), budget: createMemoryBudget(), settings };
  const bot = scriptedBot(() => reply);
  const hearing = adapterFor(slack, bot.host, shared);
  const speaking = adapterFor(slack, bot.host, shared);
  onTestFinished(() => hearing.close());
  onTestFinished(() => speaking.close());
  bot.speakThrough(speaking.channel);
  await hearing.start();
  await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
  return { slack, bot, hearing, speaking };
}

describe("one process that hears and another that answers", () => {
  it("show one status line in the asker's language, and end it with the answer", async () => {
    const { slack, bot, speaking } = await openTwoProcesses(null);
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "年假有几天？");
    const thread = `${help.id}/${asked.ts}`;
    // Both are sent at once, and either may arrive first.
    await slack.until(
      () => slack.world.sessions.get(thread) === "processing" && slack.world.statuses.has(thread),
    );
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");

    speaking.channel.progress(address, { type: "stage", stage: "reading", documents: 3 });
    await slack.until(() => slack.world.statusLog.some(({ status }) => status.includes("3")));
    await bot.say(address, { text: "25 天", language: "zh" });
    await slack.until(() => slack.world.sessions.get(thread) === "active");

    expect(slack.world.statusLog.map(({ status }) => status)).toEqual([
      "正在理解问题……",
      "正在阅读 3 份文档……",
    ]);
    expect(slack.world.statuses.has(thread)).toBe(false);
  });

  it("begin anew with the next question of the same thread", async () => {
    const { slack, bot } = await openTwoProcesses(null);
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const thread = `${help.id}/${asked.ts}`;
    const [first] = await slack.until(() => bot.received.length === 1 && bot.received);
    if (first === undefined) throw new Error("nothing was received");
    await bot.say(first.address, { text: "25 days" });
    await slack.until(() => slack.world.sessions.get(thread) === "active");

    await slack.threadReply(ann, help, asked.ts, "@bot and for parents?");
    const session = await slack.until(() => slack.world.sessions.get(thread) === "processing");

    // The two calls go out side by side.
    await slack.until(() => slack.world.statusLog.length > 1, "the second status");

    expect(session).toBe(true);
    expect(slack.world.statusLog).toHaveLength(2);
  });

  it("clear the line when the question went to a person without words", async () => {
    const { slack, bot, speaking } = await openTwoProcesses(null);
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "and this one, please");
    const thread = `${help.id}/${asked.ts}`;
    const [said] = await slack.until(() => bot.received.length === 1 && bot.received);
    await slack.until(() => slack.world.statuses.has(thread));
    if (said === undefined) throw new Error("nothing was received");

    await speaking.settled(said.address, "forwarded");

    await slack.until(() => !slack.world.statuses.has(thread), "no status");
    await slack.until(() => slack.world.sessions.get(thread) === "active");
  });

  it("answer a command where the other one heard it, in parts when it is long", async () => {
    const long = Array.from({ length: 400 }, (_, index) => `Sentence number ${index} of it.`);
    const text = `${long.slice(0, 200).join(" ")}\n\n${long.slice(200).join(" ")}`.repeat(2);
    const { slack } = await openTwoProcesses({ text });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    await slack.slash(ann, help, "/ask", "how many days?");
    const words = await slack.until(() => {
      const seen = slack.messages(help, null, ann).map((message) => message.text);
      return seen.length === 4 && seen.join(" ");
    });

    expect(words.match(/Sentence number 399 of it/gu)).toHaveLength(2);
    expect(words.match(/Sentence number 0 of it/gu)).toHaveLength(2);
    expect(slack.callsOf("chat.postEphemeral")).toHaveLength(0);
  });

  it("show a private answer to its asker alone, and take the line away", async () => {
    const { slack, bot } = await openTwoProcesses(null);
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const asked = await slack.mention(ann, help, "what is the bonus?");
    const thread = `${help.id}/${asked.ts}`;
    const [said] = await slack.until(() => bot.received.length === 1 && bot.received);
    if (said === undefined) throw new Error("nothing was received");

    await bot.say(
      { ...said.address, ephemeral: true },
      { text: "It is 5 %. [1]", citations: [aCitation()] },
    );
    await slack.until(() => slack.world.sessions.get(thread) === "active");

    // Nobody has replied in the thread: a private line there would be seen by nobody.
    const forAnn = slack.messages(help, null, ann).filter(({ isBot }) => isBot);
    expect(forAnn[0]?.text).toContain("It is 5 %");
    expect(forAnn[0]?.text).toContain("Only you see this");
    for (const where of [null, asked.ts]) {
      expect(slack.messages(help, where, ben).filter(({ isBot }) => isBot)).toEqual([]);
    }
    expect(slack.world.statuses.has(thread)).toBe(false);
  });

  it("stream an answer to whom the other one heard", async () => {
    const { slack, bot, speaking } = await openTwoProcesses(null, { streaming: "native" });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    await slack.mention(ann, help, "how many days?");
    const [said] = await slack.until(() => bot.received.length === 1 && bot.received);
    if (said === undefined) throw new Error("nothing was received");
    const draft = { key: effectKey("k"), address: said.address, timings: {}, isDraft: true };

    await speaking.channel.post(
      { ...draft, reply: aReply({ text: "25" }) },
      { signal: new AbortController().signal },
    );

    expect(slack.callsOf("chat.startStream")[0]).toMatchObject({
      args: { recipient_user_id: ann.id },
    });
  });

  it("take talk for talk of a known thread before anything is stored of it", async () => {
    const { slack, hearing } = await openTwoProcesses(null);
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    await hearing.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
    const shared = { memory: testMemory(), budget: createMemoryBudget() };
    const stateless = { isKnown: () => Promise.resolve(false) };
    const [one, two] = [scriptedBot(() => null, stateless), scriptedBot(() => null, stateless)];
    const first = adapterFor(slack, one.host, shared);
    onTestFinished(() => first.close());
    await first.start();
    await slack.until(() => slack.socket.connections() === 2, "a connection");
    const asked = await slack.mention(ann, help, "how many days?");
    await slack.until(() => one.received.length === 1);
    await first.close();
    const second = adapterFor(slack, two.host, shared);
    onTestFinished(() => second.close());
    await second.start();
    await slack.until(() => slack.socket.connections() === 2, "a connection");

    await slack.threadReply(ben, help, asked.ts, "and for parents?");
    await slack.until(() => two.received.length === 1);

    expect(two.received[0]).toMatchObject({ isAddressed: false, text: "and for parents?" });
  });
});

describe("two processes that hear", () => {
  it("cut a conversation with another bot together", async () => {
    const slack = await startSlackFor({ limits: QUICK_LIMITS });
    onTestFinished(() => slack.close());
    const settings = { allowBots: ["BROBOT"] };
    const shared = { memory: testMemory(), budget: createMemoryBudget(), settings };
    const bot = scriptedBot(() => null);
    const both = [adapterFor(slack, bot.host, shared), adapterFor(slack, bot.host, shared)];
    for (const adapter of both) onTestFinished(() => adapter.close());
    await Promise.all(both.map((adapter) => adapter.start()));
    await slack.until(() => slack.callsOf("users.list").length > 1, "both connections");
    const robot = slack.user("Robot", { isBot: true, botId: "BROBOT" });
    const help = slack.channel("help", { members: [robot] });

    const root = await slack.say(robot, help, "@bot ping 0");
    for (let turn = 1; turn < 12; turn += 1) {
      await slack.threadReply(robot, help, root.ts, `@bot ping ${turn}`);
    }

    expect(bot.received).toHaveLength(5);
  });

  it("both know who reads along from the moment somebody joined, and share nothing with a guest", async () => {
    const slack = await startSlackFor({ limits: QUICK_LIMITS });
    onTestFinished(() => slack.close());
    const shared = { memory: testMemory(), budget: createMemoryBudget() };
    const internal = aPassage("leave", "internal");
    const citations = [aCitation({ passageId: internal.id })];
    const bot = scriptedBot(
      ({ address }) => (address.ephemeral ? { text: "25 days [1].", citations } : null),
      fixedKnowledge([internal]),
    );
    const speaking = adapterFor(slack, bot.host, shared);
    const both = [speaking, adapterFor(slack, bot.host, shared)];
    for (const adapter of both) onTestFinished(() => adapter.close());
    bot.speakThrough(speaking.channel);
    await Promise.all(both.map((adapter) => adapter.start()));
    await slack.until(() => slack.socket.connections() === 4, "both connections");
    const ann = slack.user("Ann");
    const guest = slack.user("Guest", { isRestricted: true });
    const help = slack.channel("help", { members: [ann] });
    for (let n = 0; n < 4; n += 1) await slack.mention(ann, help, `before ${n}`);

    await slack.join(guest, help);
    for (let n = 0; n < 4; n += 1) await slack.mention(ann, help, `after ${n}`);
    await slack.slash(ann, help, "/ask", "how many days?");
    await bot.settled();
    await slack.press(ann, { channel: help, thread: null }, "Share with channel");
    const refused = await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("did not share")),
    );

    const seen = bot.received.slice(0, 8).map(({ audience }) => audience);
    expect(seen.slice(0, 4)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: "shared", visible: ["public", "internal"] })),
    );
    expect(seen.slice(4)).toEqual(
      Array.from({ length: 4 }, () => ({ kind: "shared", visible: ["public"] })),
    );
    expect(refused?.text).toContain("“Leave”");
    expect(slack.messages(help, null, guest).filter(({ isBot }) => isBot)).toEqual([]);
  });
});
