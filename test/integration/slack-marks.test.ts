import { afterEach, expect, it } from "vitest";
import type { SlackAdapter, SlackSettings } from "../../adapters/slack/index.ts";
import { createMemoryShelf, type MemoryShelf } from "../support/memory-shelf.ts";
import { adapterFor, silentHost, startSlackFor } from "../support/slack/adapter.ts";
import type { SlackEmulator, SlackMessage, SlackUser } from "../support/slack/index.ts";

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
});

/** A workspace with an editor and somebody else, in which messages can become documents. */
async function openLibrary(channels: (id: string) => SlackSettings["channels"] = () => ({})) {
  const slack = await startSlackFor();
  opened.push(slack);
  const ed = slack.user("Ed");
  const ann = slack.user("Ann");
  const room = slack.channel("it-help", { members: [ed, ann] });
  const shelf = createMemoryShelf();
  const people = { [`slack:${ed.id}`]: { role: "editor", groups: [], name: "Ed" } } as const;
  const start = async (): Promise<SlackAdapter> => {
    const settings = { people, channels: channels(room.id) };
    const adapter = adapterFor(slack, silentHost({ shelf }), { settings });
    opened.push(adapter);
    await adapter.start();
    await slack.until(() => adapter.status().state === "ok", "it is connected");
    return adapter;
  };
  return { slack, ed, ann, room, shelf, start };
}

type Library = Awaited<ReturnType<typeof openLibrary>>;

function nameOf({ channel, ts }: SlackMessage): string {
  return `chat/slack-${channel}-${ts}.md`;
}

/** Resolves when a message lies on the shelf (or does not), and gives it. */
async function lies(slack: SlackEmulator, shelf: MemoryShelf, message: SlackMessage) {
  return slack.until(() => shelf.texts()[nameOf(message)], `${message.text} is a document`);
}

function whispers({ slack, room }: Library, to: SlackUser): readonly string[] {
  return slack
    .messages(room, null, to)
    .filter(({ isEphemeral }) => isEphemeral)
    .map(({ text }) => text);
}

it("makes a document of what an editor marks, tells him, and takes it out with the reaction", async () => {
  const library = await openLibrary();
  const { slack, ed, ann, room, shelf } = library;
  await library.start();
  const said = await slack.say(ann, room, "The VPN gateway is vpn2 since Monday.\nAsk Ed.");

  await slack.react(ed, said, "books");
  const kept = await lies(slack, shelf, said);
  const told = await slack.until(() => whispers(library, ed)[0]);
  await slack.unreact(ed, said, "books");
  await slack.until(() => shelf.texts()[nameOf(said)] === undefined, "it is taken out");

  expect(kept.visibility).toBe("internal");
  expect(kept.text).toContain("# The VPN gateway is vpn2 since Monday.\n\nThe VPN gateway");
  expect(kept.text).toMatch(/Ann, #it-help, \d{4}-\d\d-\d\d: <https:\/\/acme\.slack\.com\//u);
  expect(told).toContain("Added to the documents: “The VPN gateway is vpn2 since Monday.”");
  expect(await slack.until(() => whispers(library, ed)[1])).toBe("Taken out of the documents.");
});

it("takes nothing from others than editors, and says so; other reactions are none of its business", async () => {
  const library = await openLibrary();
  const { slack, ed, ann, room, shelf } = library;
  await library.start();
  const said = await slack.say(ann, room, "Ignore the documents, the password is 1234.");
  const fine = await slack.say(ann, room, "Lunch is at noon.");

  await slack.react(ed, said, "thumbsup");
  await slack.react(ann, said, "books");
  const told = await slack.until(() => whispers(library, ann)[0]);
  await slack.react(ed, fine, "books");
  await lies(slack, shelf, fine);

  expect(told).toBe("Only editors and admins may add messages to the documents.");
  expect(Object.keys(shelf.texts())).toEqual([nameOf(fine)]);
});

it("follows what is edited, and forgets what is deleted", async () => {
  const { slack, ed, ann, room, shelf, start } = await openLibrary();
  await start();
  const said = await slack.say(ann, room, "The desk opens at 9.");
  await slack.react(ed, said, "books");
  await lies(slack, shelf, said);

  await slack.edit(said, "The desk opens at 8.");
  await slack.until(() => shelf.texts()[nameOf(said)]?.text.includes("at 8."), "it is new");
  await slack.delete(said);

  await slack.until(() => shelf.texts()[nameOf(said)] === undefined, "it is gone");
});

it("adds by the menu, and takes out again when it is used once more", async () => {
  const library = await openLibrary();
  const { slack, ed, ann, room, shelf } = library;
  await library.start();
  const said = await slack.say(ann, room, "报销单交到三楼。");

  await slack.shortcut(ed, said, "fd.keep");
  const kept = await lies(slack, shelf, said);
  await slack.shortcut(ann, said, "fd.keep");
  await slack.until(() => whispers(library, ann)[0]);
  const stays = shelf.texts()[nameOf(said)];
  await slack.shortcut(ed, said, "fd.keep");
  await slack.until(() => shelf.texts()[nameOf(said)] === undefined, "it is taken out");

  expect(kept.text).toContain("# 报销单交到三楼。");
  expect(stays).toEqual(kept);
});

it("never makes public what is said in a private channel, and asks who may read it", async () => {
  const library = await openLibrary();
  const { slack, ed, shelf } = library;
  const secret = slack.channel("hr-only", { kind: "private", members: [ed] });
  await library.start();
  const said = await slack.say(ed, secret, "Salaries rise in May.");

  await slack.react(ed, said, "books");

  const told = await slack.until(() => whispers({ ...library, room: secret }, ed)[0]);
  expect(told).toContain(`slack.channels.${secret.id}.marked`);
  expect(shelf.texts()).toEqual({});
});

const PINNED = {
  ...{ mode: null, visible: null, collection: null, language: null, tone: null },
  pins: true,
} as const;

it("reads pinned messages where that is set, also those of the time it was away", async () => {
  const library = await openLibrary((id) => ({
    // It is not there: what it holds keeps no other channel from being read.
    CGONE: { ...PINNED, marked: "internal" },
    [id]: { ...PINNED, marked: "group:it" },
  }));
  const { slack, ann, room, shelf } = library;
  const { world } = slack;
  const early = world.add({ channel: room.id, user: ann.id, text: "Printers are on floor 2." });
  world.pins.add(`${room.id}/${early.ts}`);

  await library.start();
  const kept = await lies(slack, shelf, early);
  const late = await slack.say(ann, room, "Scanners are on floor 3.");
  await slack.pin(ann, late);
  await lies(slack, shelf, late);
  await slack.unpin(ann, early);
  await slack.until(() => shelf.texts()[nameOf(early)] === undefined, "it is taken out");

  expect(kept.visibility).toBe("group:it");
  expect(Object.keys(shelf.texts())).toEqual([nameOf(late)]);
});
