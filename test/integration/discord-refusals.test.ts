import { describe, expect, it } from "vitest";
import { openScene } from "../support/discord/scene.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

describe("who waits in Discord for something that fails", () => {
  it("says so when an answer cannot be shared, shown or sent as a file after all", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const long = "A sentence of some length. ".repeat(100);
    const script = ({ text }: { readonly text: string }) =>
      text === "secret?" ? null : { text: long };
    const { discord, bot, help, ann, ben } = await openScene({ host: knowledge, script });
    const failures = () =>
      discord.messages(help, ann).filter(({ text }) => text.includes("That did not work")).length;
    const refusal = { type: "error", status: 400, code: 50_083 } as const;

    await discord.slash(ann, help, "search", [{ name: "query", value: "leave" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
    );
    discord.faults.next("POST message", refusal);
    await discord.press(ann, help, "Share with channel");
    await discord.until(() => failures() === 1);
    const shared = discord.messages(help, ben);

    discord.mention(ann, help, "secret?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");
    await bot.say({ ...asked.address, ephemeral: true }, { text: "hr says so" }, "restricted");
    discord.faults.next("PATCH original", refusal);
    await discord.press(ann, help, "Show my answer");
    await discord.until(() => failures() === 2);

    discord.mention(ann, help, "long?");
    await discord.until(() =>
      discord
        .messages(help)
        .some(({ controls }) => controls.some(({ label }) => label === "As a file")),
    );
    discord.faults.next("PATCH original", refusal);
    await discord.press(ann, help, "As a file");
    await discord.until(() => failures() === 3);

    expect(shared).toEqual([]);
  });

  it("says so when a question cannot be taken in", async () => {
    const { discord, help, ann } = await openScene({
      host: {
        inbox: {
          receive: () => Promise.reject(new Error("no")),
          tell: () => Promise.resolve(true),
        },
      },
    });

    const { pending } = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
    await discord.until(() => pending.original?.isLoading === false);

    expect(pending.original?.content).toContain("That did not work");

    discord.mention(ann, help, "问题？");
    const sorry = await discord.until(() => discord.messages(help).find(({ isBot }) => isBot));
    discord.say(ann, help, "talk among people");
    expect(sorry.text).toBe("刚才没能收下，请稍后再试。");
  });
});
