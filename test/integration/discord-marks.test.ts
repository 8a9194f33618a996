import { afterEach, expect, it } from "vitest";
import type { DiscordSettings } from "../../adapters/discord/index.ts";
import { adapterFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import {
  type DiscordChannel,
  type DiscordMessage,
  startDiscord,
} from "../support/discord/index.ts";
import { createMemoryShelf } from "../support/memory-shelf.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** A server with an editor and somebody else, in which messages can become documents. */
async function openLibrary(channels: (id: string) => DiscordSettings["channels"] = () => ({})) {
  const discord = await startDiscord({ limits: QUICK_LIMITS });
  opened.push(discord);
  const ed = discord.user("Ed");
  const ann = discord.user("Ann");
  const guild = discord.guild("Acme", { members: [ed, ann] });
  const room = discord.channel(guild, "it-help");
  const shelf = createMemoryShelf();
  const people = { [`discord:${ed.id}`]: { role: "editor", groups: [], name: "Ed" } } as const;
  const start = async (): Promise<void> => {
    const settings = { people, channels: channels(room.id) };
    const adapter = adapterFor(discord, silentHost({ shelf }), { settings });
    opened.push(adapter);
    await adapter.start();
    await discord.until(() => adapter.status().state === "ok", "it is connected");
  };
  const textOf = ({ channelId, id }: DiscordMessage) =>
    shelf.texts()[`chat/discord-${channelId}-${id}.md`];
  const directTo = (channel: DiscordChannel): readonly string[] =>
    discord.world.messages.filter((one) => one.channelId === channel.id).map((one) => one.content);
  return { discord, ed, ann, guild, room, shelf, start, textOf, directTo };
}

it("makes a document of what an editor marks, tells him alone, and takes it out with the reaction", async () => {
  const { discord, ed, ann, room, start, textOf, directTo } = await openLibrary();
  await start();
  const said = discord.say(ann, room, "The VPN gateway is vpn2 since Monday.");

  discord.react(ed, said, "📚");
  const kept = await discord.until(() => textOf(said), "it is a document");
  const told = await discord.until(() => directTo(discord.directMessages(ed))[0], "he is told");
  discord.unreact(ed, said, "📚");
  await discord.until(() => textOf(said) === undefined, "it is taken out");

  expect(kept.visibility).toBe("internal");
  expect(kept.text).toContain("# The VPN gateway is vpn2 since Monday.\n");
  expect(kept.text).toContain(`https://discord.com/channels/${room.guildId}/${room.id}/${said.id}`);
  expect(told).toContain("Added to the documents: “The VPN gateway is vpn2 since Monday.”");
});

it("takes nothing from others than editors, and says so", async () => {
  const { discord, ed, ann, room, shelf, start, textOf, directTo } = await openLibrary();
  await start();
  const said = discord.say(ann, room, "The password is 1234.");
  const fine = discord.say(ann, room, "Lunch is at noon.");

  discord.react(ed, said, "👍");
  discord.react(ann, said, "📚");
  const told = await discord.until(() => directTo(discord.directMessages(ann))[0], "she is told");
  discord.react(ed, fine, "📚");
  await discord.until(() => textOf(fine), "it is a document");

  expect(told).toBe("Only editors and admins may add messages to the documents.");
  expect(Object.keys(shelf.texts())).toHaveLength(1);
});

it("follows what is edited, and forgets what is deleted", async () => {
  const { discord, ed, ann, room, start, textOf } = await openLibrary();
  await start();
  const said = discord.say(ann, room, "The desk opens at 9.");
  discord.react(ed, said, "📚");
  await discord.until(() => textOf(said), "it is a document");

  discord.edit(said, "The desk opens at 8.");
  await discord.until(() => textOf(said)?.text.includes("at 8."), "it is new");
  discord.delete(said);

  await discord.until(() => textOf(said) === undefined, "it is gone");
});

it("adds by the menu, answers there, and takes out again when it is used once more", async () => {
  const { discord, ed, ann, room, start, textOf } = await openLibrary();
  await start();
  const said = discord.say(ann, room, "报销单交到三楼。");
  const seen = (user: { readonly id: string }, words: string) =>
    discord.world.messages.find(
      ({ ephemeralTo, content }) => ephemeralTo === user.id && content.includes(words),
    );

  await discord.contextMenu(ed, said, "Add to knowledge");
  const kept = await discord.until(() => textOf(said), "it is a document");
  await discord.until(() => seen(ed, "Added to the documents"), "he is told");
  await discord.contextMenu(ann, said, "Add to knowledge");
  await discord.until(() => seen(ann, "Only editors"), "she is told");
  const stays = textOf(said);
  await discord.contextMenu(ed, said, "Add to knowledge");
  await discord.until(() => textOf(said) === undefined, "it is taken out");

  expect(stays).toEqual(kept);
});

it("never makes public what is said in a private channel or thread, and asks who may read it", async () => {
  const { discord, ed, guild, room, shelf, start, directTo } = await openLibrary();
  const secret = discord.channel(guild, "hr-only");
  secret.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 10n });
  secret.overwrites.push({ id: discord.world.bot.id, type: 1, allow: 1n << 10n, deny: 0n });
  const thread = discord.thread(room, "just us", undefined, { isPrivate: true });
  await start();

  discord.react(ed, discord.say(ed, secret, "Salaries rise in May."), "📚");
  discord.react(ed, discord.say(ed, thread, "Bonuses as well."), "📚");

  const told = await discord.until(() => {
    const lines = directTo(discord.directMessages(ed));
    return lines.length === 2 && lines.join("\n");
  });
  expect(told).toContain(`discord.channels.${secret.id}.marked`);
  expect(told).toContain(`discord.channels.${room.id}.marked`);
  expect(shelf.texts()).toEqual({});
});

const PINNED = {
  ...{ mode: null, visible: null, collection: null, language: null, tone: null },
  pins: true,
} as const;

it("reads pinned messages where that is set, also those of the time it was away", async () => {
  const { discord, ann, room, start, textOf } = await openLibrary((id) => ({
    // It is not there: what it holds keeps no other channel from being read.
    "77": { ...PINNED, marked: "internal" },
    [id]: { ...PINNED, marked: "group:it" },
  }));
  const early = discord.say(ann, room, "Printers are on floor 2.");
  discord.pin(early);

  await start();
  const kept = await discord.until(() => textOf(early), "it is a document");
  const late = discord.say(ann, room, "Scanners are on floor 3.");
  discord.pin(late);
  await discord.until(() => textOf(late), "it is a document");
  discord.unpin(early);
  await discord.until(() => textOf(early) === undefined, "it is taken out");

  expect(kept.visibility).toBe("group:it");
  expect(textOf(late)).toBeDefined();
});
