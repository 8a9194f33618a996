import { describe, expect, it, onTestFinished, vi } from "vitest";
import type { SlackSettings } from "../../adapters/slack/index.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor, testMemory } from "../support/slack/adapter.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const TUNING = { silenceMs: 40, lostAfterMs: 400, retryMs: 20 };

/** A workspace whose bot comes and goes. */
async function openOffice() {
  const slack = await startSlackFor({ limits: QUICK_LIMITS });
  onTestFinished(() => slack.close());
  const memory = testMemory();
  const ann = slack.user("Ann");
  const start = async (
    settings: Partial<SlackSettings> = {},
    attention: Partial<typeof TUNING> = {},
  ) => {
    const bot = scriptedBot();
    const tuning = { ...TUNING, silenceMs: 600_000, ...attention };
    const adapter = adapterFor(slack, bot.host, { memory, settings, attention: tuning });
    bot.speakThrough(adapter.channel);
    const greeted = slack.callsOf("auth.test").length;
    await adapter.start();
    onTestFinished(() => adapter.close());
    if (settings.mode === "http") slack.useHttp(adapter.eventsUrl());
    // Who it is, and then which scopes it has: what was missed has been looked for in between.
    await slack.until(() => slack.callsOf("auth.test").length >= greeted + 2, "a greeting");
    return { bot, adapter, texts: () => bot.received.map(({ text }) => text) };
  };
  const leave = async ({ adapter }: Awaited<ReturnType<typeof start>>) => {
    await adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
  };
  return { slack, memory, ann, start, leave };
}

describe("what was said where nothing was ever heard before", () => {
  it("is found: a first direct message, a channel and a group it was invited to meanwhile", async () => {
    const { slack, ann, start, leave } = await openOffice();
    const known = slack.channel("known", { members: [ann] });
    await leave(await start());
    await slack.dm(ann, "my first words");
    const invited = slack.channel("invited", { members: [ann] });
    await slack.mention(ann, invited, "and here?");
    const group = slack.channel("group", { members: [ann], kind: "mpim" });
    await slack.mention(ann, group, "and in this group?");
    await slack.mention(ann, known, "and where it has always been?");

    const { texts } = await start();
    await vi.waitFor(() => expect(texts()).toHaveLength(4), 20_000);

    expect(texts().toSorted()).toEqual([
      "and here?",
      "and in this group?",
      "and where it has always been?",
      "my first words",
    ]);
  });

  it("is left alone when it was said before somebody listened", async () => {
    const { slack, ann, start, leave } = await openOffice();
    const help = slack.channel("help", { members: [ann] });
    await leave(await start());
    const ts = ((Date.now() - 40 * 60_000) / 1_000).toFixed(6);
    const text = `<@${slack.world.bot.id}> an old question?`;
    slack.world.add({ channel: help.id, user: ann.id, text, ts });
    slack.world.messages.sort((a, b) => Number(a.ts) - Number(b.ts));
    await slack.mention(ann, help, "a new one?");

    const { texts } = await start();
    await vi.waitFor(() => expect(texts()).toEqual(["a new one?"]), 20_000);

    expect(slack.messages(help, ts).filter(({ isBot }) => isBot)).toEqual([]);
  });

  it("is found beyond the sixty channels in which something was heard last", async () => {
    const { slack, memory, ann, start, leave } = await openOffice();
    const quiet = slack.channel("quiet", { members: [ann] });
    await leave(await start());
    // In the millisecond of the mention itself, the mention would count as heard.
    const at = ((Date.now() - 1_000) / 1_000).toFixed(6);
    await memory.set(`slack:seen:${quiet.id}`, at, 1_000_000);
    for (let n = 0; n < 60; n += 1) await memory.set(`slack:seen:CGONE${n}`, at, 1_000_000);
    await slack.mention(ann, quiet, "anybody there?");

    const { texts } = await start();

    await vi.waitFor(() => expect(texts()).toEqual(["anybody there?"]), 20_000);
  });

  it("costs one look at each conversation, and a hundred at most", async () => {
    const { slack, start, leave } = await openOffice();
    await leave(await start());
    for (let n = 0; n < 130; n += 1) slack.channel(`new ${n}`);
    const before = slack.callsOf("conversations.history").length;

    await start({}, { retryMs: 600_000 });
    await slack.until(() => slack.callsOf("conversations.history").length >= before + 100);

    expect(slack.callsOf("conversations.history")).toHaveLength(before + 100);
    expect(slack.rates.refused()).toBe(0);
  });

  it("does not keep the others from being read where a scope is missing", async () => {
    const { slack, ann, start, leave } = await openOffice();
    slack.scopes.granted.delete("im:read");
    await leave(await start());
    const help = slack.channel("help", { members: [ann] });
    await slack.mention(ann, help, "how many days?");

    const { texts } = await start();

    await vi.waitFor(() => expect(texts()).toEqual(["how many days?"]), 20_000);
  });
});

describe("HTTP mode", () => {
  it("looks for what its own store lost when Slack has sent it for the last time", async () => {
    const { slack, ann, start } = await openOffice();
    const help = slack.channel("help", { members: [ann] });
    const { bot, texts } = await start({ mode: "http" });
    // As often as Slack sends it: at once, and three times more; a mention comes twice.
    bot.failNext(8);

    await slack.mention(ann, help, "how many days?");
    await slack.dispatch.settled();
    const meanwhile = texts();
    await vi.waitFor(() => expect(texts()).toEqual(["how many days?"]), 20_000);

    expect(meanwhile).toEqual([]);
  });

  it("looks for nothing when Slack's next try was stored", async () => {
    const { slack, ann, start } = await openOffice();
    const help = slack.channel("help", { members: [ann] });
    const { bot, texts } = await start({ mode: "http" });
    const before = slack.callsOf("conversations.history").length;
    bot.failNext(1);

    await slack.mention(ann, help, "how many days?");
    await slack.dispatch.settled();
    await slack.mention(ann, help, "and weeks?");
    await vi.waitFor(() => expect(texts()).toEqual(["how many days?", "and weeks?"]), 20_000);

    expect(slack.callsOf("conversations.history")).toHaveLength(before);
  });

  it("finds what Slack could not deliver for long, with the next event or without one", async () => {
    const { slack, memory, ann, start } = await openOffice();
    const help = slack.channel("help", { members: [ann] });
    await memory.set(`slack:seen:${help.id}`, (Date.now() / 1_000).toFixed(6), 1_000_000);
    const { adapter, texts } = await start({ mode: "http" }, { silenceMs: 40 });
    slack.useHttp("http://127.0.0.1:9/away");
    await slack.mention(ann, help, "how many days?");
    await vi.waitFor(() => expect(texts()).toEqual(["how many days?"]), 20_000);
    await slack.dm(ann, "my first words");

    slack.useHttp(adapter.eventsUrl());
    await vi.waitFor(async () => {
      await slack.say(ann, help, "talk among people");
      expect(texts()).toContain("my first words");
    });

    expect(texts()).toEqual(["how many days?", "my first words"]);
  });
});
