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
import { type OpenAiStub, startOpenAiStub } from "../support/openai-stub.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

const FACT = "The lighthouse lamp is lit by hand every evening at dusk.";
const LEAVE =
  "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n";
const QUESTION = "How is the lighthouse lamp lit?";

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { perWindow: 1_000, interactionMs: 60_000 };

/** Which of two shards tells of a server. */
function shardOf({ id }: { readonly id: string }): number {
  return Number((BigInt(id) >> 22n) % 2n);
}

describe("two processes that listen, a shard each, and one that answers", () => {
  let discord: DiscordEmulator;
  let redis: RedisServer;
  let bots: readonly FrontdeskProcess[];
  let worker: FrontdeskProcess;
  let model: OpenAiStub;

  /** A server that the bot of this shard hears. */
  const place = (shard: number, name: string) => {
    const ann = discord.user("Ann");
    for (;;) {
      const guild = discord.guild(name, { members: [ann] });
      if (shardOf(guild) === shard) return { ann, help: discord.channel(guild, name) };
    }
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
    [discord, redis] = await Promise.all([
      startDiscord({ limits: PATIENT, shards: 2 }),
      startRedis(),
    ]);
    model = await startOpenAiStub();
    model.plan({ type: "answer", text: `${FACT} [1]` });
    const env = { REDIS_URL: redis.url };
    const shard = (id: number) =>
      startFrontdesk(discord, {
        dataDir: freshFolder(),
        role: "bot",
        env: {
          ...env,
          FRONTDESK_DISCORD_SHARD_COUNT: "2",
          FRONTDESK_DISCORD_SHARD_IDS: `[${id}]`,
        },
      });
    [worker, ...bots] = await Promise.all([
      folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n`, leave: LEAVE }).then(
        (dataDir) =>
          startFrontdesk(discord, {
            dataDir,
            role: "worker",
            env: {
              ...env,
              FRONTDESK_MODEL_URL: model.baseUrl,
              // The same is asked again, and each answer is to be written.
              FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
            },
          }),
      ),
      shard(0),
      shard(1),
    ]);
    await discord.until(() => discord.gateway.counts.identified === 2, "two sessions");
  });
  afterAll(async () => {
    await Promise.all([worker, ...bots].map((one) => one.kill()));
    await redis.stop();
    await Promise.all([model.close(), discord.close()]);
  });

  it("answers what either of them hears, once, and shows at once that it is at work", async () => {
    const places = [place(0, "one"), place(1, "two")];

    const asked = places.map(({ ann, help }) => discord.mention(ann, help, QUESTION));
    const answers = await Promise.all(places.map(({ help }) => answerIn(help)));

    expect(answers.map(({ text }) => text.includes(FACT))).toEqual([true, true]);
    expect(answers.map(({ replyTo }) => replyTo)).toEqual(asked.map(({ id }) => id));
    expect(places.map(({ help }) => ours(help).length)).toEqual([1, 1]);
    for (const { help } of places) {
      expect(discord.world.typing.some(({ channel }) => channel === help.id)).toBe(true);
    }
    // The second waited for the first, though they know of one another through Redis only.
    expect(discord.gateway.counts.tooSoon).toBe(0);
    expect(new Set(discord.gateway.sessions.map(({ shard }) => shard))).toEqual(new Set([0, 1]));
  });

  it("stops, chooses and asks privately in the process that answers", async () => {
    const [stop, choice, slash] = [place(0, "stop"), place(1, "choice"), place(1, "slash")];

    const half = { type: "begin", text: `${FACT} [1] And then` } as const;
    model.plan(half, { type: "answer", text: `${FACT} [1]` });
    discord.mention(stop.ann, stop.help, QUESTION);
    await discord.until(() => ours(stop.help)[0]?.controls[0]?.label === "Stop", "a draft");
    await discord.press(stop.ann, stop.help, "Stop");
    await model.abandoned(1);
    await discord.until(() => ours(stop.help)[0]?.text.includes("stopped before its end"));
    discord.mention(choice.ann, choice.help, "How is leave requested?");
    const question = await discord.until(() =>
      ours(choice.help).find(({ controls }) => controls.length > 1),
    );
    await discord.press(choice.ann, choice.help, question.controls[0]?.label ?? "");
    await discord.until(() => ours(choice.help)[1]?.text.includes("requested in the portal"));
    const typed = [{ name: "question", value: QUESTION }];
    const { first } = await discord.slash(slash.ann, slash.help, "ask", typed);
    const seen = await discord.until(() =>
      discord.messages(slash.help, slash.ann).find(({ text }) => text.includes(FACT)),
    );

    expect(ours(stop.help)).toHaveLength(1);
    expect(ours(choice.help)[0]?.text).toContain("chosen by Ann");
    expect(first).toEqual({ type: "deferred", isEphemeral: true });
    expect(seen.isEphemeral).toBe(true);
    expect(ours(slash.help)).toEqual([]);
  });

  it("goes on with the session of a bot that was killed, and leaves the other shard alone", async () => {
    const { ann, help } = place(1, "again");
    const resumed = discord.gateway.counts.resumed;

    await bots[1]?.kill();
    discord.mention(ann, help, QUESTION);
    const next = await startFrontdesk(discord, {
      dataDir: freshFolder(),
      role: "bot",
      env: {
        REDIS_URL: redis.url,
        FRONTDESK_DISCORD_SHARD_COUNT: "2",
        FRONTDESK_DISCORD_SHARD_IDS: "[1]",
      },
    });
    bots = [...bots.slice(0, 1), next];
    const answer = await answerIn(help);

    expect(answer.text).toContain(FACT);
    expect(ours(help)).toHaveLength(1);
    expect(discord.gateway.counts).toMatchObject({ identified: 2, resumed: resumed + 1 });
  });
});
