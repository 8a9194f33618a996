import { describe, expect, it } from "vitest";
import type { Feedback } from "../../src/ports/feedback.ts";
import { openScene } from "../support/discord/scene.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const OPTIONS = [
  { id: "q.1", label: "Annual leave" },
  { id: "q.2", label: "Parental leave" },
  { id: "q.none", label: "None of these" },
];
const CLARIFY = {
  decision: "clarify",
  text: "Which leave?",
  options: OPTIONS,
  citations: [],
} as const;

describe("what is called and pressed in Discord", () => {
  it("answers /ask to its asker alone, deferring at once", async () => {
    const { discord, bot, help, ann, ben } = await openScene();

    const asked = await discord.slash(ann, help, "ask", [{ name: "question", value: "how many?" }]);
    const answer = await discord.until(() =>
      discord.messages(help, ann).find(({ text }) => text.includes("You said: how many?")),
    );

    expect(asked.first).toEqual({ type: "deferred", isEphemeral: true });
    expect(answer.isEphemeral).toBe(true);
    expect(discord.messages(help, ben)).toEqual([]);
    expect(bot.received[0]?.audience).toEqual({ kind: "private" });
  });

  it("answers each of two /ask in its own place, in whichever order the answers come", async () => {
    const { discord, bot, help, ann } = await openScene({ script: () => null });
    const first = await discord.slash(ann, help, "ask", [{ name: "question", value: "one?" }]);
    const second = await discord.slash(ann, help, "ask", [{ name: "question", value: "two?" }]);
    await discord.until(() => bot.received.length === 2);

    for (const { address, text } of bot.received.toReversed()) {
      await bot.say(address, { text: `answer to ${text}` }, `reply ${text}`);
    }
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");
    await bot.say(asked.address, { text: "one more thing" }, "more");

    expect(first.pending.original).toMatchObject({ isLoading: false });
    expect(first.pending.original?.content).toContain("answer to one?");
    expect(second.pending.original?.content).toContain("answer to two?");
    expect(discord.messages(help, ann)).toHaveLength(3);
  });

  it("keeps the place of a question for its answer when something else is said before", async () => {
    const { discord, bot, help, ann } = await openScene({ script: () => null });
    const { pending } = await discord.slash(ann, help, "ask", [{ name: "question", value: "q?" }]);
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    await bot.say({ ...asked.address, replyTo: null }, { text: "news of a case" }, "news");
    await bot.say(asked.address, { text: "the answer" }, "reply");

    expect(pending.original?.content).toContain("the answer");
    expect(discord.messages(help).some(({ text }) => text.includes("answer is ready"))).toBe(true);
  });

  it("shares an answer when everybody may read its sources, and once only", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const { discord, help, ann, ben } = await openScene({ host: knowledge });

    await discord.slash(ann, help, "search", [{ name: "query", value: "leave" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
    );
    await discord.press(ann, help, "Share with channel");
    const shared = await discord.until(() =>
      discord.messages(help, ben).find(({ text }) => text.includes("25 days")),
    );

    expect(shared.isEphemeral).toBe(false);
    expect(discord.messages(help, ben)[0]?.text).toContain("Shared by Ann");
  });

  it("does not share what not everybody may read, and says what", async () => {
    const knowledge = fixedKnowledge([aPassage("secret", "group:hr")]);
    const people = {};
    const settings = { people: people as Record<string, { role: "viewer"; groups: string[] }> };
    const { discord, help, ann, ben } = await openScene({ host: knowledge, settings });
    settings.people[`discord:${ann.id}`] = { role: "viewer", groups: ["hr"] };

    await discord.slash(ann, help, "search", [{ name: "query", value: "secret" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
    );
    await discord.press(ann, help, "Share with channel");
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("not everybody here may read")),
    );

    expect(discord.messages(help, ben)).toEqual([]);
  });

  it("suggests titles and one's own questions while somebody types, 25 at most", async () => {
    const many = Array.from(
      { length: 40 },
      (_, index) => `Leave of kind ${index} ${"x".repeat(120)}`,
    );
    const { discord, help, ann, ben } = await openScene({
      host: { titles: () => Promise.resolve(many) },
    });
    await discord.slash(ann, help, "ask", [{ name: "question", value: "leave for parents?" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("You said")),
    );

    const option = { name: "query", value: "leave" };
    const mine = await discord.autocomplete(ann, help, "search", option);
    const his = await discord.autocomplete(ben, help, "search", option);

    expect(mine?.[0]).toEqual({ name: "leave for parents?", value: "leave for parents?" });
    expect(mine).toHaveLength(25);
    expect(his?.some(({ name }) => name === "leave for parents?")).toBe(false);
  });

  it("suggests nothing rather than too late when titles hang", async () => {
    const titles = () => new Promise<readonly string[]>(() => {});
    const { discord, help, ann } = await openScene({ host: { titles } });

    const choices = await discord.autocomplete(ann, help, "search", { name: "query", value: "a" });

    expect(choices).toEqual([]);
  });

  it("passes a choice on, shows who chose, and takes it once", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => CLARIFY });
    discord.mention(ann, help, "leave?");
    await discord.until(() => discord.messages(help).some(({ isBot }) => isBot));

    const shown = discord.world.messages.find(({ authorId }) => authorId === discord.world.bot.id);
    await discord.press(ann, help, "Parental leave");
    const after = await discord.until(() =>
      discord.messages(help).find(({ text }) => text.includes("chosen by Ann")),
    );
    if (shown === undefined) throw new Error("no question");
    const root = bot.received[0]?.address.conversationId.split(":").at(-1) ?? "";
    const customId = `fd:choose:${root}:q.1~`;
    await discord.pressControl(ben, shown, { customId, label: "", type: "button", value: null });

    const chosen = bot.told.filter(({ event }) => event.type === "option.chosen");
    expect(chosen.map(({ event }) => event["optionId"])).toEqual(["q.2"]);
    expect(chosen[0]?.instance.id).toBe(bot.received[0]?.address.conversationId);
    expect(after.controls).toEqual([]);
  });

  it("offers more than five choices as a list", async () => {
    const options = Array.from({ length: 8 }, (_, index) => ({
      id: `q.${index}`,
      label: `Kind ${index}`,
    }));
    const { discord, bot, help, ann } = await openScene({
      script: () => ({ ...CLARIFY, options }),
    });
    discord.mention(ann, help, "leave?");
    await discord.until(() => discord.messages(help).some(({ controls }) => controls.length === 8));

    await discord.press(ann, help, "Kind 6");
    await discord.until(() => bot.told.length === 1);

    expect(bot.told.at(-1)?.event["optionId"]).toBe("q.6");
  });

  it("asks for a person in the name of whoever presses", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    discord.mention(ann, help, "how many?");
    await discord.until(() => discord.messages(help).some(({ controls }) => controls.length > 0));

    await discord.press(ben, help, "Ask a person");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received[1]).toMatchObject({
      text: "I would like to talk to a person.",
      principal: { displayName: "Ben" },
      address: { conversationId: bot.received[0]?.address.conversationId },
    });
  });

  it("takes thumbs, and asks what was wrong by a form", async () => {
    const thumbs: Feedback[] = [];
    const onFeedback = (given: Feedback): Promise<void> => {
      thumbs.push(given);
      return Promise.resolve();
    };
    const { discord, help, ann } = await openScene({ host: { onFeedback } });
    discord.mention(ann, help, "how many?");
    await discord.until(() => discord.messages(help).some(({ controls }) => controls.length > 0));

    await discord.press(ann, help, "👍 Helpful");
    const opened = await discord.press(ann, help, "👎 Not helpful");
    await discord.fill(ann, opened, "it is out of date");
    await discord.until(() => thumbs.length === 3);

    expect(opened.first.type).toBe("modal");
    expect(thumbs.map(({ value, note }) => ({ value, note }))).toEqual([
      { value: "good", note: null },
      { value: "bad", note: null },
      { value: "bad", note: "it is out of date" },
    ]);
    expect(thumbs[2]).toMatchObject({
      platform: "discord",
      userId: ann.id,
      asked: "how many?",
      answer: "You said: how many?",
      citations: [{ title: "Leave" }],
    });
  });

  it("tells an editor who was not content which documents he can hide or boost, and nobody else", async () => {
    const { knowledge, retriever, judged } = fixedKnowledge([aPassage("Leave", "internal")]);
    const people: Record<string, { role: "editor"; groups: string[] }> = {};
    const settings = { people };
    const { discord, help, ann, ben } = await openScene({
      host: { knowledge, retriever },
      settings,
    });
    people[`discord:${ben.id}`] = { role: "editor", groups: [] };
    discord.mention(ann, help, "how many?");
    await discord.until(() => discord.messages(help).some(({ controls }) => controls.length > 0));
    const complain = async (user: typeof ann) => {
      const opened = await discord.press(user, help, "👎 Not helpful");
      await discord.fill(user, opened, "out of date");
      const thanks = await discord.until(() =>
        discord.messages(help, user).find(({ text }) => text.startsWith("Thank you")),
      );
      return thanks.text;
    };
    const hide = [
      { name: "do", value: "hide" },
      { name: "document", value: "Leave" },
    ];

    const toAnn = await complain(ann);
    const toBen = await complain(ben);
    await discord.slash(ann, help, "kb document", hide);
    await discord.slash(ben, help, "kb document", hide);
    await discord.until(() => judged.length > 0);

    expect(toAnn).toBe("Thank you, noted.");
    expect(toBen).toBe(
      "Thank you, noted. It rests on “Leave”. As an editor you can keep a document out of answers, or put another one first: `/kb document`.",
    );
    expect(judged).toEqual([`Leave: hidden, discord:${ben.id}`]);
  });

  it("answers about a message from its context menu, privately", async () => {
    const { discord, help, ann, ben } = await openScene();
    const message = discord.say(ben, help, "how long is parental leave?");

    await discord.contextMenu(ann, message, "Ask Frontdesk");
    const answer = await discord.until(() =>
      discord.messages(help, ann).find(({ text }) => text.includes("You said: how long")),
    );

    expect(answer.isEphemeral).toBe(true);
    expect(discord.messages(help, ben)).toHaveLength(1);
  });

  it("hands the files of a message on that is asked about, and shares nothing from direct messages", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const files = [{ name: "a.txt", mediaType: "text/plain", bytes: Buffer.from("words") }];
    const message = discord.say(ben, help, "", { files });
    const direct = discord.directMessages(ann);

    await discord.contextMenu(ann, message, "Ask Frontdesk");
    await discord.slash(ann, direct, "ask", [{ name: "question", value: "how many?" }]);
    const answer = await discord.until(() =>
      discord.messages(direct, ann).find(({ text }) => text.includes("You said: how many?")),
    );

    expect(bot.received[0]?.attachments.map(({ name }) => name)).toEqual(["a.txt"]);
    expect(answer.controls.map(({ label }) => label)).not.toContain("Share with channel");
    expect(answer.controls.map(({ label }) => label)).toContain("Ask a person");
  });

  it("says in the channel that an answer is ready when its token has died, and shows it to its asker only", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    await discord.slash(ann, help, "ask", [{ name: "question", value: "slow one" }]);
    await discord.until(() => bot.received.length === 1);
    discord.world.advance(15 * 60_000 + 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    await bot.say(asked.address, { text: "the secret answer" }, "late");
    const notice = await discord.until(() =>
      discord.messages(help).find(({ text }) => text.includes("your answer is ready")),
    );
    await discord.press(ben, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.includes("somebody else")),
    );
    await discord.press(ann, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("the secret answer")),
    );

    expect(notice.rung).toEqual([]);
    expect(discord.messages(help, ben).some(({ text }) => text.includes("secret"))).toBe(false);
  });

  it("gives what not everybody there may read to its asker alone", async () => {
    const { discord, bot, help, ann, ben } = await openScene({ script: () => null });
    discord.mention(ann, help, "what does hr say?");
    await discord.until(() => bot.received.length === 1);
    const [asked] = bot.received;
    if (asked === undefined) throw new Error("nothing asked");

    await bot.say({ ...asked.address, ephemeral: true }, { text: "hr says so" }, "restricted");
    await discord.press(ann, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("hr says so")),
    );

    expect(asked.canAnswerPrivately).toBe(true);
    expect(discord.messages(help, ben).some(({ text }) => text.includes("hr says so"))).toBe(false);
  });

  it("keeps /kb settings for those who look after the server, and remembers them", async () => {
    const { discord, bot, help, ann, ben, guild } = await openScene();
    const role = discord.role(guild, "managers", 1n << 5n);
    discord.join(ben, guild, [role]);
    const set = [{ name: "mode", value: "mention" }];

    await discord.slash(ann, help, "kb settings", set);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("Only admins")),
    );
    await discord.slash(ben, help, "kb settings", set);
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.includes("mode **mention**")),
    );
    const thread = discord.thread(help, "t");
    discord.mention(ann, thread, "first");
    await discord.until(() => discord.messages(thread).some(({ isBot }) => isBot));
    discord.say(ben, thread, "not for you");
    discord.mention(ben, thread, "second");
    await discord.until(() => bot.received.length === 2);

    expect(bot.received.map(({ text }) => text)).toEqual(["first", "second"]);
  });

  it("adds documents for editors only, and lists what one may read", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal"), aPassage("pay", "group:hr")]);
    const settings = { roles: {} as Record<string, "editor"> };
    const { discord, help, ann, ben, guild } = await openScene({ host: knowledge, settings });
    const role = discord.role(guild, "editors");
    settings.roles[role] = "editor";
    discord.join(ben, guild, [role]);
    const page = [{ name: "url", value: "https://example.com/a" }];

    await discord.slash(ann, help, "kb add", page);
    await discord.until(() =>
      discord.messages(help, ann).some(({ text }) => text.includes("Only editors")),
    );
    await discord.slash(ben, help, "kb add", page);
    await discord.until(() =>
      discord.messages(help, ben).some(({ text }) => text.startsWith("Added:")),
    );
    await discord.slash(ben, help, "kb list");
    const list = await discord.until(() =>
      discord.messages(help, ben).find(({ text }) => text.includes("leave.md")),
    );

    expect(knowledge.ingested).toEqual([
      { sources: ["https://example.com/a"], collection: "default", visibility: "internal" },
    ]);
    expect(list.text).not.toContain("pay");
  });

  it("outlives interactions that Discord no longer knows", async () => {
    const { discord, bot, adapter, help, ann } = await openScene();
    discord.faults.next("POST callback", { type: "error", status: 404, code: 10_062 });

    await discord.slash(ann, help, "ask", [{ name: "question", value: "too late?" }]);
    await discord.until(() =>
      discord.messages(help).some(({ text }) => text.includes("your answer is ready")),
    );

    expect(bot.received).toHaveLength(1);
    expect(adapter.status().state).toBe("ok");
  });
});
