import { describe, expect, it } from "vitest";
import { z } from "zod";
import { effectKey, messageId } from "../../src/core/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { aReply } from "../support/reply-builder.ts";

const CLARIFY = {
  decision: "clarify",
  text: "Which leave?",
  options: [
    { id: "q.1", label: "Annual leave" },
    { id: "q.2", label: "Parental leave" },
  ],
  citations: [],
} as const;
const call = { signal: new AbortController().signal };

const addressSchema = z.object({ replyTo: z.string() });

/** Where the answer to a choice goes. */
function chosenAddress(address: unknown) {
  return { replyTo: messageId(addressSchema.parse(address).replyTo) };
}

/** A question of Ann's in the channel that waits for its answer. */
async function asked(options: Parameters<typeof openScene>[0] = {}) {
  const scene = await openScene({ script: () => null, ...options });
  const { discord, bot, help, ann } = scene;
  discord.mention(ann, help, "how many days?");
  await discord.until(() => bot.received.length === 1);
  const [first] = bot.received;
  if (first === undefined) throw new Error("nothing was asked");
  return { ...scene, address: first.address };
}

type Asked = Awaited<ReturnType<typeof asked>>;

/** The choices of a question of the bot's, as people see them. */
async function choices({ discord, bot, help, address }: Asked) {
  await bot.say(address, CLARIFY, "clarify");
  const message = discord.world.messages.find(({ authorId }) => authorId === discord.world.bot.id);
  const [annual, parental] = discord.messages(help).at(-1)?.controls ?? [];
  if (message === undefined || annual === undefined || parental === undefined) {
    throw new Error("no choices");
  }
  return { message, annual, parental };
}

describe("whose answer it is in Discord", () => {
  it("answers the first who presses a choice alone, and tells a later one", async () => {
    const scene = await asked();
    const { discord, bot, help, ann, ben, address } = scene;
    const { message, annual, parental } = await choices(scene);

    await discord.pressControl(ann, message, annual);
    await discord.pressControl(ben, message, parental);
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.includes("already chosen")),
    );
    const { replyTo } = chosenAddress(bot.told[0]?.event["address"]);
    await bot.say({ ...address, replyTo, ephemeral: true }, { text: "secret" }, "private");
    const called = discord.messages(help).find(({ text }) => text.includes("answer is ready"));

    expect(bot.told.map(({ event }) => event["optionId"])).toEqual(["q.1"]);
    expect(called?.text).toContain(`<@${ann.id}>`);
    expect(called?.text).not.toContain(ben.id);
  });

  it("takes the next press when the process dies over the first one, and that person's alone", async () => {
    const scene = await asked();
    const { discord, bot, ann, ben } = scene;
    bot.dieNext(1);
    const { message, annual, parental } = await choices(scene);

    await discord.pressControl(ann, message, annual);
    await discord.pressControl(ben, message, parental);
    await discord.until(() => bot.told.length === 1);
    await discord.pressControl(ann, message, annual);
    await discord.until(() =>
      discord.messages(scene.help, ann).some(({ text }) => text.includes("already chosen")),
    );

    expect(bot.told.map(({ event }) => event["optionId"])).toEqual(["q.2"]);
    expect(chosenAddress(bot.told[0]?.event["address"]).replyTo).toContain(ben.id);
  });

  it("keeps a choice and two wishes for a person under one message apart", async () => {
    const scene = await asked();
    const { discord, bot, help, ann, ben, address } = scene;
    await bot.say(address, { text: "25 days" }, "answer");

    await discord.press(ann, help, "Ask a person");
    await discord.press(ben, help, "Ask a person");
    await discord.until(() => bot.received.length === 3);
    const [, wish] = bot.received;
    if (wish === undefined) throw new Error("no wish");
    await bot.say({ ...wish.address, ephemeral: true }, { text: "secret" }, "private");
    const called = discord.messages(help).find(({ text }) => text.includes("answer is ready"));

    expect(wish.principal.userId).toBe(ann.id);
    expect(called?.text).toContain(`<@${ann.id}>`);
  });

  it("lets only its asker stop an answer, and ends that one only", async () => {
    const { discord, bot, adapter, help, ann, ben, address } = await asked();
    const draft = { key: effectKey("d"), address, reply: aReply(), timings: {}, isDraft: true };
    await adapter.channel.post(draft, call);

    await discord.press(ben, help, "Stop");
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.includes("can stop the answer")),
    );
    const before = bot.told.length;
    await discord.press(ann, help, "Stop");
    await discord.until(() => bot.told.length === 1);

    expect(before).toBe(0);
    expect(bot.told[0]?.event).toMatchObject({ type: "stop.requested", by: ann.id });
  });

  it("asks for a person from a private answer in the talk to which it belongs", async () => {
    const { discord, bot, help, ann, address } = await asked();
    await bot.say({ ...address, ephemeral: true }, { text: "hr says so" }, "private");
    await discord.press(ann, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("hr says so")),
    );

    await discord.press(ann, help, "Ask a person");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]).toMatchObject({
      text: "I would like to talk to a person.",
      address: { conversationId: address.conversationId, ephemeral: true },
      audience: { kind: "private" },
    });
  });

  it("keeps as one's own questions what one asked, not what was overheard", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "leave in spring?");
    await discord.until(() => bot.received.length === 1);
    discord.say(ben, thread, "leave it to me");
    await discord.until(() => bot.received.length === 2);

    const words = { name: "query", value: "leave" };
    const hers = await discord.autocomplete(ann, help, "search", words);
    const his = await discord.autocomplete(ben, help, "search", words);

    expect(hers).toEqual([{ name: "leave in spring?", value: "leave in spring?" }]);
    expect(his).toEqual([]);
  });
});
