import { describe, expect, it } from "vitest";
import { effectKey } from "../../src/core/index.ts";
import { aCitation, aReply } from "../support/reply-builder.ts";
import { openScene } from "../support/slack/scene.ts";
import { threadAddress } from "../support/slack/scripted-bot.ts";

const call = {
  get signal() {
    return new AbortController().signal;
  },
};

describe("saying", () => {
  it("shows at once that it works, and takes the line away with the answer", async () => {
    const { slack, bot } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });

    const asked = await slack.mention(ann, help, "how many days?");
    const thread = `${help.id}/${asked.ts}`;
    await slack.until(() => slack.world.statuses.has(thread));
    const session = await slack.until(() => slack.world.sessions.get(thread));
    const address = bot.received[0]?.address ?? threadAddress("T", help.id, asked.ts);
    await bot.say(address, { text: "25 days" });
    await slack.until(() => slack.world.sessions.get(thread) === "active");

    expect(slack.world.statusLog[0]?.status).toBe("is reading your question …");
    expect(session).toBe("processing");
    expect(slack.world.statuses.has(thread)).toBe(false);
  });

  it("says honestly what it is doing", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    await slack.dm(ann, "年假有几天？");
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");

    adapter.channel.progress(address, { type: "stage", stage: "reading", documents: 3 });
    await slack.until(() => slack.world.statusLog.some(({ status }) => status.includes("3")));
    adapter.channel.progress(address, {
      type: "stage",
      stage: "queued",
      place: 2,
      of: 5,
      etaMs: null,
    });
    await slack.until(() => slack.world.statusLog.some(({ status }) => status.includes("2/5")));

    expect(slack.world.statusLog.map(({ status }) => status)).toEqual([
      "正在理解问题……",
      "正在阅读 3 份文档……",
      "正忙，您排在第 2/5 位……",
    ]);
  });

  it("turns a draft that grew into the answer with sources, thumbs and a way to a person", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const address = bot.received[0]?.address ?? threadAddress("T", help.id, asked.ts);
    const key = effectKey("the-draft");
    const shown = () => slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    const draft = { key, address, timings: {}, isDraft: true };

    const { messageId } = await adapter.channel.post(
      { ...draft, reply: aReply({ text: "You have", citations: [], marks: [] }) },
      call,
    );
    const [first] = shown();
    await adapter.channel.edit(
      messageId,
      { ...draft, reply: aReply({ text: "You have 25", citations: [], marks: [] }) },
      call,
    );
    const [second] = shown();
    const source = "https://wiki.example/leave?a=1&b=2";
    const reply = aReply({
      citations: [aCitation({ source }), aCitation({ n: 2, origin: "web" })],
    });
    await adapter.channel.edit(messageId, { key, address, timings: {}, reply }, call);
    const [final] = shown();

    expect(first?.text).toContain("You have");
    expect(first?.controls.map(({ label }) => label)).toEqual(["Stop"]);
    expect(second?.text).toContain("You have 25");
    expect(shown()).toHaveLength(1);
    expect(final?.text).toContain("You have 25 days of leave a year [1].");
    expect(final?.text).toContain(`[1] <${source.replace("&", "&amp;")}|Leave › Annual leave>`);
    expect(final?.text).toContain("[2] Leave › Annual leave — docs/leave.md (web)");
    expect(final?.text).toContain("quoted from the documents, no language model");
    expect(final?.controls.map(({ label }) => label)).toEqual([
      "👍 Helpful",
      "👎 Not helpful",
      "Ask a person",
      "🔇 Stop listening",
    ]);
    expect(await adapter.channel.find(key, address, call)).toEqual({ messageId });
  });

  it.each(["edit_window_closed", "cant_update_message"])(
    "posts the answer anew, once, when the draft cannot be changed any more (%s)",
    async (error) => {
      const { slack, bot, adapter } = await openScene({ script: () => null });
      const ann = slack.user("Ann");
      const help = slack.channel("help", { members: [ann] });
      const asked = await slack.mention(ann, help, "how many days?");
      const address = bot.received[0]?.address ?? threadAddress("T", help.id, asked.ts);
      const message = { key: effectKey("k"), address, timings: {}, reply: aReply() };
      const { messageId } = await adapter.channel.post({ ...message, isDraft: true }, call);
      slack.faults.next("chat.update", { type: "error", error });

      await adapter.channel.edit(messageId, message, call);

      const shown = slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
      expect(shown).toHaveLength(1);
      expect(shown[0]?.controls.map(({ label }) => label)).toContain("Ask a person");
    },
  );

  it("rings no bell, whatever a model writes", async () => {
    const { slack, bot } = await openScene({
      script: () => ({ text: "<!channel> <@U123> @here <!subteam^S1|@team> look", citations: [] }),
    });
    const ann = slack.user("Ann");
    const asked = await slack.dm(ann, "hello");
    await bot.settled();

    const [, answer] = slack.messages(slack.directMessages(ann), asked.ts);
    expect(`${answer?.text}${answer?.notification}`).not.toMatch(/<[!@#]|@(?:here|channel)/u);
    expect(answer?.text).toContain("look");
    expect(slack.callsOf("chat.postMessage")[0]?.args).toMatchObject({
      unfurl_links: "false",
      unfurl_media: "false",
    });
  });

  it("finds a post whose answer was lost, and says nothing twice", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    await slack.dm(ann, "hello");
    const address = bot.received[0]?.address ?? threadAddress("T", "D", "1.1");
    const key = effectKey("lost");
    const message = { key, address, reply: aReply(), timings: {} };

    for (const fault of [
      { type: "status", status: 502, when: "after" },
      { type: "reset", when: "before" },
    ] as const) {
      slack.faults.next("chat.postMessage", fault);
      await expect(adapter.channel.post(message, call)).rejects.toMatchObject({
        code: "delivery_uncertain",
        retryable: true,
      });
      const found = await adapter.channel.find(key, address, call);
      if (found === null) await adapter.channel.post(message, call);
    }

    expect(await adapter.channel.find(key, address, call)).not.toBeNull();
    expect(slack.world.messages.filter(({ botId }) => botId !== null)).toHaveLength(1);
  });

  it("posts the missing parts only, when a long answer was cut short by a fault", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const asked = await slack.dm(ann, "hello");
    const address = bot.received[0]?.address ?? threadAddress("T", "D", "1.1");
    const key = effectKey("long");
    const text = Array.from(
      { length: 40 },
      (_, line) => `line ${line} ${"word ".repeat(100)}`,
    ).join("\n\n");
    const message = { key, address, reply: aReply({ text }), timings: {} };
    slack.faults.next("chat.postMessage", { type: "slow", ms: 1 });
    slack.faults.next("chat.postMessage", { type: "status", status: 500, when: "before" });

    await expect(adapter.channel.post(message, call)).rejects.toMatchObject({ retryable: true });
    const half = await adapter.channel.find(key, address, call);
    await adapter.channel.post(message, call);

    const parts = slack.messages(slack.directMessages(ann), asked.ts).filter(({ isBot }) => isBot);
    const words = parts.map((part) => part.text).join("\n");
    expect(half).toBeNull();
    expect(parts).toHaveLength(3);
    for (let line = 0; line < 40; line += 1) {
      expect(words.split(`line ${line} `)).toHaveLength(2);
    }
  });

  it("waits as long as Slack asks, in that channel only", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const [busy, quiet] = [
      slack.channel("busy", { members: [ann] }),
      slack.channel("quiet", { members: [ann] }),
    ];
    await slack.mention(ann, busy, "one");
    await slack.mention(ann, quiet, "two");
    const [first, second] = bot.received.map(({ address }) => address);
    if (first === undefined || second === undefined) throw new Error("nothing was received");
    const message = (address: typeof first, key: string) => ({
      key: effectKey(key),
      address,
      reply: aReply(),
      timings: {},
    });
    slack.faults.next("chat.postMessage", { type: "ratelimited", retryAfter: 7 });

    await expect(adapter.channel.post(message(first, "1"), call)).rejects.toMatchObject({
      code: "rate_limited",
      retryAfterMs: 7_000,
    });
    const calls = slack.callsOf("chat.postMessage").length;
    await expect(adapter.channel.post(message(first, "2"), call)).rejects.toMatchObject({
      code: "rate_limited",
    });
    await adapter.channel.post(message(second, "3"), call);

    expect(slack.callsOf("chat.postMessage")).toHaveLength(calls + 1);
    expect(slack.messages(quiet, second.threadId)).toHaveLength(2);
  });

  it("keeps to one post at a time in a channel, in order, and meets no refusal", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "one");
    const address = bot.received[0]?.address ?? threadAddress("T", help.id, asked.ts);

    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        adapter.channel.post(
          {
            key: effectKey(`k${index}`),
            address,
            reply: aReply({ text: `n${index}.` }),
            timings: {},
          },
          call,
        ),
      ),
    );

    const texts = slack
      .messages(help, asked.ts)
      .slice(1)
      .map(({ text }) => text);
    expect(texts.map((text) => Number(/n(\d+)\./u.exec(text)?.[1]))).toEqual([...texts.keys()]);
    expect(slack.rates.refused()).toBe(0);
  });

  it("shows an answer to a mended question where the first one stood", async () => {
    const { slack, bot } = await openScene();
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many dasy?");
    await bot.settled();
    const [, before] = slack.messages(help, asked.ts);

    await slack.edit(asked, "@bot how many days?");
    await slack.until(() => slack.messages(help, asked.ts)[1]?.text.includes("days?"));
    await bot.settled();

    const [, after, ...more] = slack.messages(help, asked.ts);
    expect(after?.ts).toBe(before?.ts);
    expect(more).toEqual([]);
    // Nobody else's answer in the thread is ended by it.
    expect(bot.told.map(({ event }) => event)).toMatchObject([
      { type: "stop.requested", by: ann.id, of: [bot.received[0]?.id] },
    ]);
  });

  it("takes the answer of all away when the mended question is answered for one alone", async () => {
    const { slack, bot } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const [first] = await slack.until(() => bot.received.length === 1 && bot.received);
    if (first === undefined) throw new Error("nothing was received");
    await bot.say(first.address, { text: "The old answer" }, "a");

    await slack.edit(asked, "@bot what is the bonus?");
    const [, second] = await slack.until(() => bot.received.length === 2 && bot.received);
    if (second === undefined) throw new Error("nothing was received");
    await bot.say({ ...second.address, ephemeral: true }, { text: "For you alone" }, "b");

    // Nothing is left in the thread, and there nobody would see a private line.
    expect(slack.messages(help, asked.ts, ann).filter(({ isBot }) => isBot)).toEqual([]);
    const shown = slack.messages(help, null, ann).filter(({ isBot }) => isBot);
    expect(shown.map(({ text }) => text.split("\n")[0])).toEqual(["For you alone"]);
  });

  it("says it in plain text when Slack takes no blocks of it", async () => {
    const { slack, bot } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "how many days?");
    const [first] = await slack.until(() => bot.received.length === 1 && bot.received);
    if (first === undefined) throw new Error("nothing was received");
    slack.faults.next("chat.postMessage", { type: "error", error: "invalid_blocks" });

    await bot.say(first.address, { text: "25 < 30 days [1].", citations: [aCitation()] });

    const shown = slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    expect(shown).toHaveLength(1);
    expect(shown[0]?.text).toContain("25 &lt; 30 days [1].\n[1] ");
  });

  it("leaves no answer to a question that was deleted while its answer waited for its turn", async () => {
    const { slack, bot } = await openScene({
      script: () => ({ text: "the answer" }),
      settings: {
        pacing: {
          postIntervalMs: 400,
          windowMs: 60_000,
          updatesPerWindow: 50,
          keptForFinal: 25,
          maxWaitMs: 2_500,
        },
      },
    });
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const root = await slack.mention(ann, help, "first?");
    await slack.until(() => slack.callsOf("chat.postMessage").length === 1);
    const second = await slack.threadReply(ben, help, root.ts, "@bot second?");
    await slack.until(() => bot.received.length === 2);

    await slack.delete(second);
    await bot.settled();
    await slack.until(() => slack.callsOf("chat.delete").length === 1);

    const answers = slack.messages(help, root.ts).filter(({ isBot }) => isBot);
    expect(answers).toHaveLength(1);
  });

  it("takes its answer back when the question is deleted, and answers no deleted question", async () => {
    const { slack, bot } = await openScene({
      script: ({ text }) => (text === "late" ? null : { text }),
    });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const asked = await slack.mention(ann, help, "soon");
    await bot.settled();
    const late = await slack.mention(ann, help, "late");
    const address = bot.received[1]?.address;
    if (address === undefined) throw new Error("nothing was received");

    await slack.threadReply(ann, help, asked.ts, "@bot more");
    await bot.settled();
    const more = slack.world.messages.find(({ text }) => text.includes("more"));
    // Slack fails once: what was asked for is done all the same.
    slack.faults.next("chat.delete", { type: "status", status: 503, when: "before" });
    if (more !== undefined) await slack.delete(more);
    await slack.until(() => slack.callsOf("chat.delete").length === 1);
    await slack.delete(late);
    await bot.say(address, { text: "too late" });

    expect(slack.messages(help, asked.ts).map(({ text }) => text.split("\n")[0])).toEqual([
      `<@${slack.world.bot.id}> soon`,
      "soon",
    ]);
    expect(slack.world.messages.some(({ text }) => text.includes("too late"))).toBe(false);
    expect(bot.told.map(({ event }) => event)).toMatchObject([
      { type: "message.withdrawn" },
      { type: "stop.requested", by: ann.id },
      { type: "message.withdrawn" },
      { type: "stop.requested", by: ann.id },
    ]);
  });

  it("does not look at deleted talk in which it took no part", async () => {
    const { slack } = await openScene();
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const talk = await slack.say(ann, help, "lunch?");

    await slack.delete(talk);
    await slack.edit(await slack.say(ann, help, "dinner?"), "supper?");
    await slack.dispatch.settled();

    expect(slack.callsOf("conversations.replies")).toEqual([]);
  });

  it("marks a message that was passed on to a person, and clears the line of one that was not meant for it", async () => {
    const { slack, bot, adapter } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const asked = await slack.dm(ann, "hello");
    const address = bot.received[0]?.address ?? threadAddress("T", "D", asked.ts);

    await adapter.settled(address, "forwarded");
    await adapter.settled(address, "ignored");
    await slack.until(() => slack.world.statuses.size === 0);

    expect(slack.world.reactions.map(({ name }) => name)).toEqual(["incoming_envelope"]);
  });
});
