import { describe, expect, it } from "vitest";
import { z } from "zod";
import { discordLabels } from "../../adapters/discord/labels.ts";
import { caseId, type DialogueEvent, messageId } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";
import { openScene } from "../support/discord/scene.ts";
import { startDialogue } from "../support/flows-dialogue.ts";
import { aRetriever } from "../support/flows-knowledge.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const LONG = Array.from({ length: 3 }, (_, at) => `Part ${at}. ${"Some words. ".repeat(150)}`).join(
  "\n\n",
);
const MINUTE_MS = 60_000;
const choiceSchema = z.custom<DialogueEvent>(
  (event) => z.object({ type: z.literal("option.chosen") }).safeParse(event).success,
);

/** A private question that was taken in and waits for its answer. */
async function asked(options: Parameters<typeof openScene>[0] = {}) {
  const scene = await openScene({ script: () => null, ...options });
  const { discord, bot, help, ann } = scene;
  const question = [{ name: "question", value: "q?" }];
  const { pending } = await discord.slash(ann, help, "ask", question);
  await discord.until(() => bot.received.length === 1);
  const [message] = bot.received;
  if (message === undefined) throw new Error("nothing asked");
  return { ...scene, pending, address: message.address };
}

describe("a private answer in Discord", () => {
  it.each([
    ["status", { type: "status", status: 503, when: "after" }],
    ["reset", { type: "reset", when: "after" }],
    ["status before", { type: "status", status: 503, when: "before" }],
  ] as const)(
    "repeats no further message of which nobody knows whether it arrived (%s)",
    async (_name, fault) => {
      const { discord, bot, help, ann, pending, address } = await asked();
      discord.faults.next("POST followup", fault);

      await bot.say(address, { text: LONG }, "long");
      await bot.say(address, { text: LONG }, "long");
      const seen = discord.messages(help, ann);
      const texts = seen.map(({ text }) => text);

      const [file] = pending.original?.files ?? [];
      expect(file?.name).toBe("answer.md");
      expect(file?.bytes.toString()).toContain("Part 2.");
      expect(pending.original?.content).toContain("The whole answer is in the attached file.");
      expect(texts.filter((text) => text.includes("Part 1.")).length).toBeLessThanOrEqual(1);
      expect(discord.callsOf("POST followup").length).toBeLessThanOrEqual(1);
      expect(seen[0]?.controls.map(({ label }) => label)).toContain("Ask a person");
    },
  );

  it("goes on with the message that Discord did certainly not take", async () => {
    const { discord, bot, help, ann, address } = await asked();
    discord.faults.next("POST followup", { type: "error", status: 400, code: 50_035 });

    await expect(bot.say(address, { text: LONG }, "long")).rejects.toMatchObject({
      code: "delivery_rejected",
    });
    await bot.say(address, { text: LONG }, "long");
    const texts = discord.messages(help, ann).map(({ text }) => text);

    expect(texts.join("\n").match(/Part \d/gu)).toEqual(["Part 0", "Part 1", "Part 2"]);
  });

  it("is called out rather than posted again when it follows a choice and nobody knows of it", async () => {
    const options = [
      { id: "q.1", label: "Annual leave" },
      { id: "q.2", label: "Parental leave" },
    ];
    const { discord, bot, help, ann, ben, address } = await asked();
    await bot.say(address, { decision: "clarify", text: "Which leave?", options }, "clarify");
    await discord.press(ann, help, "Parental leave");
    const chosen = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "option.chosen"),
    );
    const replyTo = { ...address, replyTo: messageId(String(chosen.event["messageId"])) };
    discord.faults.next("POST followup", { type: "status", status: 503, when: "after" });

    await bot.say(replyTo, { text: "14 weeks" }, "answer");
    const arrived = discord.messages(help, ann).filter(({ text }) => text.includes("14 weeks"));
    const called = discord.messages(help, ben).filter(({ text }) => text.includes("is ready"));
    await bot.say(replyTo, { text: "14 weeks" }, "answer");

    expect(arrived).toHaveLength(1);
    expect(called).toHaveLength(1);
    expect(discord.messages(help, ben)).toHaveLength(1);
    expect(discord.callsOf("POST followup")).toHaveLength(1);
  });

  it("belongs to the talk in the channel that it is about, and to one person alone", async () => {
    const options = [{ id: "q.1", label: "Salary of the board" }];
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    for (const person of [ann, ben]) discord.mention(person, help, `${person.name}: which pay?`);
    await discord.until(() => bot.received.length === 2);
    const [first, second] = bot.received;
    if (first === undefined || second === undefined) throw new Error("nothing asked");
    const { address } = first;
    const clarify = { decision: "clarify", text: "Which?", options } as const;
    await bot.say({ ...address, ephemeral: true }, clarify, "clarify");
    await discord.press(ann, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("Which?")),
    );
    await discord.press(ann, help, "Salary of the board");
    const chosen = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "option.chosen"),
    );

    const { conversationId } = address;
    const toBen = { ...second.address, conversationId, ephemeral: true };
    await bot.say(toBen, { text: "for Ben alone" }, "ben");

    expect(chosen.instance.id).toBe(conversationId);
    expect(discord.messages(help, ann).some(({ text }) => text.includes("for Ben alone"))).toBe(
      false,
    );
    await discord.press(ben, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.includes("for Ben alone")),
    );
  });

  it("that was chosen by who alone saw the choices is not repeated to the others of its talk", async () => {
    const retriever: Retriever = {
      retrieve: (request, how) =>
        (request.audience.kind === "private" ? aRetriever() : aRetriever([])).retrieve(
          request,
          how,
        ),
    };
    const dialogue = startDialogue({ retriever });
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    const answerTo = async (event: DialogueEvent): Promise<void> => {
      dialogue.send(event);
      await dialogue.settle();
      const posted = dialogue.posted.at(-1);
      if (posted === undefined) throw new Error("nothing was said");
      await bot.say(posted.address, posted.reply, `reply ${dialogue.posted.length}`);
    };
    const received = (at: number): DialogueEvent => {
      const message = bot.received[at];
      if (message === undefined) throw new Error("nothing was asked");
      return { type: "message.received", message, at };
    };
    const saw = (user: typeof ann, words: string) =>
      discord.messages(help, user).some(({ text }) => text.includes(words));

    const offers = (user: typeof ann, choice: string) =>
      discord
        .messages(help, user)
        .some(({ controls }) => controls.some(({ label }) => label === choice));

    const question = discord.mention(ann, help, "How do I reset my password?");
    await discord.until(() => bot.received.length === 1);
    await answerTo(received(0));
    await discord.press(ann, help, "Show my answer");
    await discord.until(() => offers(ann, "Mail password reset"));
    await discord.press(ann, help, "Mail password reset");
    const chosen = await discord.until(() =>
      bot.told.find(({ event }) => event.type === "option.chosen"),
    );
    await answerTo(choiceSchema.parse(chosen.event));
    await discord.until(() => saw(ann, "Open the password page"));
    discord.mention(ben, help, "please repeat that", { replyTo: question });
    await discord.until(() => bot.received.length === 2);
    await answerTo(received(1));

    expect(chosen.event["isSharedTalk"]).toBe(true);
    expect(bot.received[1]?.address.conversationId).toBe(chosen.instance.id);
    expect(dialogue.posted).toHaveLength(3);
    expect(saw(ben, "password page")).toBe(false);
    expect(JSON.stringify(dialogue.context())).not.toContain("password page");
  });

  it("of a person of the team says nothing about documents, and is not shared", async () => {
    const { discord, bot, help, ann } = await openScene({ script: () => null });
    const { onlyYou, share } = discordLabels("en");
    discord.mention(ann, help, "what about my salary?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");
    const alone = { ...asked.address, ephemeral: true };
    const shown = async (text: string, parts: Parameters<typeof bot.say>[1]) => {
      await bot.say(alone, { ...parts, text }, text);
      await discord.press(ann, help, "Show my answer");
      return discord.until(() =>
        discord.messages(help, ann).find((one) => one.isEphemeral && one.text.includes(text)),
      );
    };

    const own = await shown("hr says so", {});
    const speaker = { kind: "agent", displayName: "Mia" } as const;
    const agents = await shown("I looked it up", { speaker, case: caseId("C-1") });

    expect(own.text).toContain(onlyYou);
    expect(own.controls.map(({ label }) => label)).toContain(share);
    expect(agents.text).toContain("Mia");
    expect(agents.text).not.toContain(onlyYou);
    expect(agents.controls).toEqual([]);
  });

  it("says how to add to a case what the channel does not hear", async () => {
    const { discord, bot, help, ann, address } = await asked();

    await bot.say(address, { text: "A colleague comes.", case: caseId("C-1") }, "k");

    expect(discord.messages(help, ann)[0]?.text).toContain("reach us by `/ask`");
  });

  it("is kept whole when a long result of a search is cut off between its messages", async () => {
    const passages = Array.from({ length: 5 }, (_, at) => ({
      ...aPassage(`leave ${at}`, "internal"),
      text: `Hit ${at}. ${"25 days. ".repeat(80)}`,
    }));
    const { discord, help, ann } = await openScene({ host: fixedKnowledge(passages) });
    discord.faults.next("POST followup", { type: "reset", when: "after" });

    const query = [{ name: "query", value: "leave" }];
    const { pending } = await discord.slash(ann, help, "search", query);
    await discord.until(() => pending.original?.files.length === 1);

    expect(pending.original?.files[0]?.bytes.toString()).toContain("leave 4");
    expect(discord.callsOf("POST followup")).toHaveLength(1);
  });

  it("is told of in time when it will not be ready, and comes by the bot's own message in the thread", async () => {
    const { discord, bot, help, ann, ben } = await openScene({
      script: () => null,
      waits: { lookEveryMs: 10, lineAfterMs: 10 },
    });
    const thread = discord.thread(help, "leave");
    const question = [{ name: "question", value: "q?" }];
    const { pending } = await discord.slash(ann, thread, "ask", question);
    await discord.until(() => bot.received.length === 1);
    const [message] = bot.received;
    if (message === undefined) throw new Error("nothing asked");

    discord.world.advance(13 * MINUTE_MS);
    expect(pending.original?.isLoading).toBe(true);
    discord.world.advance(1.2 * MINUTE_MS);
    await discord.until(() => pending.original?.isLoading === false);
    await bot.say(message.address, { text: "the secret answer" }, "late");
    const [called] = discord.messages(thread, ben);
    await discord.press(ann, thread, "Show my answer");
    await discord.until(() =>
      discord.messages(thread, ann).some(({ text }) => text.includes("the secret answer")),
    );

    expect(pending.original?.content).toContain("takes longer than Discord waits");
    expect(called?.text).toContain("your answer is ready");
    expect(discord.messages(thread, ben)).toHaveLength(1);
    expect(discord.callsOf("POST followup")).toEqual([]);
  });

  it("leaves the token alone in its last half minute", async () => {
    const { discord, bot, help, ben, pending, address } = await asked();
    discord.world.advance(14.6 * MINUTE_MS);

    await bot.say(address, { text: "the secret answer" }, "late");

    expect(pending.original?.isLoading).toBe(true);
    expect(discord.messages(help, ben)[0]?.text).toContain("your answer is ready");
    expect(discord.callsOf("PATCH original")).toEqual([]);
  });
});
