import { describe } from "vitest";
import type { DeskOffice } from "../../src/ports/desk.ts";
import { adapterFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import {
  type DiscordChannel,
  type DiscordEmulator,
  startDiscord,
} from "../support/discord/index.ts";
import { type BoardBench, describeBoard } from "./board-suite.ts";

/** The newest thread of the desk: a post of the forum, or a thread under a message. */
function threadOf(discord: DiscordEmulator, desk: DiscordChannel): DiscordChannel {
  const threads = [...discord.world.channels.values()].filter(
    ({ parentId }) => parentId === desk.id,
  );
  const last = threads.at(-1);
  if (last === undefined) throw new Error("no case at the desk");
  return last;
}

async function openDesk(kind: "forum" | "channel", office: DeskOffice): Promise<BoardBench> {
  const discord = await startDiscord({ limits: QUICK_LIMITS });
  const people = { mia: discord.user("Mia"), gus: discord.user("Gus") };
  const guild = discord.guild("Acme", { members: [people.mia, people.gus] });
  const desk =
    kind === "forum"
      ? discord.forum(guild, "desk", { tags: ["internal", "open"], firstIsModerated: true })
      : discord.channel(guild, "desk");
  const adapter = adapterFor(discord, silentHost({ office }), {
    settings: {
      deskChannel: desk.id,
      deskCallees: {
        desk: [`discord:${people.gus.id}`],
        teams: { billing: ["discord:&900", "slack:U1"] },
      },
      people: { [`discord:${people.gus.id}`]: { role: "guest", groups: [] } },
    },
  });
  await adapter.start();
  await discord.until(() => discord.gateway.counts.identified > 0, "a session");
  const { board } = adapter;
  if (board === null) throw new Error("no desk");
  const headIn = () => (kind === "forum" ? threadOf(discord, desk) : desk);
  const heads = () =>
    [...discord.world.messages].filter(
      ({ id, authorId }) => authorId === discord.world.bot.id && discord.world.channels.has(id),
    );
  const shown = (person: keyof typeof people | null) =>
    discord.messages(threadOf(discord, desk), person === null ? null : people[person]);
  return {
    board,
    heads: () => heads().map(({ content }) => content),
    buttons: () => {
      const { id } = threadOf(discord, desk);
      const head = discord.messages(headIn()).find((one) => one.id === id);
      return head?.controls.map(({ label }) => label) ?? [];
    },
    lines: () =>
      shown(null)
        .filter(({ id, isBot }) => isBot && !discord.world.channels.has(id))
        .map(({ text }) => text),
    told: (person) =>
      shown(person)
        .filter(({ isBot, isEphemeral, replyTo }) => isBot && (isEphemeral || replyTo !== null))
        .map(({ text }) => text),
    refusals: (person) =>
      discord
        .messages(headIn(), people[person])
        .filter(({ isEphemeral }) => isEphemeral)
        .map(({ text }) => text),
    write(person, text) {
      const thread = threadOf(discord, desk);
      const message = discord.say(people[person], thread, text);
      return Promise.resolve({
        origin: `discord:${thread.id}/${message.id}`,
        edit: (now) => Promise.resolve(discord.edit(message, now)),
        isMarked: () =>
          discord.world.reactions.some((one) => one.message === message.id && one.emoji === "✅"),
      });
    },
    async press(person, label) {
      await discord.press(people[person], headIn(), label);
    },
    async fill(person, label, text) {
      const opened = await discord.press(people[person], headIn(), label);
      await discord.fill(people[person], opened, text);
    },
    files: () => {
      const thread = threadOf(discord, desk);
      return discord.world.messages
        .filter(({ channelId }) => channelId === thread.id)
        .flatMap(({ files }) => files.map(({ name, bytes }) => `${name}: ${bytes.toString()}`));
    },
    attach(person, text, name) {
      const file = { name, mediaType: "text/plain", bytes: Buffer.from("x") };
      discord.say(people[person], threadOf(discord, desk), text, { files: [file] });
      return Promise.resolve();
    },
    loseNextFile: () =>
      discord.faults.next("POST message", { type: "status", status: 500, when: "after" }),
    rung: () => discord.world.messages.flatMap(({ rung }) => rung),
    idOf: (person) => `discord:${people[person].id}`,
    group: () => "900",
    loseNextPost() {
      const lost = { type: "status", status: 500, when: "after" } as const;
      const isOpened = [...discord.world.channels.values()].some(
        ({ parentId }) => parentId === desk.id,
      );
      discord.faults.next(kind === "forum" && !isOpened ? "POST post" : "POST message", lost);
    },
    forbidFiles: () =>
      void desk.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 15n }),
    dismiss: (person) => void guild.members.delete(people[person].id),
    hasLeft: async (person) =>
      (await adapter.hasLeft?.(people[person].id, { signal: new AbortController().signal })) ===
      true,
    until: (look) => discord.until(look),
    async close() {
      await adapter.close();
      await discord.close();
    },
  };
}

describe("Discord", () => {
  describeBoard("a forum of Discord", (office) => openDesk("forum", office));
  describeBoard("a channel of Discord", (office) => openDesk("channel", office));
});
