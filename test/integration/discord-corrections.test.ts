import { describe, expect, it } from "vitest";
import { effectKey, messageId, type ReplyAddress } from "../../src/core/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { aReply } from "../support/reply-builder.ts";

/** A question of Ann's in the channel that waits for its answer. */
async function asked() {
  const scene = await openScene({ script: () => null });
  const { discord, bot, help, ann } = scene;
  const question = discord.mention(ann, help, "what does hr say?");
  await discord.until(() => bot.received.length === 1);
  const [first] = bot.received;
  if (first === undefined) throw new Error("nothing was asked");
  const alone = (address: ReplyAddress) => ({ ...address, ephemeral: true });
  const ours = () => discord.messages(help).filter(({ isBot }) => isBot);
  return { ...scene, question, address: first.address, alone, ours };
}

describe("a question in Discord that is mended or taken back", () => {
  it("has one line that its private answer is ready, and no public one any more", async () => {
    const { discord, bot, question, address, alone, ours } = await asked();
    await bot.say(address, { text: "a public answer" }, "one");
    discord.edit(question, "@bot what does hr say now?");
    await discord.until(() => bot.received.length === 2);
    const edited = bot.received[1]?.address ?? address;

    await bot.say(alone(edited), { text: "hr says so" }, "two");
    const after = ours().map(({ text }) => text);
    discord.edit(question, "@bot and today?");
    await discord.until(() => bot.received.length === 3);
    await bot.say(alone(bot.received[2]?.address ?? address), { text: "hr says no" }, "three");

    expect(after).toEqual([expect.stringContaining("answer is ready")]);
    expect(ours().map(({ text }) => text)).toEqual([expect.stringContaining("answer is ready")]);
  });

  it("takes the line that an answer is ready with it, and gets none afterwards", async () => {
    const { discord, bot, question, address, alone, ours } = await asked();
    await bot.say(alone(address), { text: "hr says so" }, "one");
    const before = ours().length;

    discord.delete(question);
    await discord.until(() => ours().length === 0);
    await bot.say(alone(address), { text: "more" }, "two");

    expect(before).toBe(1);
    expect(ours()).toEqual([]);
  });

  it("ends the answer to itself alone, in whichever version, and no other of the same person", async () => {
    const { discord, bot, question, help } = await asked();
    const stops = () =>
      bot.told.flatMap(({ event }) => (event.type === "stop.requested" ? [event["of"]] : []));
    const plain = `${help.id}/${question.id}`;

    discord.edit(question, "@bot what does hr say now?");
    await discord.until(() => bot.received.length === 2);
    discord.edit(question, "@bot and today?");
    await discord.until(() => bot.received.length === 3);
    discord.delete(question);
    await discord.until(() => stops().length === 3);

    expect(stops()).toEqual([[plain], [plain, bot.received[1]?.id], [plain, bot.received[2]?.id]]);
    expect(bot.received[2]?.id).toMatch(/#/u);
  });

  it("is stopped by its button again when it was mended after a first stop", async () => {
    const { discord, bot, adapter, help, ann, question, address, ours } = await asked();
    const draft = (where: ReplyAddress, key: string) =>
      adapter.channel.post(
        { key: effectKey(key), address: where, reply: aReply(), timings: {}, isDraft: true },
        { signal: new AbortController().signal },
      );
    const stops = () => bot.told.filter(({ event }) => event.type === "stop.requested").length;
    await draft(address, "one");
    await discord.press(ann, help, "Stop");
    await discord.until(() => stops() === 1);
    const shown = ours()[0]?.id;

    discord.edit(question, "@bot what does hr say now?");
    await discord.until(() => bot.received.length === 2);
    const before = stops();
    await draft(bot.received[1]?.address ?? address, "two");
    await discord.press(ann, help, "Stop");
    await discord.until(() => stops() === before + 1);

    expect(before).toBe(2);
    expect(ours().map(({ id }) => id)).toEqual([shown]);
  });

  it.each(["@bot and in May?", "and in May?"])(
    "is still of its conversation when what opened that is deleted: %s",
    async (text) => {
      const { discord, bot, question, address, help, ann, ours } = await asked();
      await bot.say(address, { text: "14 days" }, "one");
      const reply = discord.say(ann, help, "and in April?", { replyTo: ours()[0]?.id ?? "" });
      await discord.until(() => bot.received.length === 2);
      const withdrawn = () => bot.told.filter(({ event }) => event.type === "message.withdrawn");
      discord.delete(question);
      await discord.until(() => withdrawn().length === 1);
      await discord.until(() => ours().length === 0);

      discord.edit(reply, text);
      await discord.until(() => bot.received.length === 3);
      discord.delete(reply);
      await discord.until(() => withdrawn().length === 2);

      const edited = bot.received[2];
      expect(edited?.revisionOf).toBe(`${help.id}/${reply.id}`);
      expect(edited?.address.conversationId).toBe(address.conversationId);
      expect(withdrawn().map(({ instance }) => instance.id)).toEqual([
        address.conversationId,
        address.conversationId,
      ]);
    },
  );

  it("is told to be withdrawn before the answer to it is stopped", async () => {
    const { discord, bot, question } = await asked();
    const types = () => bot.told.map(({ event }) => event.type);

    discord.delete(question);
    await discord.until(() => types().includes("stop.requested"));

    expect(types().slice(-2)).toEqual(["message.withdrawn", "stop.requested"]);
  });

  it("brings what was said before when the bot is only named by the edit", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    const thread = discord.thread(help, "Leave in spring");
    discord.say(ben, thread, "I start in March");
    const question = discord.say(ann, thread, "how many days?");

    discord.edit(question, "@bot how many days?");
    await discord.until(() => bot.received.length === 1);

    const seeded = bot.told.find(({ event }) => event.type === "conversation.seeded");
    expect(JSON.stringify(seeded?.event["turns"])).toContain("Leave in spring");
    expect(JSON.stringify(seeded?.event["turns"])).toContain("I start in March");
  });

  const OPTIONS = [
    { id: "c1.1", label: "Annual leave" },
    { id: "c1.2", label: "Parental leave" },
  ];

  /** Ann's question was asked back about, and somebody chose. */
  async function chosen(by: "ann" | "ben") {
    const scene = await asked();
    const { discord, bot, help, question, address, ours } = scene;
    const clarify = { decision: "clarify", text: "Which leave?", options: OPTIONS } as const;
    await bot.say(address, clarify, "clarify");
    await discord.press(scene[by], help, "Parental leave");
    const { event } = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "option.chosen"),
    );
    await discord.until(() => ours()[0]?.text.includes("chosen by"));
    const id = messageId(String(event["messageId"]));
    const answer = (key: string) => bot.say({ ...address, replyTo: id }, { text: "14 weeks" }, key);
    const stops = () =>
      bot.told.flatMap(({ event }) => (event.type === "stop.requested" ? [event["of"]] : []));
    const plain = messageId(`${help.id}/${question.id}`);
    return { ...scene, id, answer, stops, plain, clarify };
  }

  it("takes with it what its asker chose: the answer that is being written, and the one that stands", async () => {
    const running = await chosen("ann");
    running.discord.delete(running.question);
    await running.discord.until(() => running.stops().length === 1);
    await running.answer("late");
    await running.discord.until(() => running.ours().length === 0);

    const done = await chosen("ann");
    await done.answer("in time");
    const before = done.ours().length;
    done.discord.delete(done.question);
    await done.discord.until(() => done.ours().length === 0);

    expect(running.stops()).toEqual([[running.plain, running.id]]);
    expect(before).toBe(2);
  });

  it("leaves what somebody else chose under it", async () => {
    const { discord, question, answer, stops, plain, ours } = await chosen("ben");
    await answer("for Ben");

    discord.delete(question);
    await discord.until(() => ours().length === 1);

    expect(stops()).toEqual([[plain]]);
    expect(ours()[0]?.text).toContain("14 weeks");
  });

  it("takes what was chosen with it when it is mended, and is asked back about anew in the same message", async () => {
    const { discord, bot, question, answer, stops, plain, id, ours, help, ann, clarify } =
      await chosen("ann");
    await answer("of the first version");
    const shown = ours()[0]?.id;

    discord.edit(question, "@bot what does hr say about leave now?");
    await discord.until(() => bot.received.length === 2);
    await discord.until(() => ours().length === 1);
    const { address } = bot.received[1] ?? {};
    if (address === undefined) throw new Error("nothing was asked");
    await bot.say(address, clarify, "anew");
    await discord.press(ann, help, "Parental leave");
    const choices = () => bot.told.filter(({ event }) => event.type === "option.chosen");
    await discord.until(() => choices().length === 2);
    await answer("of the second version");

    expect(stops()).toEqual([[plain, id]]);
    expect(ours()[0]?.id).toBe(shown);
    expect(ours().filter(({ text }) => text.includes("14 weeks"))).toHaveLength(1);
  });
});
