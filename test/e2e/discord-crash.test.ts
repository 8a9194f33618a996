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
  startDiscord,
} from "../support/discord/index.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";
import { type Shop, startShop } from "../support/shop.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";
const LEAVE =
  "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n";
const QUESTION = "How is the lighthouse lamp lit?";
const MINUTE_MS = 60_000;

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { perWindow: 1_000, interactionMs: 60_000, identifyMs: 0 };

/** One life after another over the same data: each test ends one process and begins the next. */
describe("a process that ends in the middle", () => {
  let discord: DiscordEmulator;
  let app: FrontdeskProcess;
  let dataDir: string;
  let shop: Shop;
  const env: Record<string, string> = {};

  const start = async (): Promise<void> => {
    app = await startFrontdesk(discord, { dataDir, env });
  };
  const place = (name: string) => {
    const ann = discord.user("Ann");
    const guild = discord.guild(name, { members: [ann] });
    return { ann, guild, help: discord.channel(guild, name) };
  };
  const ours = (channel: DiscordChannel) => discord.messages(channel).filter(({ isBot }) => isBot);
  const answerIn = (channel: DiscordChannel) =>
    discord.until(
      () =>
        ours(channel).find(({ controls }) =>
          controls.some(({ label }) => label === "Ask a person"),
        ),
      `an answer in ${channel.name}`,
    );

  beforeAll(async () => {
    discord = await startDiscord({ limits: PATIENT });
    dataDir = await folderWith({
      lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n`,
      leave: LEAVE,
    });
    const script = Array.from({ length: 12 }, () => `${FACT} [1]`).join(" ");
    env["FRONTDESK_MODEL"] = makeScriptedModel(freshFolder(), { script });
    shop = await startShop();
    Object.assign(env, shop.env);
    await start();
  });
  afterAll(async () => {
    await app.kill();
    await Promise.all([shop.close(), discord.close()]);
  });

  it.each(["stop", "kill"] as const)(
    "by %s: the answer is finished once, what was asked meanwhile is heard, and choices can still be made",
    async (how) => {
      const [asked, meanwhile] = [place(how), place(`meanwhile ${how}`)];
      const choice = place(`choice ${how}`);
      discord.mention(choice.ann, choice.help, "How is leave requested?");
      const question = await discord.until(() =>
        ours(choice.help).find(({ controls }) => controls.length > 1),
      );
      discord.mention(asked.ann, asked.help, QUESTION);
      const draft = await discord.until(() => ours(asked.help)[0]);

      await app[how]();
      discord.mention(meanwhile.ann, meanwhile.help, QUESTION);
      const { identified, resumed } = discord.gateway.counts;
      await start();
      const answer = await answerIn(asked.help);
      await answerIn(meanwhile.help);

      await discord.press(choice.ann, choice.help, question.controls[0]?.label ?? "");
      await discord.until(() => ours(choice.help)[1]?.text.includes("requested in the portal"));

      expect(ours(choice.help)[0]?.text).toContain("chosen by Ann");
      expect(ours(asked.help)).toHaveLength(1);
      expect(answer.id).toBe(draft.id);
      expect(answer.text).toContain(FACT);
      expect(ours(meanwhile.help)).toHaveLength(1);
      expect(discord.gateway.counts).toMatchObject({ identified, resumed: resumed + 1 });
    },
  );

  it("by kill -9 after the post and before its receipt, for so long that the session is over", async () => {
    const [asked, old, quiet] = [place("asked"), place("old"), place("quiet")];
    discord.say(old.ann, old.help, "good morning", { agoMs: 60 * MINUTE_MS });
    discord.faults.next("POST message", { type: "hang", when: "after" });
    const question = discord.mention(asked.ann, asked.help, QUESTION);
    await discord.until(() => ours(asked.help)[0]);

    await app.kill();
    discord.gateway.forgetSessions();
    const missed = discord.mention(old.ann, old.help, QUESTION, {
      agoMs: 40 * MINUTE_MS,
      isMissed: true,
    });
    const young = discord.mention(quiet.ann, quiet.help, QUESTION, {
      agoMs: 5 * MINUTE_MS,
      isMissed: true,
    });
    discord.mention(quiet.ann, quiet.help, "much too old", {
      agoMs: 50 * MINUTE_MS,
      isMissed: true,
    });
    await start();
    await answerIn(asked.help);
    const answer = await answerIn(quiet.help);
    const offer = await discord.until(() => ours(old.help)[0]);

    expect(ours(asked.help).map(({ replyTo }) => replyTo)).toEqual([question.id]);
    expect(answer.replyTo).toBe(young.id);
    expect(ours(quiet.help)).toHaveLength(1);
    expect(offer.replyTo).toBe(missed.id);
    expect(offer.text).toBe(
      "I was away when you asked this, 40 minutes ago. Do you still need it?",
    );
    await discord.press(old.ann, old.help, "Yes, answer");
    expect((await answerIn(old.help)).replyTo).toBe(missed.id);
    await discord.until(() => ours(old.help).every(({ id }) => id !== offer.id), "no offer");
  });

  it("by kill -9 while a form of the team waits, and while its call runs: it goes on, and says its answer once", async () => {
    const { ann, help } = place("orders");
    const asked = (text: string) =>
      discord.until(() => ours(help).find((one) => one.text.includes(text)), text);
    discord.mention(ann, help, "Where is my order?");
    const number = await asked("What is your order number?");

    await app.kill();
    await start();
    discord.mention(ann, help, "A-1234", { replyTo: number.id });
    await asked("What would you like to know?");
    shop.keepWaiting("GET");
    await discord.press(ann, help, "delivery day");
    await discord.until(() => shop.calls.length > 0, "the call");
    await app.kill();
    await start();
    await asked("Order A-1234: on its way");

    const [first] = shop.calls;
    expect(first).toMatchObject({ authorization: "Bearer for-tests" });
    expect(first?.path).toBe("/v1/orders/A-1234?show=delivery%20day");
    expect(shop.calls).toEqual([first, first]);
    expect(ours(help).filter(({ text }) => text.includes("on its way"))).toHaveLength(1);
    expect(ours(help)).toHaveLength(3);
  });
});
