import { describe, expect, it } from "vitest";
import type { DiscordChannel } from "../support/discord/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const REFUSAL = "I am not set up to answer here. Please ask whoever looks after me.";

/** Lists that are filled once the ids are known. */
function emptyLists() {
  const list = (): string[] => [];
  return {
    allowGuilds: list(),
    denyGuilds: list(),
    allowChannels: list(),
    denyChannels: list(),
    allowRoles: list(),
    denyRoles: list(),
    allowUsers: list(),
    denyUsers: list(),
  };
}

/** Two servers; Ann and Ben are in both, and only Ann has the role in the first. */
async function openServers() {
  const settings = emptyLists();
  const scene = await openScene({ settings });
  const { discord, guild, help, ann, ben } = scene;
  const role = discord.role(guild, "staff");
  discord.join(ann, guild, [role]);
  const other = discord.guild("Other", { members: [ann, ben] });
  const away = discord.channel(other, "away");
  const ids = { guild: guild.id, help: help.id, other: other.id, away: away.id, role };
  return { ...scene, settings, away, ids: { ...ids, ann: ann.id, ben: ben.id } };
}
type Ids = Awaited<ReturnType<typeof openServers>>["ids"];

/** Ann asks in the first server unless said otherwise; somebody else, or she elsewhere, is not answered. */
interface Rule {
  readonly list: keyof ReturnType<typeof emptyLists>;
  readonly id: (ids: Ids) => string;
  readonly refused: "Ann elsewhere" | "Ben";
}
const RULES: readonly Rule[] = [
  { list: "allowGuilds", id: ({ guild }) => guild, refused: "Ann elsewhere" },
  { list: "denyGuilds", id: ({ other }) => other, refused: "Ann elsewhere" },
  { list: "allowChannels", id: ({ help }) => help, refused: "Ann elsewhere" },
  { list: "denyChannels", id: ({ away }) => away, refused: "Ann elsewhere" },
  { list: "allowRoles", id: ({ role }) => role, refused: "Ben" },
  { list: "allowUsers", id: ({ ann }) => ann, refused: "Ben" },
  { list: "denyUsers", id: ({ ben }) => ben, refused: "Ben" },
];

describe("who is answered in Discord, and where", () => {
  it.each(RULES)("is told by $list: not $refused", async ({ list, id, refused }) => {
    const { discord, bot, settings, help, away, ann, ben, ids } = await openServers();
    settings[list].push(id(ids));
    const [who, where] = refused === "Ben" ? [ben, help] : [ann, away];
    const question = [{ name: "question", value: "in private?" }];

    discord.mention(who, where, "and me?");
    const told = await discord.until(() => discord.messages(where).find(({ isBot }) => isBot));
    const { first } = await discord.slash(who, where, "ask", question);
    const thread = discord.thread(where, "t");
    discord.mention(who, thread, "in a thread?");
    await discord.until(() => discord.messages(thread).some(({ isBot }) => isBot));
    const typed = { name: "query", value: "in" };
    const suggested = await discord.autocomplete(who, where, "search", typed);
    discord.mention(ann, help, "a question");
    await discord.until(() => bot.received.length === 1);

    expect(told.text).toBe(REFUSAL);
    expect(first).toMatchObject({ type: "message", message: { content: REFUSAL } });
    expect(suggested).toEqual([]);
    expect(bot.received.map(({ text }) => text)).toEqual(["a question"]);
  });

  it("is told by denyRoles, which wins over every other list", async () => {
    const { discord, bot, settings, help, ann, ben, ids } = await openServers();
    settings.allowUsers.push(ids.ann, ids.ben);
    settings.denyRoles.push(ids.role);

    discord.mention(ann, help, "and me?");
    await discord.until(() => discord.messages(help).some(({ text }) => text === REFUSAL));
    discord.mention(ben, help, "a question");
    await discord.until(() => bot.received.length === 1);

    expect(bot.received.map(({ text }) => text)).toEqual(["a question"]);
  });

  it("leaves direct messages to the lists of people", async () => {
    const { discord, bot, settings, ann, ben, ids } = await openServers();
    settings.allowGuilds.push("1");
    settings.denyUsers.push(ids.ben);

    discord.dm(ben, "and me?");
    const told = await discord.until(() =>
      discord.messages(discord.directMessages(ben)).find(({ isBot }) => isBot),
    );
    discord.dm(ann, "a question");
    await discord.until(() => bot.received.length === 1);

    expect(told.text).toBe(REFUSAL);
    expect(bot.received.map(({ text }) => text)).toEqual(["a question"]);
  });
});

describe("settings of a channel", () => {
  it("are changed by who looks after the server, hold for its threads, commands and buttons, and are taken away again", async () => {
    const { discord, bot, guild, help, ann, ben } = await openScene({ script: () => null });
    discord.join(ben, guild, [discord.role(guild, "managers", 1n << 5n)]);
    const set = (options: Readonly<Record<string, string>>) =>
      discord.slash(
        ben,
        help,
        "kb settings",
        Object.entries(options).map(([name, value]) => ({ name, value })),
      );
    const told = (text: string) =>
      discord.until(() => discord.messages(help, ben).find((one) => one.text === text), text);

    await set({ language: "zh", tone: "brief", collection: "handbook" });
    await told(
      "In this channel: mode **follow**, collection **handbook**, language **zh**, tone **brief**.",
    );
    discord.mention(ann, help, "one");
    discord.mention(ann, discord.thread(help, "t"), "two");
    await discord.slash(ann, help, "ask", [{ name: "question", value: "three" }]);
    await discord.until(() => bot.received.length === 3);
    await set({ language: "default", tone: "default", collection: "all", mode: "default" });
    await told(
      "In this channel: mode **follow**, collection **all**, language **as asked**, tone **neutral**.",
    );
    discord.mention(ann, help, "four");
    await discord.until(() => bot.received.length === 4);

    const manner = { collection: "handbook", language: "zh", tone: "brief" };
    const nothing = { collection: null, language: null, tone: null };
    expect(bot.received.map((message) => message.manner)).toEqual([
      manner,
      manner,
      manner,
      nothing,
    ]);
  });

  it("come from the configuration otherwise, and are shown in the reader's language", async () => {
    const channels: Record<string, object> = {};
    const { discord, bot, help, ann } = await openScene({
      script: () => null,
      settings: { channels: channels as Record<string, never> },
    });
    channels[help.id] = {
      mode: "ask",
      visible: ["public"],
      collection: "faq",
      language: "en",
      tone: "formal",
    };
    const lin = discord.user("Lin", { locale: "zh-CN" });

    discord.mention(ann, help, "one");
    await discord.until(() => bot.received.length === 1);
    await discord.slash(lin, help, "kb settings");
    const shown = await discord.until(() =>
      discord.messages(help, lin).find(({ isEphemeral, isLoading }) => isEphemeral && !isLoading),
    );

    expect(bot.received[0]).toMatchObject({
      manner: { collection: "faq", language: "en", tone: "formal" },
      audience: { kind: "shared", visible: ["public"] },
    });
    expect(shown.text).toBe("此频道：模式 **ask**，文档集 **faq**，语言 **en**，语气 **formal**。");
  });
});

describe("long answers", () => {
  const text = Array.from(
    { length: 60 },
    (_, at) => `Paragraph ${at}. ${"words ".repeat(20)}`,
  ).join("\n\n");
  const buttonsOf = (
    discord: Awaited<ReturnType<typeof openScene>>["discord"],
    at: DiscordChannel,
  ) => discord.messages(at).flatMap(({ controls }) => controls.map(({ label }) => label));

  it("come as a file to whoever prefers that, with sources and nothing left out", async () => {
    const { discord, help, ann } = await openScene({ script: () => ({ text }) });
    discord.mention(ann, help, "everything?");
    await discord.until(() => buttonsOf(discord, help).includes("As a file"));

    await discord.press(ann, help, "As a file");
    const shown = await discord.until(() =>
      discord.messages(help, ann).find(({ files }) => files.length === 1),
    );

    expect(discord.messages(help).length).toBeGreaterThan(3);
    expect(shown.isEphemeral).toBe(true);
    expect(shown.files[0]?.name).toBe("answer.md");
    expect(shown.files[0]?.text.startsWith(text)).toBe(true);
    expect(shown.files[0]?.text).toContain("[1] Leave");
  });

  it("come as a file to whoever asked privately, the whole of them", async () => {
    const { discord, help, ann, ben } = await openScene({ script: () => ({ text }) });
    await discord.slash(ann, help, "ask", [{ name: "question", value: "everything?" }]);
    await discord.until(() =>
      discord
        .messages(help, ann)
        .some(({ controls }) => controls.some(({ label }) => label === "As a file")),
    );

    await discord.press(ann, help, "As a file");
    const shown = await discord.until(() =>
      discord.messages(help, ann).find(({ files }) => files.length === 1),
    );

    expect(shown.files[0]?.text.startsWith(text)).toBe(true);
    expect(discord.messages(help, ben)).toEqual([]);
  });

  it("always come as a file where that is set", async () => {
    const settings = { longAnswers: "file" } as const;
    const { discord, help, ann } = await openScene({ script: () => ({ text }), settings });

    discord.mention(ann, help, "everything?");
    const shown = await discord.until(() =>
      discord.messages(help).find(({ files }) => files.length === 1),
    );

    expect(discord.messages(help).filter(({ isBot }) => isBot).length).toBeLessThanOrEqual(2);
    expect(shown.text).toContain("The whole answer is in the attached file.");
    expect(shown.files[0]?.text.startsWith(text)).toBe(true);
  });
});

describe("/human", () => {
  it("asks for a person in one's own words and language, privately", async () => {
    const { discord, bot, help, ann, ben } = await openScene();
    const lin = discord.user("Lin", { locale: "zh-TW" });

    const asked = await discord.slash(ann, help, "human", [
      { name: "message", value: "my badge is broken" },
    ]);
    await discord.slash(lin, help, "human");
    await discord.until(() => bot.received.length === 2);
    await discord.until(() =>
      discord.messages(help, ann).some(({ isEphemeral, isLoading }) => isEphemeral && !isLoading),
    );

    expect(asked.first).toEqual({ type: "deferred", isEphemeral: true });
    expect(bot.received.map(({ text: words, address }) => [words, address.ephemeral])).toEqual([
      ["I would like to talk to a person. my badge is broken", true],
      ["请帮我转人工。", true],
    ]);
    expect(discord.messages(help, ben)).toEqual([]);
  });
});

describe("what is shared", () => {
  it("keeps how the answer came about, whatever that was", async () => {
    const marks = ["model-away"] as const;
    const knowledge = fixedKnowledge([aPassage("Leave", "internal")]);
    const { discord, help, ann, ben } = await openScene({
      script: () => ({ text: "25 days", marks, citations: [] }),
      host: knowledge,
    });

    await discord.slash(ann, help, "ask", [{ name: "question", value: "how many?" }]);
    await discord.until(() =>
      discord.messages(help, ann).some(({ controls }) => controls.length > 0),
    );
    await discord.press(ann, help, "Share with channel");
    const shared = await discord.until(() =>
      discord.messages(help, ben).find(({ text: words }) => words.includes("25 days")),
    );

    expect(shared.text).toContain("the language model cannot be used at the moment");
  });
});
