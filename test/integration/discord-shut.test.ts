import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";

const SEND_MESSAGES = 1n << 11n;
const READ_HISTORY = 1n << 16n;

/** A channel in which the bot is named and may not do something. */
async function shut(denied: bigint, options: Parameters<typeof openScene>[0] = {}) {
  const scene = await openScene(options);
  const { help, guild } = scene;
  help.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: denied });
  return scene;
}

describe("a channel of Discord in which the bot may not write", () => {
  it("answers who asked there in direct messages, and says why", async () => {
    const { discord, help, ann } = await shut(SEND_MESSAGES);
    const direct = discord.directMessages(ann);

    const asked = discord.mention(ann, help, "how many days?");
    const answer = await discord.until(() => discord.messages(direct).find(({ isBot }) => isBot));
    discord.edit(asked, "@bot how many weeks?");
    await discord.until(() => {
      const texts = discord.messages(direct).map(({ text }) => text);
      return texts.length === 1 && texts[0]?.includes("You said: how many weeks?");
    }, "one answer, to the mended question");
    discord.delete(asked);
    await discord.until(() => discord.messages(direct).length === 0, "the answer is taken back");

    expect(answer.text).toContain(`I may not post this in <#${help.id}>`);
    expect(answer.text).toContain("You said: how many days?");
    expect(answer.controls.map(({ label }) => label)).toContain("Ask a person");
    expect(discord.messages(help)).toEqual([]);
  });

  it("goes on with the same conversation there, in the language of the question", async () => {
    const options = [{ id: "q.1", label: "年假" }];
    const script = () =>
      ({ decision: "clarify", language: "zh", text: "哪种假？", options, citations: [] }) as const;
    const { discord, bot, help, ann } = await shut(SEND_MESSAGES, { script });
    const direct = discord.directMessages(ann);

    discord.mention(ann, help, "怎么请假？");
    const question = await discord.until(() => discord.messages(direct)[0]);
    await discord.press(ann, direct, "年假");
    const chosen = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "option.chosen"),
    );

    expect(question.text).toContain("我无权把它发到");
    expect(chosen.instance.id).toBe(bot.received[0]?.address.conversationId);
    expect(chosen.event["address"]).toMatchObject({ channelId: direct.id, threadId: null });
  });

  it("is posted once in direct messages, whatever Discord says of it", async () => {
    const { discord, bot, help, ann } = await shut(SEND_MESSAGES, { script: () => null });
    const direct = discord.directMessages(ann);
    discord.mention(ann, help, "how many days?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");
    const text = "A sentence of some length. ".repeat(150);
    discord.faults.next("POST message", { type: "error", status: 403, code: 50_013 });
    discord.faults.next("POST message", { type: "status", status: 503, when: "after" });

    await expect(bot.say(asked.address, { text }, "k")).rejects.toMatchObject({ retryable: true });
    await bot.say(asked.address, { text }, "k");

    const texts = discord.messages(direct).map((one) => one.text);
    expect(texts.length).toBeGreaterThan(1);
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.join("\n").match(/I may not post this/gu)).toHaveLength(1);
  });

  it("marks the question when direct messages are closed as well", async () => {
    const { discord, guild, help } = await shut(SEND_MESSAGES);
    const cid = discord.user("Cid", { isClosed: true });
    discord.join(cid, guild);

    const asked = discord.mention(cid, help, "how many days?");
    await discord.until(() => discord.world.reactions.length > 0);

    expect(discord.world.reactions).toContainEqual({ message: asked.id, emoji: "🔇" });
  });

  it("shows a private answer that came too late in direct messages", async () => {
    const { discord, bot, help, ann, ben } = await shut(SEND_MESSAGES, { script: () => null });
    await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
    await discord.until(() => bot.received.length === 1);
    discord.world.advance(15 * 60_000 + 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    await bot.say(asked.address, { text: "the secret answer" }, "late");

    const told = discord.messages(discord.directMessages(ann));
    expect(told[0]?.text).toContain("the secret answer");
    expect(told[0]?.controls.map(({ label }) => label)).not.toContain("Share with channel");
    expect(discord.messages(help, ben)).toEqual([]);
  });

  it("answers without a reference where it may write and not read", async () => {
    const { discord, help, ann } = await shut(READ_HISTORY);

    discord.mention(ann, help, "how many days?");
    const answer = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));

    expect(answer.text).toContain("You said: how many days?");
    expect(answer.replyTo).toBeNull();
  });
});
