import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/discord/frontdesk-process.ts";
import { type DiscordEmulator, startDiscord } from "../support/discord/index.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

// All limits are Discord's: an answer to an interaction that comes after three seconds is refused.
describe("200 people at once in 20 channels, under Discord's limits", () => {
  let discord: DiscordEmulator;
  let app: FrontdeskProcess;
  beforeAll(async () => {
    discord = await startDiscord();
  });
  afterAll(async () => {
    await app.kill();
    await discord.close();
  });

  it("answers everybody once, by reply, without meeting a refusal of a post", async () => {
    const people = Array.from({ length: 200 }, (_, index) => discord.user(`user ${index}`));
    const guild = discord.guild("Acme", { members: people });
    const channels = Array.from({ length: 20 }, (_, index) =>
      discord.channel(guild, `channel ${index}`),
    );
    const ships = Array.from({ length: 30 }, (_, at) => [
      `ship${at}`,
      `# Lightship ${at}\n\nAt anchor in the bay ${at}.\n`,
    ]);
    const dataDir = await folderWith({
      lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n`,
      ...Object.fromEntries(ships),
    });
    app = await startFrontdesk(discord, { dataDir });

    const asked = people.map((person, index) => {
      const channel = channels[index % channels.length];
      if (channel === undefined) throw new Error("no channel");
      return discord.mention(person, channel, "How is the lighthouse lamp lit?");
    });
    // Meanwhile others call commands.
    const question = { name: "question", value: "How is the lighthouse lamp lit?" };
    const query = { name: "query", value: "lighthouse lamp" };
    const called = Promise.all(
      channels.map((channel, index) => {
        const person = people[index];
        if (person === undefined) throw new Error("nobody");
        return Promise.all([
          discord.slash(person, channel, "ask", [question]),
          discord.slash(person, channel, "search", [query]),
        ]);
      }),
    );
    const suggested = Promise.all(
      channels.map((channel, index) => {
        const person = people[index];
        if (person === undefined) throw new Error("nobody");
        return discord.autocomplete(person, channel, "search", { name: "query", value: "light" });
      }),
    );
    const answersTo = ({ id, channelId }: (typeof asked)[number]) =>
      channels
        .filter((channel) => channel.id === channelId)
        .flatMap((channel) => discord.messages(channel))
        .filter(({ isBot, replyTo }) => isBot && replyTo === id);
    for (const question of asked) {
      await discord.until(
        () => answersTo(question)[0]?.text.includes(FACT) === true,
        `the whole answer to ${question.id}`,
      );
    }

    for (const { first, pending } of (await called).flat()) {
      expect(first).toEqual({ type: "deferred", isEphemeral: true });
      expect(pending.answeredAfterMs).toBeLessThan(3_000);
    }
    expect(discord.callsOf("POST callback").map(({ status }) => status)).toEqual(
      Array.from({ length: 60 }, () => 204),
    );
    // Discord takes no more than 25, and none after three seconds; in a crowd fewer come rather than too late.
    expect((await suggested).filter((choices) => choices === null || choices.length > 25)).toEqual(
      [],
    );
    const [person, channel] = [people[0], channels[0]];
    if (person === undefined || channel === undefined) throw new Error("nobody");
    const typed = { name: "query", value: "light" };
    let calm: number | undefined = 0;
    for (let tries = 0; tries < 10 && calm !== 25; tries += 1) {
      calm = (await discord.autocomplete(person, channel, "search", typed))?.length;
    }
    expect(calm).toBe(25);
    expect(asked.map((question) => answersTo(question).length)).toEqual(asked.map(() => 1));
    expect(discord.callsOf("POST message").filter(({ status }) => status !== 200)).toEqual([]);
  });
});
