import { request } from "node:http";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { effectKey } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { aReply } from "../support/reply-builder.ts";
import { adapterFor, testMemory } from "../support/slack/adapter.ts";
import { signedHeaders } from "../support/slack/index.ts";
import { openScene } from "../support/slack/scene.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

function recordingLogger(): { readonly logger: Logger; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`);
  };
  const logger: Logger = {
    debug: () => {},
    info: write,
    warn: write,
    error: write,
    child: () => logger,
  };
  return { logger, lines };
}

describe("Socket Mode", () => {
  it("hears everything while Slack renews the connections", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    await slack.until(() => slack.socket.connections() === 2, "two connections");

    for (let turn = 0; turn < 4; turn += 1) {
      slack.socket.refresh();
      await slack.until(() => slack.socket.connections() > 0, "a connection");
      await slack.dm(ann, `message ${turn}`);
    }
    await slack.dispatch.settled();

    expect(bot.received.map(({ text }) => text)).toEqual([0, 1, 2, 3].map((n) => `message ${n}`));
  });

  it("comes back after broken sockets and an absent Slack, and says meanwhile how it is", async () => {
    const { slack, bot, adapter } = await openScene();
    const ann = slack.user("Ann");
    slack.faults.next("apps.connections.open", { type: "status", status: 503, when: "before" }, 3);
    slack.socket.refuse(true);
    slack.socket.drop();
    await slack.until(() => slack.callsOf("apps.connections.open").length > 6, "more tries");
    const meanwhile = adapter.status();

    slack.socket.refuse(false);
    await slack.until(() => slack.socket.connections() > 0, "a connection");
    await slack.dm(ann, "are you there?");
    await slack.dispatch.settled();

    expect(meanwhile).toMatchObject({ name: "Slack", state: "down" });
    expect(adapter.status()).toMatchObject({ state: "ok" });
    expect(bot.received.map(({ text }) => text)).toEqual(["are you there?"]);
  });

  it("says what is wrong with a token, and goes on trying", async () => {
    const { logger, lines } = recordingLogger();
    const { slack } = await openScene();
    const adapter = adapterFor(slack, scriptedBot().host, {
      logger,
      settings: { appToken: "xapp-wrong" },
    });
    onTestFinished(() => adapter.close());
    const before = slack.callsOf("apps.connections.open").length;

    await adapter.start();
    await slack.until(() => slack.callsOf("apps.connections.open").length > before + 3, "tries");

    expect(adapter.status()).toMatchObject({ state: "down" });
    expect(adapter.status().detail).toContain("invalid_auth");
    expect(lines.join("\n")).not.toContain("xapp-wrong");
  });

  it("names the scope that is missing, once, and goes on", async () => {
    const { logger, lines } = recordingLogger();
    const { slack, bot } = await openScene({ logger });
    const ann = slack.user("Ann");
    slack.scopes.granted.delete("users:read");

    const asked = await slack.dm(ann, "hello");
    await bot.settled();
    await slack.dm(ann, "hello again", asked.ts);
    await bot.settled();

    expect(bot.received).toHaveLength(2);
    expect(slack.messages(slack.directMessages(ann), asked.ts)).toHaveLength(4);
    expect(lines.filter((line) => line.includes("users:read"))).toHaveLength(1);
  });
});

describe("a channel that it cannot write to", () => {
  it("is named to whoever looks after the bot, with what to do", async () => {
    const { logger, lines } = recordingLogger();
    const { slack, bot, adapter } = await openScene({ logger, script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    await slack.mention(ann, help, "hello");
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");
    help.members.delete(slack.world.bot.id);
    const message = { key: effectKey("k"), address, reply: aReply(), timings: {} };
    const { signal } = new AbortController();

    await expect(adapter.channel.post(message, { signal })).rejects.toMatchObject({
      code: "delivery_rejected",
      retryable: false,
    });

    // The line of the thread is refused as well: one cause, one line in the log.
    const told = lines.filter((line) => line.includes(help.id));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`for ${help.id}: not_in_channel. Invite`);
  });
});

describe("HTTP mode", () => {
  const body = JSON.stringify({
    type: "event_callback",
    team_id: "TACME",
    event_id: "Ev1",
    event: {},
  });

  /** Without keeping the connection, as nobody else does. */
  function send(url: string, headers: Readonly<Record<string, string>>, text = body) {
    return new Promise<number>((resolve, reject) => {
      const sending = request(
        url,
        {
          method: "POST",
          agent: false,
          headers: { "content-type": "application/json", ...headers },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        },
      );
      // A server that has seen enough may hang up before all is sent.
      sending.on("error", (error) => (sending.destroyed ? undefined : reject(error)));
      sending.end(text);
    });
  }

  it("refuses what is forged, replayed, unsigned, too large or no JSON", async () => {
    const { slack, bot, adapter } = await openScene({ mode: "http" });
    const url = adapter.eventsUrl() ?? "";
    const { signingSecret } = slack;
    const timestamp = Math.floor(Date.now() / 1_000);
    const good = signedHeaders(body, { signingSecret, timestamp });
    const huge = `{"x":"${"a".repeat(2 * 1024 * 1024)}"}`;

    const statuses = [
      await send(url, good),
      await send(url, {}),
      await send(url, signedHeaders(body, { signingSecret: "another", timestamp })),
      await send(url, signedHeaders(body, { signingSecret, timestamp: timestamp - 360 })),
      await send(url, { ...good, "x-slack-request-timestamp": "soon" }),
      await send(url, good, body.replace("Ev1", "Ev2")),
      await send(url, signedHeaders("{", { signingSecret, timestamp }), "{"),
      await send(url, signedHeaders(huge, { signingSecret, timestamp }), huge),
      await send(url.replace("/slack/events", "/other"), good),
    ];

    expect(statuses).toEqual([200, 401, 401, 401, 401, 401, 400, 413, 404]);
    expect(bot.received).toEqual([]);
  });

  it("says that the signing secret is wrong, once, until a signature fits", async () => {
    const { logger, lines } = recordingLogger();
    const { slack, adapter } = await openScene({ mode: "http", logger });
    const url = adapter.eventsUrl() ?? "";
    const { signingSecret } = slack;
    const timestamp = Math.floor(Date.now() / 1_000);
    const wrong = signedHeaders(body, { signingSecret: "another", timestamp });

    await send(url, wrong);
    await send(url, wrong);
    const meanwhile = adapter.status();
    await send(url, signedHeaders(body, { signingSecret, timestamp }));

    expect(meanwhile.detail).toContain("SLACK_SIGNING_SECRET");
    expect(lines.filter((line) => line.includes("SLACK_SIGNING_SECRET"))).toHaveLength(1);
    expect(adapter.status().detail).toBe(`listening at ${url}`);
  });

  it("answers Slack's question whether it is there", async () => {
    const { slack, adapter } = await openScene({ mode: "http" });
    const text = JSON.stringify({ type: "url_verification", challenge: "c1" });
    const timestamp = Math.floor(Date.now() / 1_000);

    const response = await fetch(adapter.eventsUrl() ?? "", {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...signedHeaders(text, { signingSecret: slack.signingSecret, timestamp }),
      },
      body: text,
    });

    expect(await response.json()).toEqual({ challenge: "c1" });
  });

  it("says which port is taken", async () => {
    const { slack, adapter } = await openScene({ mode: "http" });
    const port = Number(new URL(adapter.eventsUrl() ?? "").port);
    const second = adapterFor(slack, scriptedBot().host, {
      settings: { mode: "http", http: { host: "127.0.0.1", port } },
    });
    onTestFinished(() => second.close());

    await expect(second.start()).rejects.toMatchObject({ code: "port_in_use" });
  });
});

describe("after a time without connection", () => {
  it("answers what is fresh, asks about what is old, and leaves the rest alone", async () => {
    const memory = testMemory();
    const first = await openScene({ memory });
    const { slack } = first;
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const begun = await slack.mention(ann, help, "first");
    await first.bot.settled();
    await first.adapter.close();
    const ago = (minutes: number) => ((Date.now() - minutes * 60_000) / 1_000).toFixed(6);
    slack.world.messages[0] = { ...begun, ts: ago(60) };
    const missed = [
      ["talk among people", ago(50)],
      ["@bot an old question?", ago(40)],
      ["@bot a fresh question?", ago(5)],
    ] as const;
    for (const [text, ts] of missed) {
      slack.world.add({
        channel: help.id,
        user: ann.id,
        text: text.replace("@bot", `<@${slack.world.bot.id}>`),
        ts,
      });
    }
    const bot = scriptedBot();
    const adapter = adapterFor(slack, bot.host, { memory });
    onTestFinished(() => adapter.close());
    bot.speakThrough(adapter.channel);
    await memory.set(`slack:seen:${help.id}`, ago(60), 1_000_000);

    await adapter.start();
    const offered = await slack.until(() =>
      slack.messages(help, missed[1][1]).find(({ isBot }) => isBot),
    );
    await slack.until(() => slack.messages(help, missed[2][1]).find(({ isBot }) => isBot));
    const answeredBefore = bot.received.map(({ text }) => text);
    await slack.press(ann, { channel: help, thread: missed[1][1] }, "Yes, answer");
    await slack.until(() => bot.received.length === 2);

    expect(offered.text).toContain("40 minutes ago");
    expect(answeredBefore).toEqual(["a fresh question?"]);
    expect(bot.received.map(({ text }) => text)).toEqual(["a fresh question?", "an old question?"]);
    expect(slack.messages(help, missed[0][1])).toHaveLength(1);
  });

  it("finds what was asked in a channel in which nothing was heard before", async () => {
    const memory = testMemory();
    const first = await openScene({ memory });
    const { slack } = first;
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann], withoutBot: true });
    await slack.join(slack.world.bot, help);
    await first.adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
    await slack.mention(ann, help, "how many days?");
    const bot = scriptedBot();
    const adapter = adapterFor(slack, bot.host, { memory });
    onTestFinished(() => adapter.close());
    bot.speakThrough(adapter.channel);

    await adapter.start();
    await slack.until(() => bot.received.length > 0);

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?"]);
  });

  /** A channel with something in it that was said while nobody listened. */
  async function absence() {
    const memory = testMemory();
    const first = await openScene({ memory });
    const { slack } = first;
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    await first.adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
    const ago = (minutes: number) => ((Date.now() - minutes * 60_000) / 1_000).toFixed(6);
    const said = (
      text: string,
      minutes: number,
      where: { readonly channel?: string; readonly threadTs?: string } = {},
    ) => {
      const words = text.replace("@bot", `<@${slack.world.bot.id}>`);
      const what = { user: ann.id, text: words, ts: ago(minutes) };
      return slack.world.add({ channel: help.id, ...what, ...where });
    };
    const comeBack = async (logger?: Logger) => {
      await memory.set(`slack:seen:${help.id}`, ago(120), 1_000_000);
      const bot = scriptedBot();
      const rest = logger === undefined ? {} : { logger };
      const adapter = adapterFor(slack, bot.host, { memory, ...rest });
      onTestFinished(() => adapter.close());
      bot.speakThrough(adapter.channel);
      await adapter.start();
      return { bot, adapter };
    };
    return { memory, slack, ann, help, said, comeBack };
  }

  it("finds what was missed even when somebody speaks there before it has looked", async () => {
    const { slack, ann, help, said, comeBack, memory } = await absence();
    said("@bot how many days?", 5);
    slack.faults.next("users.list", { type: "slow", ms: 400 });

    const { bot } = await comeBack();
    await slack.until(() => slack.socket.connections() > 0, "a connection");
    const live = await slack.say(ann, help, "talk among people");
    await slack.until(() => bot.received.length > 0);
    await vi.waitFor(
      async () => expect(await memory.get(`slack:seen:${help.id}`)).toBe(live.ts),
      20_000,
    );

    expect(bot.received.map(({ text }) => text)).toEqual(["how many days?"]);
  });

  it("finds what was missed in a thread in which somebody asks again before it has looked", async () => {
    const { slack, ann, said, comeBack, memory } = await absence();
    const { id: channel } = slack.directMessages(ann);
    const root = said("first", 13, { channel });
    const conversation = `slack:${slack.world.teamId}:${channel}:${root.ts}`;
    const asked = { conversation, question: "first" };
    await memory.set(`slack:asked:${ann.id}:${root.ts}`, asked, 1_000_000);
    said("second", 5, { channel, threadTs: root.ts });
    slack.faults.next("users.list", { type: "slow", ms: 400 });

    const { bot } = await comeBack();
    await slack.until(() => slack.socket.connections() > 0, "a connection");
    await slack.dm(ann, "third", root.ts);
    await slack.until(() => bot.received.length > 1);

    expect(bot.received.map(({ text }) => text).toSorted()).toEqual(["second", "third"]);
  });

  it("hears what was said in threads as if it were said now: fresh words without a mention, old ones only when they are open questions", async () => {
    const { slack, help, said, comeBack, memory } = await absence();
    const thread = async (minutes: number) => {
      const { ts } = said("@bot first", minutes);
      await memory.set(`slack:taken:slack:${slack.world.teamId}:${help.id}:${ts}`, true, 1_000_000);
      return ts;
    };
    const [fresh, open, thanks, closed] = [
      await thread(200),
      await thread(210),
      await thread(220),
      await thread(230),
    ];
    said("and for parents?", 5, { threadTs: fresh });
    said("and how many for students?", 40, { threadTs: open });
    said("I see, thanks", 40, { threadTs: thanks });
    said("who knows more?", 50, { threadTs: closed });
    said("I do, come over", 45, { threadTs: closed });
    const offersOn = (ts: string) =>
      slack.messages(help, ts).filter(({ isBot, text }) => isBot && text.includes("minutes ago"));

    const { bot } = await comeBack();
    await slack.until(() => bot.received.length > 0 && offersOn(open).length > 0);
    await bot.settled();

    expect(bot.received.map(({ text, isAddressed }) => [text, isAddressed])).toEqual([
      ["and for parents?", false],
    ]);
    expect([open, thanks, closed].map((ts) => offersOn(ts).length)).toEqual([1, 0, 0]);
  });

  it("finds where it was named in an old thread in which it was never asked before", async () => {
    const { said, comeBack } = await absence();
    const root = said("my permit is lost", 2 * 24 * 60);
    said("talk among people", 6, { threadTs: root.ts });
    said("@bot what now?", 5, { threadTs: root.ts });

    const { bot } = await comeBack();
    await vi.waitFor(() => expect(bot.received).toHaveLength(1), 20_000);

    expect(bot.received[0]).toMatchObject({ text: "what now?", isAddressed: true });
    expect(bot.told[0]?.event).toMatchObject({
      type: "conversation.seeded",
      turns: [{ text: "my permit is lost" }, { text: "talk among people" }],
    });
  });

  it("reads on where much was said, up to a thousand messages, and says when that was not all", async () => {
    const { logger, lines } = recordingLogger();
    const { slack, said, comeBack } = await absence();
    said("@bot beyond the limit", 14);
    said("@bot the first", 13);
    for (let more = 0; more < 998; more += 1) said("talk among people", 12 - more / 100);
    said("@bot the last", 1);

    const { bot } = await comeBack(logger);
    await slack.until(() => bot.received.length > 1);

    expect(bot.received.map(({ text }) => text)).toEqual(["the first", "the last"]);
    expect(lines.filter((line) => line.includes("more was said meanwhile"))).toHaveLength(1);
  });

  it("asks about the others when one question cannot be asked about, and about that one the next time", async () => {
    const { slack, help, said, comeBack } = await absence();
    const [other, refused] = [said("@bot one?", 50), said("@bot two?", 40)];
    const offersOn = (ts: string) => slack.messages(help, ts).filter(({ isBot }) => isBot).length;
    slack.faults.next("chat.postMessage", { type: "error", error: "internal_error" });

    const first = await comeBack();
    await slack.until(() => offersOn(other.ts) > 0, "the older question");
    const atFirst = offersOn(refused.ts);
    await first.adapter.close();
    const second = await comeBack();
    await slack.until(() => offersOn(refused.ts) > 0, "the newer question");
    await second.adapter.close();

    expect(atFirst).toBe(0);
    expect([refused, other].map(({ ts }) => offersOn(ts))).toEqual([1, 1]);
  });

  it("finds what was asked in a thread that it knows, with a limit on how fast it reads", async () => {
    const memory = testMemory();
    const first = await openScene({ memory });
    const { slack } = first;
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const begun = await slack.mention(ann, help, "first");
    await first.bot.settled();
    await first.adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
    await slack.threadReply(ann, help, begun.ts, "@bot and now?");
    await slack.threadReply(ann, help, begun.ts, "talk among people");
    slack.faults.next("conversations.replies", { type: "ratelimited", retryAfter: 1 });
    const bot = scriptedBot(({ isAddressed, text }) => (isAddressed ? { text } : null));
    const adapter = adapterFor(slack, bot.host, { memory });
    onTestFinished(() => adapter.close());
    bot.speakThrough(adapter.channel);

    await adapter.start();
    await slack.until(() => bot.received.length > 1);
    await bot.settled();

    // Talk goes to the dialogue, as it does while somebody listens.
    expect(bot.received.map(({ text, isAddressed }) => [text, isAddressed])).toEqual([
      ["and now?", true],
      ["talk among people", false],
    ]);
    expect(slack.messages(help, begun.ts).filter(({ isBot }) => isBot)).toHaveLength(2);
  });
});
