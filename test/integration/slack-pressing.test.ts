import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { effectKey, messageId, type Reply } from "../../src/core/index.ts";
import type { Feedback } from "../../src/ports/feedback.ts";
import { aCase, aCitation, aPacket, aReply } from "../support/reply-builder.ts";
import { adapterFor, testMemory } from "../support/slack/adapter.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";
import { openScene, type Scene } from "../support/slack/scene.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const OPTIONS = ["Annual leave", "Parental leave", "病假", "None of these"].map((label, index) => ({
  id: `o${index}`,
  label,
}));

const QUESTION: Partial<Reply> = {
  decision: "clarify",
  text: "Which leave do you mean?",
  options: OPTIONS,
  citations: [],
  marks: [],
};

async function asked(scene: Scene) {
  const { slack, bot } = scene;
  const ann = slack.user("Ann");
  const help = slack.channel("help", { members: [ann] });
  const question = await slack.mention(ann, help, "how many days?");
  await bot.settled();
  return { ann, help, question, place: { channel: help, thread: question.ts } };
}

describe("pressing", () => {
  it("passes a choice on, once, and shows what was chosen in place of the buttons", async () => {
    const scene = await openScene({ script: () => QUESTION });
    const { slack, bot } = scene;
    const { ann, help, question, place } = await asked(scene);
    const ben = slack.user("Ben");
    await slack.join(ben, help);
    const message = slack.world.messages.find(({ botId }) => botId !== null);
    const [, shown] = slack.messages(help, question.ts);
    const [, second] = shown?.controls ?? [];

    await slack.press(ann, place, "Parental leave");
    await slack.until(() => slack.messages(help, question.ts)[1]?.controls.length === 0);
    if (message !== undefined && second !== undefined) {
      await slack.pressControl(ben, message, second);
    }

    await slack.until(() =>
      slack.messages(help, question.ts, ben).some(({ text }) => text.includes("already chosen")),
    );

    expect(bot.told).toHaveLength(1);
    expect(bot.told[0]).toMatchObject({
      instance: { kind: "dialogue", id: bot.received[0]?.address.conversationId },
      event: {
        type: "option.chosen",
        optionId: "o1",
        principal: { userId: ann.id },
        address: { channelId: help.id, threadId: question.ts },
      },
    });
    // Whoever pressed later does not become the one who is answered.
    const { replyTo } = z.object({ replyTo: z.string() }).parse(bot.told[0]?.event["address"]);
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");
    const told = { key: effectKey("private"), reply: aReply({ text: "for Ann" }), timings: {} };
    const to = { ...address, replyTo: messageId(replyTo), ephemeral: true };
    const { signal } = new AbortController();
    await scene.adapter.channel.post({ ...told, address: to }, { signal });
    const readBy = (user: typeof ann) =>
      slack.messages(help, question.ts, user).some(({ text }) => text.includes("for Ann"));
    expect([readBy(ann), readBy(ben)]).toEqual([true, false]);
    const [, after] = slack.messages(help, question.ts);
    expect(after?.text).toContain("Which leave do you mean?");
    expect(after?.text).toContain("✓ Parental leave — chosen by Ann");
    expect(after?.metadata).not.toBeNull();
  });

  it("shows what was chosen although Slack does not take its own blocks back", async () => {
    const scene = await openScene({ script: () => QUESTION });
    const { slack } = scene;
    const { ann, question, place } = await asked(scene);
    slack.faults.next("chat.update", { type: "error", error: "invalid_blocks" });

    await slack.press(ann, place, "Parental leave");
    await slack.until(() => slack.messages(place.channel, question.ts)[1]?.controls.length === 0);

    const [, after] = slack.messages(place.channel, question.ts);
    expect(after?.text).toContain("Which leave do you mean?");
    expect(after?.text).toContain("✓ Parental leave — chosen by Ann");
  });

  it("offers a list when there are more choices than buttons", async () => {
    const options = Array.from({ length: 8 }, (_, n) => ({ id: `o${n}`, label: `Choice ${n}` }));
    const scene = await openScene({ script: () => ({ ...QUESTION, options }) });
    const { slack, bot } = scene;
    const { ann, place } = await asked(scene);

    const controls = slack.messages(place.channel, place.thread)[1]?.controls ?? [];
    await slack.press(ann, place, "Choice 6");

    expect(controls.map(({ type }) => type)).toEqual(controls.map(() => "static_select"));
    expect(bot.told[0]?.event).toMatchObject({ type: "option.chosen", optionId: "o6" });
  });

  it("lets a button be pressed after a restart that forgot everything", async () => {
    const scene = await openScene({ script: () => QUESTION });
    const { slack } = scene;
    const { ann, place } = await asked(scene);
    await scene.adapter.close();
    await slack.until(() => slack.socket.connections() === 0, "no connection");
    const bot = scriptedBot();
    const adapter = adapterFor(slack, bot.host);
    onTestFinished(() => adapter.close());
    await adapter.start();
    await slack.until(() => slack.socket.connections() === 2, "a new connection");

    await slack.press(ann, place, "Annual leave");

    expect(bot.told[0]).toMatchObject({
      instance: { id: scene.bot.received[0]?.address.conversationId },
      event: { type: "option.chosen", optionId: "o0" },
    });
  });

  it("tells an editor who was not content which documents he can hide or boost, and nobody else", async () => {
    const { knowledge, retriever, judged } = fixedKnowledge([aPassage("Leave", "internal")]);
    const scene = await openScene({
      host: { knowledge, retriever },
      settings: { people: { "slack:UADA": { role: "editor", groups: [] } } },
      script: () => ({ text: "25 days [1]", citations: [aCitation({ title: "Leave" })] }),
    });
    const { slack } = scene;
    const { ann, help, question, place } = await asked(scene);
    const ada = slack.user("Ada", { id: "UADA" });
    await slack.join(ada, help);
    const whispersTo = (user: typeof ann) =>
      slack.messages(help, question.ts, user).filter(({ isEphemeral }) => isEphemeral);

    await slack.press(ann, place, "👎 Not helpful");
    await slack.until(() => whispersTo(ann).length > 0);
    await slack.press(ada, place, "👎 Not helpful");
    await slack.until(() => whispersTo(ada).length > 0);
    await slack.slash(ann, help, "/kb", "hide Leave");
    await slack.slash(ada, help, "/kb", "hide Leave");
    await slack.until(() => judged.length > 0);

    expect(whispersTo(ann)[0]?.text).toBe("Thank you, noted.");
    expect(whispersTo(ada)[0]?.text).toBe(
      "Thank you, noted. It rests on “Leave”. As an editor you can keep a document out of answers, or put another one first: `/kb hide|boost &lt;title&gt;`.",
    );
    expect(judged).toEqual(["Leave: hidden, slack:UADA"]);
  });

  it("takes thumbs, a wish for a person, and a stop", async () => {
    const feedback: Feedback[] = [];
    const scene = await openScene({
      host: { onFeedback: async (given) => void feedback.push(given) },
      script: ({ text }) =>
        text.includes("person")
          ? null
          : {
              text: "25 days [1]",
              question: "How many days of leave?",
              citations: [aCitation()],
              confidence: 0.8,
            },
    });
    const { slack, bot } = scene;
    const { ann, help, place } = await asked(scene);

    await slack.press(ann, place, "👎 Not helpful");
    await slack.press(ann, place, "Ask a person");
    await slack.press(ann, place, "Ask a person");
    await slack.stop(ann, help, place.thread);
    await slack.until(() => slack.messages(help, place.thread, ann).some((one) => one.isEphemeral));

    expect(feedback).toMatchObject([
      {
        userId: ann.id,
        value: "bad",
        asked: "how many days?",
        question: "How many days of leave?",
        answer: "25 days [1]",
        citations: [aCitation()],
        confidence: 0.8,
      },
    ]);
    expect(bot.received.map(({ text }) => text)).toEqual([
      "how many days?",
      "I would like to talk to a person.",
    ]);
    expect(bot.received[1]?.address.conversationId).toBe(bot.received[0]?.address.conversationId);
    expect(bot.told.map(({ event }) => event.type)).toEqual(["stop.requested"]);
  });

  it("keeps each private answer when the next one comes, and when a choice is shown late", async () => {
    const scene = await openScene({ script: () => null });
    const { slack, bot } = scene;
    const { ann, help, question, place } = await asked(scene);
    const [first] = bot.received;
    if (first === undefined) throw new Error("nothing was received");
    const alone = { ...first.address, ephemeral: true };
    // Without a reply nobody would see a private line in the thread.
    const { id: user } = slack.world.bot;
    slack.world.add({ channel: help.id, threadTs: question.ts, user, text: "One moment." });
    await bot.say(alone, QUESTION, "a");
    slack.faults.next("response_url", { type: "status", status: 503, when: "before" });
    await slack.press(ann, place, "Annual leave");
    await bot.say(alone, { text: "The first answer" }, "b");
    await slack.until(() =>
      slack.messages(help, question.ts, ann).every(({ text }) => !text.includes("Which leave")),
    );

    await slack.threadReply(ann, help, question.ts, "@bot and the bonus?");
    const [, second] = await slack.until(() => bot.received.length === 2 && bot.received);
    if (second === undefined) throw new Error("nothing was received");
    await bot.say({ ...second.address, ephemeral: true }, { text: "The second answer" }, "c");

    const shown = slack.messages(help, question.ts, ann).filter(({ isBot }) => isBot);
    expect(shown.map(({ text }) => text.split("\n")[0])).toEqual([
      expect.stringContaining("Annual leave"),
      "The first answer",
      "The second answer",
    ]);
  });

  it("stops the generation by the button under a draft", async () => {
    const scene = await openScene({ script: () => null });
    const { slack, bot, adapter } = scene;
    const { ann, place } = await asked(scene);
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");
    const message = {
      key: effectKey("draft"),
      address,
      reply: aReply(),
      timings: {},
      isDraft: true,
    };
    await adapter.channel.post(message, { signal: new AbortController().signal });

    const ben = slack.user("Ben");
    await slack.join(ben, place.channel);
    await slack.press(ben, place, "Stop");
    await slack.until(() =>
      slack
        .messages(place.channel, place.thread, ben)
        .some(({ text }) => text.includes("can stop the answer")),
    );
    await slack.press(ann, place, "Stop");
    // In the same message another answer may be written by then.
    await slack.press(ann, place, "Stop");

    expect(bot.told.map(({ event }) => event)).toMatchObject([
      { type: "stop.requested", by: ann.id, isPressed: true },
      { type: "stop.requested", by: ann.id, isPressed: true },
    ]);
  });

  it.each(["edits", "native"] as const)(
    "stops the generation by Slack's own button for its asker and for admins, and tells others (%s)",
    async (streaming) => {
      const people = { "slack:UADA": { role: "admin", groups: [] } } as const;
      const scene = await openScene({ script: () => null, settings: { streaming, people } });
      const { slack, bot, adapter } = scene;
      const { ann, help, place } = await asked(scene);
      const [ben, ada] = [slack.user("Ben"), slack.user("Ada", { id: "UADA" })];
      for (const { id } of [ben, ada]) help.members.add(id);
      const { address } = bot.received[0] ?? {};
      if (address === undefined) throw new Error("nothing was received");
      const { signal } = new AbortController();
      const message = { key: effectKey("draft"), address, reply: aReply(), timings: {} };
      const { messageId } = await adapter.channel.post({ ...message, isDraft: true }, { signal });

      await slack.stop(ben, help, place.thread);
      await slack.until(() =>
        slack
          .messages(help, place.thread, ben)
          .some(({ text }) => text.includes("can stop the answer")),
      );
      const byBen = bot.told.length;
      await slack.stop(ann, help, place.thread);
      const session = () => slack.world.sessions.get(`${help.id}/${place.thread}`);
      await slack.until(() => session() === "active", "the session no longer shows that it works");
      await slack.stop(ada, help, place.thread);
      await adapter.channel.edit(messageId, message, { signal });
      await slack.stop(ben, help, place.thread);

      expect(byBen).toBe(0);
      expect(bot.told.map(({ event }) => event)).toMatchObject([
        { type: "stop.requested", by: ann.id, isPressed: true },
        { type: "stop.requested", isPressed: true },
        // Nothing is written any more: what he asked himself, if anything, ends.
        { type: "stop.requested", by: ben.id, isPressed: true },
      ]);
      expect(bot.told[1]?.event).not.toHaveProperty("by");
    },
  );
});

describe("commands", () => {
  it("answers a slash command for its author alone, and shares the answer when asked to", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const { slack, bot } = await openScene({
      host: knowledge,
      script: () => ({
        text: "25 days [1].",
        question: "How many days?",
        citations: [aCitation({ passageId: aPassage("leave", "internal").id })],
      }),
    });
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });

    await slack.slash(ann, help, "/ask", "how many days?");
    await bot.settled();
    const seen = await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("25 days")),
    );
    const seenByBen = slack.messages(help, null, ben);
    await slack.press(ann, { channel: help, thread: null }, "Share with channel");
    const shared = await slack.until(() =>
      slack.messages(help, null, ben).find(({ text }) => text.includes("25 days")),
    );

    expect(bot.received[0]).toMatchObject({
      audience: { kind: "private" },
      address: { ephemeral: true },
      text: "how many days?",
    });
    const alone = slack.messages(help, null, ann).filter(({ isEphemeral }) => isEphemeral);
    expect(alone.map(({ text }) => text.split("\n")[0])).toEqual([
      "Looking this up …",
      "25 days [1].",
    ]);
    expect(seen.isEphemeral).toBe(true);
    expect(seenByBen).toEqual([]);
    expect(shared.text).toContain("Shared by Ann");
    expect(shared.text).toContain("[1] Leave › Annual leave");
  });

  it.each([
    ["a post whose answer is lost", { type: "reset", when: "after" }, 1],
    ["a post that is refused for good", { type: "error", error: "is_archived" }, 2],
  ] as const)(
    "shares a long answer whole, in a thread, once, in spite of %s",
    async (_, fault, presses) => {
      const words = Array.from({ length: 300 }, (_none, n) => `word${n} ${"filling ".repeat(12)}`);
      const { slack, bot } = await openScene({
        script: () => ({ text: words.join("\n\n"), question: "How many?", citations: [] }),
      });
      const ann = slack.user("Ann");
      const help = slack.channel("help", { members: [ann] });
      await slack.slash(ann, help, "/ask", "how many?");
      await bot.settled();
      slack.faults.next("chat.postMessage", { type: "slow", ms: 1 });
      slack.faults.next("chat.postMessage", fault);
      const inChannel = () => slack.messages(help, null).filter(({ isBot }) => isBot);
      const shared = () => {
        const [root] = inChannel();
        return root === undefined ? [] : slack.messages(help, root.ts);
      };
      const isWhole = () => shared().some(({ text }) => text.includes("word299 "));

      await slack.press(ann, { channel: help, thread: null }, "Share with channel");
      if (presses === 2) {
        const isTold = ({ text }: { readonly text: string }) =>
          text.includes("press the button again");
        await slack.until(() => slack.messages(help, null, ann).some(isTold), "a word about it");
        await slack.press(ann, { channel: help, thread: null }, "Share with channel");
      }
      await slack.until(isWhole, "the last part");

      expect(inChannel()).toHaveLength(1);
      expect(shared()[0]?.text).toContain("Shared by Ann");
      expect(shared()[0]?.text).toContain("goes on in the thread");
      const all = shared().map(({ text }) => text);
      expect(all.length).toBeGreaterThan(2);
      const order = all.join("\n").match(/word\d+ /gu);
      expect(order).toEqual(words.map((_word, n) => `word${n} `));
    },
  );

  it("does not share what not everybody in the channel may read, and says why", async () => {
    const { slack, bot } = await openScene({
      host: fixedKnowledge([aPassage("salaries", "group:hr")]),
      settings: { people: { "slack:UANN": { role: "viewer", groups: ["hr"] } } },
      script: () => ({
        text: "It is secret [1].",
        citations: [
          aCitation({ title: "Salaries", passageId: aPassage("salaries", "group:hr").id }),
        ],
      }),
    });
    const ann = slack.user("Ann", { id: "UANN" });
    const help = slack.channel("help", { members: [ann] });
    await slack.slash(ann, help, "/ask", "salaries?");
    await bot.settled();

    await slack.press(ann, { channel: help, thread: null }, "Share with channel");
    const why = await slack.until(() =>
      slack.messages(help, null, ann).find(({ text }) => text.includes("did not share")),
    );

    expect(why.text).toContain("“Salaries”");
    expect(why.isEphemeral).toBe(true);
    expect(slack.messages(help, null)).toEqual([]);
  });

  it("asks to be invited where it may not write, and shares when it was", async () => {
    const { slack, bot } = await openScene({ script: () => ({ text: "25 days.", citations: [] }) });
    const ann = slack.user("Ann");
    const away = slack.channel("away", { members: [ann], withoutBot: true });
    await slack.slash(ann, away, "/ask", "how many days?");
    await bot.settled();
    const place = { channel: away, thread: null };

    await slack.press(ann, place, "Share with channel");
    const why = await slack.until(() =>
      slack.messages(away, null, ann).find(({ text }) => text.includes("/invite")),
    );
    away.members.add(slack.world.bot.id);
    await slack.press(ann, place, "Share with channel");
    const [shared] = await slack.until(() => {
      const seen = slack.messages(away, null);
      return seen.length > 0 && seen;
    });

    expect(why.isEphemeral).toBe(true);
    expect(shared?.text).toContain("25 days.");
  });

  it("tells whoever is not allowed that a button is not for him", async () => {
    const scene = await openScene({ script: () => QUESTION, settings: { denyUsers: ["UDAN"] } });
    const { slack, bot } = scene;
    const { help, place } = await asked(scene);
    const dan = slack.user("Dan", { id: "UDAN" });
    help.members.add(dan.id);

    await slack.press(dan, place, "Annual leave");
    const told = await slack.until(() =>
      slack.messages(help, place.thread, dan).find(({ isEphemeral }) => isEphemeral),
    );

    expect(told.text).toContain("I am not set up to answer here");
    expect(bot.told).toEqual([]);
  });

  it("still answers when the response URL is used up, and by direct message where it is no member", async () => {
    const { slack, bot } = await openScene({ script: () => null });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const away = slack.channel("away", { members: [ann], withoutBot: true });
    await slack.slash(ann, help, "/ask", "one");
    await slack.slash(ann, away, "/ask", "two");
    const [first, second] = bot.received.map(({ address }) => address);
    if (first === undefined || second === undefined) throw new Error("nothing was received");

    for (let turn = 0; turn < 6; turn += 1) {
      await bot.say(first, { text: `answer ${turn}.` }, `a${turn}`);
      await bot.say(second, { text: `answer ${turn}.` }, `b${turn}`);
    }

    const texts = (messages: readonly { readonly text: string }[]) =>
      messages.map(({ text }) => /answer \d/u.exec(text)?.[0]).filter((text) => text !== undefined);
    expect(texts(slack.messages(help, null, ann)).at(-1)).toBe("answer 5");
    expect(texts(slack.messages(slack.directMessages(ann), null, ann)).at(-1)).toBe("answer 5");
  });

  it("searches, lists and adds documents as far as a person may", async () => {
    const knowledge = fixedKnowledge([
      aPassage("handbook", "internal"),
      aPassage("salaries", "group:hr"),
    ]);
    const { slack } = await openScene({
      host: knowledge,
      settings: { people: { "slack:UED": { role: "editor", groups: [] } } },
    });
    const ann = slack.user("Ann");
    const ed = slack.user("Ed", { id: "UED", locale: "zh-CN" });
    const help = slack.channel("help", { members: [ann, ed] });
    const said = (user: typeof ann, pattern: RegExp) =>
      slack.until(() => slack.messages(help, null, user).find(({ text }) => pattern.test(text)));

    await slack.slash(ann, help, "/kb", "search days of leave");
    const found = await said(ann, /25 days/u);
    await slack.slash(ann, help, "/kb", "list");
    const listed = await said(ann, /docs\/handbook\.md/u);
    await slack.slash(ann, help, "/kb", "add https://example.com/page");
    await said(ann, /Only editors/u);
    await slack.slash(ed, help, "/kb", "add https://example.com/page public");
    await said(ed, /已添加/u);
    await slack.slash(ann, help, "/kb", "");
    await said(ann, /\/kb search/u);

    expect(found.text).not.toContain("salaries");
    expect(listed.text).not.toContain("salaries");
    expect(knowledge.ingested).toEqual([
      { sources: ["https://example.com/page"], collection: "default", visibility: "public" },
    ]);
  });
});

describe("what one person alone gets to see", () => {
  const { signal } = new AbortController();

  it.each([
    ["arrived", "after", 1],
    ["did not arrive", "before", 0],
  ] as const)(
    "is not sent again when Slack does not say that it %s: its reader decides",
    async (_name, when, arrived) => {
      const { slack, bot, adapter } = await openScene({ script: () => null });
      const ann = slack.user("Ann");
      const help = slack.channel("help", { members: [ann] });
      await slack.slash(ann, help, "/ask", "how many days?");
      const { address } = bot.received[0] ?? {};
      if (address === undefined) throw new Error("nothing was received");
      const reply = aReply({ text: "You have 25 days." });
      const message = { key: effectKey("k"), address, reply, timings: {} };
      const seen = (words: string) =>
        slack.messages(help, null, ann).filter(({ text }) => text.includes(words)).length;
      slack.faults.next("response_url", { type: "status", status: 502, when });

      const first = adapter.channel.post(message, { signal });
      await expect(first).rejects.toMatchObject({ code: "delivery_uncertain", retryable: true });
      await adapter.channel.post(message, { signal });
      await adapter.channel.post(message, { signal });
      const told = [seen("25 days"), seen("did not confirm")];
      await slack.press(ann, { channel: help, thread: null }, "Show it");
      await slack.until(() => seen("did not confirm") === 0, "the answer in its place");

      expect(told).toEqual([arrived, 1]);
      expect(seen("25 days")).toBe(arrived + 1);
    },
  );

  it("never goes to somebody else who pressed something in the same thread", async () => {
    const { slack, bot } = await openScene({ script: () => null });
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    const help = slack.channel("help", { members: [ann, ben] });
    const { ts } = await slack.mention(ann, help, "how many days?");
    await slack.threadReply(ben, help, ts, "@bot and how much pay?");
    const [forAnn, forBen] = bot.received.map(({ address }) => ({ ...address, ephemeral: true }));
    if (forAnn === undefined || forBen === undefined) throw new Error("nothing was received");
    const isSeenBy = (user: typeof ann) =>
      slack.messages(help, ts, user).some(({ text }) => text.includes("for Ben alone"));

    await bot.say(forAnn, QUESTION, "a");
    await slack.press(ann, { channel: help, thread: ts }, "Annual leave");
    await bot.say(forBen, { text: "This is for Ben alone." }, "b");

    expect([isSeenBy(ann), isSeenBy(ben)]).toEqual([false, true]);
  });

  it("is what came of a command, even when Slack fails once", async () => {
    const { slack } = await openScene({
      host: fixedKnowledge([aPassage("handbook", "internal")]),
    });
    const ann = slack.user("Ann");
    const help = slack.channel("help", { members: [ann] });
    const sees = (words: string) => () =>
      slack.messages(help, null, ann).some(({ text }) => text.includes(words));
    slack.faults.next("response_url", { type: "status", status: 503, when: "before" });

    await slack.slash(ann, help, "/kb", "search days of leave");
    await slack.until(sees("did not confirm"), "a word about it");
    await slack.press(ann, { channel: help, thread: null }, "Show it");

    await slack.until(sees("25 days"), "what was found");
  });
});

describe("what was acknowledged and not done yet", () => {
  it("is done by the next process", async () => {
    const memory = testMemory();
    const host = fixedKnowledge([aPassage("handbook", "internal")]);
    const scene = await openScene({ memory, host, settings: { prompts: ["How many days?"] } });
    const { slack } = scene;
    const ann = slack.user("Ann");
    await slack.openHome(ann);
    await slack.until(() => slack.world.homes.get(ann.id));
    const away = { type: "status", status: 503, when: "before" } as const;
    slack.faults.always("conversations.open", away);
    slack.faults.always("users.info", away);

    const prompted = await slack.pressAtHome(ann, "How many days?");
    await scene.adapter.close();
    slack.faults.clear();
    const bot = scriptedBot(undefined, host);
    const adapter = adapterFor(slack, bot.host, { memory });
    onTestFinished(() => adapter.close());
    await adapter.start();
    await slack.until(() => bot.received.length > 0, "the question");

    expect(prompted.outcomes).toMatchObject([{ type: "acknowledged" }]);
    expect(scene.bot.received).toEqual([]);
    expect(bot.received.map(({ text }) => text)).toEqual(["How many days?"]);
  });
});

describe("the app's own places", () => {
  it("shows on its home tab what it can do, open cases and recent questions", async () => {
    const { slack, bot } = await openScene({
      host: {
        desk: {
          list: () =>
            Promise.resolve(
              bot.received.map(({ address }) =>
                aCase({ packet: aPacket({ conversationId: address.conversationId }) }),
              ),
            ),
        },
      },
    });
    const [ann, ben] = [slack.user("Ann"), slack.user("Ben")];
    await slack.dm(ann, "how do I get my parking permit back?");

    await slack.openHome(ann);
    await slack.openHome(ben);
    const home = await slack.until(() => slack.world.homes.get(ann.id));
    const other = await slack.until(() => slack.world.homes.get(ben.id));

    expect(JSON.stringify(home)).toContain("case-1");
    expect(JSON.stringify(home)).toContain("how do I get my parking permit back?");
    expect(JSON.stringify(other)).not.toContain("parking");
  });

  it("shows on the home tab only own cases, and what was asked by command", async () => {
    const { slack, bot } = await openScene({
      script: () => null,
      host: {
        desk: {
          list: () => {
            const place = bot.received.map(({ address }) => address.conversationId)[0];
            const here = place === undefined ? {} : { conversationId: place };
            const ofBen = { ...here, customerId: "UBEN", question: "BEN'S CASE" };
            const ofAnn = { customerId: "UANN", question: "ANN'S CASE" };
            return Promise.resolve(
              [ofBen, ofAnn].map((one) =>
                aCase({ packet: aPacket({ ...one, platform: "slack" }) }),
              ),
            );
          },
        },
      },
    });
    const ann = slack.user("Ann", { id: "UANN" });
    const help = slack.channel("help", { members: [ann] });
    await slack.mention(ann, help, "how many days?");
    await slack.slash(ann, help, "/ask", "where is the parking lot?");
    await slack.until(() => bot.received.length === 2);

    await slack.openHome(ann);
    const home = JSON.stringify(await slack.until(() => slack.world.homes.get(ann.id)));

    expect(home).toContain("ANN'S CASE");
    expect(home).not.toContain("BEN'S CASE");
    expect(home).toContain("where is the parking lot?");
  });

  it("asks nothing for whoever is not allowed, and says so", async () => {
    const settings = { prompts: ["How many days?"], denyUsers: ["UDAN"] };
    const { slack, bot } = await openScene({ settings });
    const dan = slack.user("Dan", { id: "UDAN" });
    await slack.openHome(dan);
    await slack.until(() => slack.world.homes.get(dan.id));

    await slack.pressAtHome(dan, "How many days?");
    await slack.until(() =>
      slack
        .messages(slack.directMessages(dan), null, dan)
        .find(({ text }) => text.includes("I am not set up to answer here")),
    );

    expect(bot.received).toEqual([]);
  });

  it("asks a suggested question in the direct messages", async () => {
    const { slack, bot } = await openScene({ settings: { prompts: ["How many days of leave?"] } });
    const ann = slack.user("Ann");
    await slack.openHome(ann, "messages");
    await slack.openHome(ann);
    await slack.until(() => slack.world.homes.get(ann.id));

    await slack.pressAtHome(ann, "How many days of leave?");
    const message = await slack.until(() => bot.received[0]);

    expect(message).toMatchObject({
      text: "How many days of leave?",
      principal: { userId: ann.id },
      audience: { kind: "private" },
    });
    await slack.until(() => slack.world.prompts.size === 1);
    expect([...slack.world.prompts.values()][0]).toEqual([
      { title: "How many days of leave?", message: "How many days of leave?" },
    ]);
  });
});
