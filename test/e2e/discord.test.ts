import { cpSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshFolder } from "../support/cli.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/discord/frontdesk-process.ts";
import {
  type DiscordChannel,
  type DiscordEmulator,
  type SeenMessage,
  startDiscord,
} from "../support/discord/index.ts";
import { naughtyStrings } from "../support/naughty-strings.ts";
import { type OpenAiStub, startOpenAiStub } from "../support/openai-stub.ts";

const DOCUMENTS = {
  lighthouse:
    "# Lighthouse\n\n## Lamp\n\nThe lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.\n",
  leave:
    "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n\n## Study leave\n\nStudy leave is 5 days a year and is requested in the portal.\n",
};

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { perWindow: 1_000, interactionMs: 60_000, identifyMs: 0 };

/** The documents are read in once; every process has a copy of its own. */
let ingested: Promise<string> | null = null;
async function documents(): Promise<string> {
  ingested ??= folderWith(DOCUMENTS);
  const dataDir = freshFolder();
  cpSync(await ingested, dataDir, { recursive: true });
  return dataDir;
}

function answersIn(discord: DiscordEmulator, channel: DiscordChannel) {
  return discord.messages(channel).filter(({ isBot }) => isBot);
}

/** The last answer in a channel, once nothing is written any more. */
function answerIn(discord: DiscordEmulator, channel: DiscordChannel) {
  return discord.until((): SeenMessage | null => {
    const last = answersIn(discord, channel).at(-1);
    return last === undefined || last.controls.some(({ label }) => label === "Stop") ? null : last;
  }, `an answer in ${channel.name}`);
}

describe("frontdesk start with a model", () => {
  let discord: DiscordEmulator;
  let model: OpenAiStub;
  let app: FrontdeskProcess;

  beforeAll(async () => {
    discord = await startDiscord({ limits: PATIENT });
    model = await startOpenAiStub();
    const dataDir = await documents();
    app = await startFrontdesk(discord, {
      dataDir,
      env: {
        FRONTDESK_MODEL_URL: model.baseUrl,
        // The same is asked again, and each answer is to be written.
        FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
      },
    });
  });
  afterAll(async () => {
    await app.kill();
    await Promise.all([model.close(), discord.close()]);
  });

  it("answers a mention by a reply with sources, as it is written", async () => {
    const ann = discord.user("Ann");
    const guild = discord.guild("Acme", { members: [ann] });
    const help = discord.channel(guild, "help");

    // A sentence is shown once it is whole: when the next one begins.
    const text = "The lighthouse lamp is lit by hand every evening [1]. The keeper";
    const until = discord.until(() => answersIn(discord, help)[0]?.text.includes("by hand"));
    model.plan({
      type: "paused",
      text,
      rest: " of the island lights the lamp at dusk [1].",
      until,
    });
    const asked = discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await answerIn(discord, help);

    expect(answer.text).toContain(
      "The lighthouse lamp is lit by hand every evening. [1] The keeper of the island lights the lamp at dusk. [1]",
    );
    expect(answer.text).toContain("[1] Lighthouse › Lamp — documents/lighthouse.md");
    expect(answer.isEdited).toBe(true);
    expect(answer.replyTo).toBe(asked.id);
    expect(answer.rung).toEqual([]);
    expect(answer.hasPreviews).toBe(false);
    expect(answersIn(discord, help)).toHaveLength(1);
    expect(discord.world.typing.some(({ channel }) => channel === help.id)).toBe(true);
  });

  it("is stopped in the middle by whoever no longer wants to wait", async () => {
    const ann = discord.user("Ann");
    const guild = discord.guild("Acme", { members: [ann] });
    const help = discord.channel(guild, "stop");

    const text = "The lighthouse lamp is lit by hand [1]. And then";
    model.plan({ type: "begin", text }, { type: "answer", text: "It is lit by hand [1]." });
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await discord.until(() => answersIn(discord, help)[0]?.controls[0]?.label === "Stop");
    await discord.press(ann, help, "Stop");
    // The model never ends by itself: it is told to.
    await model.abandoned(1);
    const answer = await answerIn(discord, help);
    const metrics = await (await fetch(`${app.url}/metrics`)).text();
    const second = discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await discord.until(() =>
      answersIn(discord, help).some(({ replyTo }) => replyTo === second.id),
    );

    expect(answer.text).toContain("stopped before its end");
    expect(metrics).toMatch(/^frontdesk_model_requests_total\{.*outcome="aborted".*\} 1$/mu);
    expect(discord.world.find(help.id, answer.id)?.content).toBe(answer.text);
    expect(answersIn(discord, help)).toHaveLength(2);
  });

  it("answers privately as it is written, and is stopped there as well", async () => {
    const ann = discord.user("Ann");
    const ben = discord.user("Ben");
    const guild = discord.guild("Acme", { members: [ann, ben] });
    const help = discord.channel(guild, "private");
    const seen = () => discord.messages(help, ann);

    model.plan({ type: "begin", text: "The lighthouse lamp is lit by hand [1]. And then" });
    const question = { name: "question", value: "How is the lighthouse lamp lit?" };
    await discord.slash(ann, help, "ask", [question]);
    const growing = await discord.until(() =>
      seen().find(({ text, controls }) => text.includes("by hand") && controls.length === 1),
    );
    await discord.press(ann, help, "Stop");
    // The one before was the first.
    await model.abandoned(2);
    const stopped = await discord.until(() =>
      seen().find(({ text }) => text.includes("stopped before its end")),
    );

    expect(growing.controls.map(({ label }) => label)).toEqual(["Stop"]);
    expect(stopped.id).toBe(growing.id);
    expect(seen()).toHaveLength(1);
    expect(discord.messages(help, ben)).toEqual([]);
  });
});

describe("frontdesk start without a model", () => {
  let discord: DiscordEmulator;
  let app: FrontdeskProcess;

  const place = (name: string) => {
    const ann = discord.user("Ann");
    const ben = discord.user("Ben");
    const guild = discord.guild("Acme", { members: [ann, ben] });
    return { ann, ben, guild, help: discord.channel(guild, name) };
  };

  beforeAll(async () => {
    discord = await startDiscord({ limits: PATIENT });
    app = await startFrontdesk(discord, { dataDir: await documents() });
  });
  afterAll(async () => {
    await app.kill();
    await discord.close();
  });

  it("asks back, and answers what was chosen by button or by words", async () => {
    const { ann, help } = place("clarify");

    discord.mention(ann, help, "How is leave requested?");
    const question = await answerIn(discord, help);
    const [option] = question.controls;
    await discord.press(ann, help, option?.label ?? "");
    const byButton = await discord.until(() => answersIn(discord, help)[1]);
    discord.mention(ann, help, "How is leave requested?");
    const second = await discord.until(() => answersIn(discord, help)[2]);
    discord.reply(ann, second, option?.label ?? "");
    const byWords = await discord.until(() => answersIn(discord, help)[3]);

    expect(question.controls.length).toBeGreaterThan(1);
    expect(answersIn(discord, help)[0]?.text).toContain("chosen by Ann");
    expect(byButton.text).toContain("requested in the portal");
    expect(byWords.text).toContain("requested in the portal");
  });

  it("suggests titles, answers privately, and shares with the channel", async () => {
    const { ann, ben, help } = place("slash");

    const typed = { name: "query", value: "light" };
    const suggested = await discord.autocomplete(ann, help, "search", typed);
    await discord.slash(ann, help, "search", [{ name: "query", value: "lighthouse lamp" }]);
    await discord.until(() =>
      discord.messages(help, ann).find(({ text }) => text.includes("lit by hand")),
    );
    const seenByBen = discord.messages(help, ben);
    await discord.press(ann, help, "Share with channel");
    const shared = await discord.until(() =>
      discord.messages(help, ben).find(({ text }) => text.includes("lit by hand")),
    );

    expect(suggested?.map(({ name }) => name)).toContain("Lighthouse");
    expect(seenByBen).toEqual([]);
    expect(shared.isEphemeral).toBe(false);
  });

  it("takes thumbs and what was wrong, by a form", async () => {
    const { ann, help } = place("form");
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await answerIn(discord, help);

    const opened = await discord.press(ann, help, "👎 Not helpful");
    const thanked = await discord.fill(ann, opened, "it is out of date");

    expect(opened.first.type).toBe("modal");
    expect(thanked.first.type).toBe("message");
  });

  it("answers from a file that comes with the question, and says which one it cannot read", async () => {
    const { ann, help } = place("files");
    const text = "# Contract\n\n## Term\n\nThe contract with the harbour ends on 31 March 2028.\n";
    const contract = { name: "contract.md", mediaType: "text/markdown", bytes: Buffer.from(text) };
    const noise = Buffer.from([0, 1, 2, 3, 255, 254]);
    const picture = { name: "plan.bin", mediaType: "application/octet-stream", bytes: noise };

    discord.mention(ann, help, "When does the contract with the harbour end?", {
      files: [contract, picture],
    });
    const answer = await answerIn(discord, help);

    expect(answer.text).toContain("31 March 2028");
    expect(answer.text).toContain("contract.md");
    expect(answer.text).toContain("I could not read plan.bin");
  });

  it("answers in a forum post and follows it", async () => {
    const { ann, guild } = place("unused");
    const forum = discord.forum(guild, "questions");

    const { post } = discord.post(ann, forum, "The lighthouse", "@bot How is its lamp lit?");
    await answerIn(discord, post);
    discord.say(ann, post, "How long is parental leave?");
    const second = await discord.until(() => answersIn(discord, post)[1]);

    expect(answersIn(discord, post)[0]?.text).toContain("lit by hand");
    expect(second.text).toContain("14 weeks");
  });

  it("serves two people in one thread and leaves their talk alone", async () => {
    const { ann, ben, help } = place("two");
    const thread = discord.thread(help, "two");

    discord.mention(ann, thread, "How is the lighthouse lamp lit?");
    discord.mention(ben, thread, "How long is parental leave?");
    const both = await discord.until(() => {
      const texts = answersIn(discord, thread).map(({ text }) => text);
      return texts.length === 2 && texts;
    });
    discord.say(ben, thread, `<@${ann.id}> shall we have lunch?`);
    discord.say(ann, thread, "yes, at noon");
    discord.mention(ann, thread, "How long is study leave?");
    const third = await discord.until(() => answersIn(discord, thread)[2]);

    expect(both.some((text) => text.includes("lit by hand"))).toBe(true);
    expect(both.some((text) => text.includes("14 weeks"))).toBe(true);
    expect(third.text).toContain("5 days");
    expect(answersIn(discord, thread)).toHaveLength(3);
  });

  it("answers a mended question where it answered before, and takes back what is asked no more", async () => {
    const { ann, help } = place("edit");
    const asked = discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const before = await answerIn(discord, help);

    discord.edit(asked, "@bot How long is parental leave?");
    const after = await discord.until(() =>
      answersIn(discord, help).find(({ text }) => text.includes("14 weeks")),
    );
    const answers = answersIn(discord, help);
    discord.delete(asked);
    await discord.until(() => answersIn(discord, help).length === 0);

    expect(after.id).toBe(before.id);
    expect(answers).toHaveLength(1);
  });

  it("goes on after a broken line, whatever is sent again", async () => {
    const { ann, help } = place("resume");

    discord.gateway.duplicateNext(1);
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await answerIn(discord, help);
    discord.gateway.drop();
    discord.mention(ann, help, "How long is parental leave?");
    const second = await discord.until(() => answersIn(discord, help)[1]);
    discord.gateway.invalidate(true);
    await discord.until(() => discord.gateway.counts.resumed >= 2, "resumed again");
    discord.mention(ann, help, "How long is study leave?");
    const third = await discord.until(() => answersIn(discord, help)[2]);

    expect(second.text).toContain("14 weeks");
    expect(third.text).toContain("5 days");
    expect(answersIn(discord, help)).toHaveLength(3);
  });

  it.each([
    ["a 503", { type: "status", status: 503, when: "after" }],
    ["a reset", { type: "reset", when: "after" }],
  ] as const)("posts once what was taken and then answered with %s", async (name, fault) => {
    const { ann, help } = place(name);

    discord.faults.next("POST message", fault);
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await answerIn(discord, help);
    // It is followed by another one only when the first is done with.
    discord.mention(ann, help, "How long is parental leave?");
    const second = await discord.until(() => answersIn(discord, help)[1]);

    expect(second.text).toContain("14 weeks");
    expect(answersIn(discord, help)).toHaveLength(2);
  });

  it("answers in direct messages who asks where it may not write, and marks the question where it cannot", async () => {
    const { ann, guild, help } = place("shut");
    help.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 11n });
    const cid = discord.user("Cid", { isClosed: true });
    discord.join(cid, guild);

    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const asked = discord.mention(cid, help, "How is the lighthouse lamp lit?");
    const direct = discord.directMessages(ann);
    const told = await discord.until(() => answersIn(discord, direct)[0]);
    await discord.until(() => discord.world.reactions.some(({ message }) => message === asked.id));

    expect(told.text).toContain("lit by hand");
    expect(answersIn(discord, help)).toEqual([]);
    expect(app.command.stderr()).toMatch(/Give the bot Send Messages.*#shut/u);
  });

  it("says that an answer is ready when its token has died", async () => {
    const { ann, ben, help } = place("late");

    const typed = { name: "question", value: "How is the lighthouse lamp lit?" };
    await discord.slash(ann, help, "ask", [typed]);
    discord.world.advance(15 * 60_000 + 1_000);
    await discord.until(() =>
      discord.messages(help, ben).find(({ text }) => text.includes("your answer is ready")),
    );
    await discord.press(ann, help, "Show my answer");
    await discord.until(() =>
      discord.messages(help, ann).find(({ text }) => text.includes("lit by hand")),
    );

    expect(discord.messages(help, ben).some(({ text }) => text.includes("lit by hand"))).toBe(
      false,
    );
  });

  it("begins anew when Discord ends its session, and answers what was asked meanwhile", async () => {
    const { ann, help } = place("invalid");
    const { identified } = discord.gateway.counts;

    discord.gateway.invalidate(false);
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await answerIn(discord, help);

    expect(answer.text).toContain("lit by hand");
    expect(answersIn(discord, help)).toHaveLength(1);
    expect(discord.gateway.counts.identified).toBe(identified + 1);
  });

  it("copes with every odd string as message, title and name, and answers each", async () => {
    const places = naughtyStrings.map((given) => {
      const text = given.slice(0, 1_000);
      const user = discord.user(text);
      const guild = discord.guild(text, { members: [user] });
      const thread = discord.thread(discord.channel(guild, text), text);
      discord.mention(user, thread, `How is the lighthouse lamp lit? ${text}`);
      return thread;
    });

    for (const thread of places) {
      expect((await answerIn(discord, thread)).text).not.toBe("");
      expect(answersIn(discord, thread)).toHaveLength(1);
    }
    expect(app.command.child.exitCode).toBeNull();
  });

  it("ends properly when told to", async () => {
    expect(await app.stop()).toBe(0);
  });
});
