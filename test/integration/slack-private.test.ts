import { describe, expect, it } from "vitest";
import { z } from "zod";
import { effectKey, FrontdeskError, type ReplyAddress } from "../../src/core/index.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import { aCitation, aReply } from "../support/reply-builder.ts";
import { testMemory } from "../support/slack/adapter.ts";
import type { SlackUser } from "../support/slack/index.ts";
import { openScene } from "../support/slack/scene.ts";

const { signal } = new AbortController();
const HOURS_MS = 3 * 3_600_000;

/** Somebody asks by command in a channel; nothing is said yet. */
async function asked(options: { readonly withoutBot?: boolean } = {}, citations = [aCitation()]) {
  const memory = testMemory();
  const scene = await openScene({ script: () => null, memory });
  const { slack, bot, adapter } = scene;
  const ann = slack.user("Ann");
  const help = slack.channel("help", { members: [ann], ...options });
  await slack.slash(ann, help, "/ask", "how many days?");
  const { address } = bot.received[0] ?? {};
  if (address === undefined) throw new Error("nothing was received");
  const reply = aReply({ text: "You have **25** days.", question: "how many days?", citations });
  const answer = (by = signal) =>
    adapter.channel.post({ key: effectKey("k"), address, reply, timings: {} }, { signal: by });
  const sees = (where: typeof help) =>
    slack
      .messages(where, null, ann)
      .filter(({ text }) => text.includes("days."))
      .map(({ text }) => text);
  return { slack, bot, memory, ann, help, address, answer, sees };
}

/** What Slack gave for answers is half an hour old. */
async function letHalfAnHourPass(memory: KeyedMemory, address: ReplyAddress, user: SlackUser) {
  await memory.delete(`slack:respond:${address.conversationId}:${user.id}`);
}

describe("an answer to a command that comes after half an hour", () => {
  it.each([false, true])(
    "goes to the asker as a direct message that names the question (bot away: %s)",
    async (withoutBot) => {
      const { slack, memory, ann, help, address, answer, sees } = await asked({ withoutBot });
      await letHalfAnHourPass(memory, address, ann);

      await answer();

      const [told] = sees(slack.directMessages(ann));
      expect(told).toContain(`You asked in <#${help.id}>: how many days?`);
      expect(sees(help)).toEqual([]);
    },
  );

  it("is not sent again when its lease was lost in the middle of the call", async () => {
    const { slack, memory, ann, help, address, answer, sees } = await asked();
    await letHalfAnHourPass(memory, address, ann);
    const direct = slack.directMessages(ann);
    slack.faults.next("chat.postMessage", { type: "hang", when: "after" });
    const lease = new AbortController();
    const lost = new FrontdeskError("lease_lost", "another worker may have taken over");

    const first = answer(lease.signal);
    first.catch(() => {});
    await slack.until(() => sees(direct).length === 1, "the answer");
    lease.abort(lost);
    await expect(first).rejects.toBe(lost);
    await answer();

    expect([...sees(direct), ...sees(help)]).toHaveLength(1);
    expect(slack.messages(direct, null, ann).at(-1)?.text).toContain("did not confirm");
  });

  it("is shown in the channel when the asker takes no direct messages", async () => {
    const { slack, memory, ann, help, address, answer, sees } = await asked();
    await letHalfAnHourPass(memory, address, ann);
    slack.faults.next("conversations.open", { type: "error", error: "user_disabled" });

    await answer();

    expect(sees(help)).toHaveLength(1);
  });

  it("can be pressed like any other: what is pressed belongs to where it was asked", async () => {
    const { slack, bot, memory, ann, help, address, answer } = await asked({}, []);
    await letHalfAnHourPass(memory, address, ann);
    await answer();
    const direct = slack.directMessages(ann);

    await slack.press(ann, { channel: direct, thread: null }, "Ask a person");
    await slack.press(ann, { channel: direct, thread: null }, "Share with channel");
    const shared = await slack.until(() =>
      slack.messages(help, null).find(({ text }) => text.includes("25")),
    );

    expect(bot.received.at(-1)?.address).toMatchObject({
      conversationId: address.conversationId,
      ephemeral: true,
    });
    expect(shared.text).toContain("Shared by Ann");
  });
});

describe("a direct message that stands for what was asked in a channel", () => {
  const QUESTION = {
    decision: "clarify",
    text: "Which leave?",
    options: [{ id: "o1", label: "Annual leave" }],
    citations: [],
  } as const;

  /** A late question back to a command, which stands in the asker's direct messages. */
  async function askedBack() {
    const given = await asked();
    const { bot, memory, ann, address, slack } = given;
    await letHalfAnHourPass(memory, address, ann);
    await bot.say(address, QUESTION, "a");
    return { ...given, direct: { channel: slack.directMessages(ann), thread: null } };
  }

  it("is followed by others there, and what is pressed on each of them belongs to the same conversation", async () => {
    const { slack, bot, ann, help, address, direct } = await askedBack();

    await slack.press(ann, direct, "Annual leave");
    await bot.say(address, { text: "25 days.", citations: [] }, "b");
    await slack.press(ann, direct, "Ask a person");
    await bot.say(address, { text: "In two days.", citations: [] }, "c");
    await slack.press(ann, direct, "Share with channel");
    const shared = await slack.until(() =>
      slack.messages(help, null).find(({ text }) => text.includes("Shared by Ann")),
    );

    expect(bot.told).toMatchObject([{ instance: { id: address.conversationId } }]);
    expect(bot.received.at(-1)?.address).toMatchObject({ conversationId: address.conversationId });
    expect(shared.text).toContain("In two days.");
  });

  it("is where its reader is told what did not go", async () => {
    const { slack, bot, ann, address, direct } = await askedBack();
    await bot.say(address, { text: "25 days.", citations: [aCitation()] }, "b");

    await slack.press(ann, direct, "Share with channel");

    const sees = () => slack.messages(direct.channel, null, ann).map(({ text }) => text);
    await slack.until(() => sees().some((text) => text.includes("I did not share this")), "why");
  });
});

describe("a private answer whose blocks Slack does not take", () => {
  it("goes out in plain text, by response URL", async () => {
    const { slack, help, answer, sees } = await asked();
    slack.faults.next("response_url", { type: "error", error: "invalid_blocks" });

    await answer();

    const [told] = sees(help);
    expect(told).toContain("[1] Leave");
    expect(slack.messages(help, null).flatMap(({ controls }) => controls)).toEqual([]);
  });

  it("goes out in plain text, as an ephemeral message", async () => {
    const { slack, help, answer, sees } = await asked();
    slack.faults.next("response_url", { type: "error", error: "used_url" });
    slack.faults.next("chat.postEphemeral", { type: "error", error: "msg_blocks_too_long" });

    await answer();

    expect(sees(help)).toHaveLength(1);
    expect(slack.callsOf("chat.postEphemeral").map(({ args }) => args["blocks"])[1]).toBe(
      undefined,
    );
  });
});

describe("what only one person may see of a thread in which nobody has replied", () => {
  /** Somebody names the bot in the channel; nothing is said yet. */
  async function named(text = "how many days?") {
    const memory = testMemory();
    const scene = await openScene({ script: () => null, memory });
    const { slack, bot } = scene;
    const ann = slack.user("Ann");
    const ben = slack.user("Ben");
    const help = slack.channel("help", { members: [ann, ben] });
    const { ts } = await slack.mention(ann, help, text);
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");
    const sees = (user: SlackUser, thread: string | null, words: string) =>
      slack.messages(help, thread, user).some((one) => one.text.includes(words));
    return { ...scene, memory, ann, ben, help, ts, alone: { ...address, ephemeral: true }, sees };
  }

  it("stands in the channel, for Slack shows nobody a private line in such a thread, and belongs to the thread", async () => {
    const { slack, bot, ann, ben, help, alone, sees } = await named();

    await bot.say(alone, { text: "25 days.", citations: [] });
    await slack.press(ann, { channel: help, thread: null }, "Ask a person");

    expect([sees(ann, null, "25 days."), sees(ben, null, "25 days.")]).toEqual([true, false]);
    // What nobody else saw goes on where nobody else sees it.
    expect(bot.received.at(-1)).toMatchObject({
      address: {
        conversationId: alone.conversationId,
        threadId: alone.threadId,
        ephemeral: true,
      },
      audience: { kind: "private" },
    });
  });

  it("is answered by a person hours later as a direct message, for its asker may have gone", async () => {
    const { slack, bot, memory, ann, help, alone } = await named();
    await bot.say(alone, { text: "25 days.", citations: [] });
    await slack.press(ann, { channel: help, thread: null }, "Ask a person");
    const { address } = bot.received.at(-1) ?? {};
    if (address === undefined) throw new Error("nobody was asked for");
    const name = `slack:asker:${address.replyTo}`;
    const asked = z
      .object({ at: z.number() })
      .loose()
      .parse(await memory.get(name));
    await memory.set(name, { ...asked, at: asked.at - HOURS_MS }, HOURS_MS);

    await bot.say(
      address,
      {
        decision: "answer",
        question: null,
        text: "I have looked it up.",
        citations: [],
        speaker: { kind: "agent", displayName: "Mia" },
      },
      "from Mia",
    );

    const direct = slack.messages(slack.directMessages(ann), null, ann).map(({ text }) => text);
    expect(direct).toEqual([expect.stringContaining("I have looked it up.")]);
    expect(direct[0]).toContain(`You asked in <#${help.id}>`);
    expect(direct[0]).toContain("Mia");
    // It rests on no document, and is not the bot's to be shared.
    expect(direct[0]).not.toMatch(/Only you see this|Share with channel/u);
  });

  it("goes on in the thread's conversation at each choice, and so does what answers it", async () => {
    const { slack, bot, ann, help, alone, sees } = await named();
    const options = [{ id: "o1", label: "Annual leave" }];
    const question = { decision: "clarify", text: "Which leave?", options, citations: [] } as const;
    const place = { channel: help, thread: null };

    await bot.say(alone, question, "a");
    await slack.press(ann, place, "Annual leave");
    const [told] = await slack.until(() => bot.told.length === 1 && bot.told);
    const chosen = told?.event["address"];
    await bot.say(
      { ...alone, ...(typeof chosen === "object" ? chosen : {}) },
      { text: "25 days.", citations: [] },
      "b",
    );
    await slack.press(ann, place, "Ask a person");

    expect(told).toMatchObject({
      instance: { id: alone.conversationId },
      event: { optionId: "o1", address: { threadId: alone.threadId, ephemeral: true } },
    });
    expect(sees(ann, null, "25 days.")).toBe(true);
    expect(bot.received.at(-1)?.address.conversationId).toBe(alone.conversationId);
  });

  it("stands in the thread once somebody has replied there", async () => {
    const { slack, bot, ben, ann, help, ts, alone, sees } = await named();
    await slack.threadReply(ben, help, ts, "I wonder too");

    await bot.say(alone, { text: "25 days.", citations: [] });

    expect([sees(ann, ts, "25 days."), sees(ann, null, "25 days.")]).toEqual([true, false]);
  });

  it("is seen although Slack does not say whether somebody has replied", async () => {
    const { slack, bot, ann, alone, sees } = await named();
    slack.faults.next("conversations.replies", { type: "error", error: "internal_error" });

    await bot.say(alone, { text: "25 days.", citations: [] });

    expect(sees(ann, null, "25 days.")).toBe(true);
  });

  it("tells whoever wrote too much that the rest was not read", async () => {
    const { slack, ann, sees } = await named("many words ".repeat(1_500));

    await slack.until(() => sees(ann, null, "first 16000 characters"), "a line about the length");
  });
});
