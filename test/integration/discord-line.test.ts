import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";

const QUEUED = { type: "stage", stage: "queued", place: 2, of: 5, etaMs: 30_000 } as const;
const waits = { lookEveryMs: 1_000, lineAfterMs: 10 };

describe("an answer of Discord that waits for the model", () => {
  it("is told its place in line, by a message that goes away when the answer comes", async () => {
    const { discord, adapter, bot, help, ann } = await openScene({ script: () => null, waits });
    const question = discord.mention(ann, help, "how many days?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    adapter.channel.progress(asked.address, QUEUED);
    const line = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));
    await bot.say(asked.address, { text: "25 days" }, "k");
    await discord.until(() => discord.messages(help).filter(({ isBot }) => isBot).length === 1);

    expect(line.text).toBe("-# ⏳ Frontdesk is busy; you are in line, number 2 of 5, about 30 s …");
    expect(line.replyTo).toBe(question.id);
    expect(line.rung).toEqual([]);
    expect(discord.messages(help).at(-1)?.text).toContain("25 days");
  });

  it("is told so privately where the answer is private, and the answer takes its place", async () => {
    const { discord, adapter, bot, help, ann, ben } = await openScene({
      script: () => null,
      waits,
    });
    const { pending } = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    adapter.channel.progress(asked.address, QUEUED);
    await discord.until(() => pending.original?.content.includes("number 2 of 5"));
    await bot.say(asked.address, { text: "the answer" }, "k");

    expect(pending.original?.content).toContain("the answer");
    expect(discord.messages(help, ann)).toHaveLength(1);
    expect(discord.messages(help, ben)).toEqual([]);
  });

  it("shows nothing of a short wait", async () => {
    const { discord, adapter, bot, help, ann } = await openScene({
      script: () => null,
      waits: { ...waits, lineAfterMs: 60_000 },
    });
    discord.mention(ann, help, "how many days?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    adapter.channel.progress(asked.address, QUEUED);
    await bot.say(asked.address, { text: "25 days" }, "k");

    expect(discord.callsOf("POST message")).toHaveLength(1);
    expect(discord.callsOf("DELETE message")).toEqual([]);
  });
});
