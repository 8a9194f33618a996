import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import {
  caseId,
  conversationId,
  type InstanceAddress,
  type MessageId,
  messageId,
} from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { createInbox } from "../../src/runtime/index.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import {
  type Build,
  type DialogueWorker,
  startDialogueWorker,
} from "../support/dialogue-worker.ts";
import { aMessage, anAddress } from "../support/flows-builders.ts";
import {
  openRedisPlatform,
  type PlatformPost,
  type RedisPlatform,
} from "../support/redis-platform.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

// Real processes: one of a build of 27 November 2026, whose cases are of version 1, and one of the present build.
const OLDER: Build = "2026-11-27";
const PATIENCE_MS = 30_000;

let server: RedisServer;
let store: RedisConversationStore;
let platform: RedisPlatform;
let keyPrefix: string;
let asked: { readonly name: string; readonly id: MessageId }[];
let workers: DialogueWorker[];
let dispose: () => Promise<void>;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  keyPrefix = `older-${randomUUID().slice(0, 8)}`;
  const fixture = await redisStoreFixture(server.url, { keyPrefix });
  store = fixture.store;
  dispose = fixture.dispose;
  platform = openRedisPlatform(server.url, keyPrefix);
  asked = [];
  workers = [];
});

afterEach(async () => {
  for (const worker of workers) await worker.kill9();
  platform.close();
  await dispose();
});

async function start(build: Build): Promise<DialogueWorker> {
  const owner = `${build}-${workers.length}`;
  const { url } = server;
  const worker = await startDialogueWorker(build, { url, keyPrefix, platformUrl: url, owner });
  workers.push(worker);
  return worker;
}

/** Says something in a conversation of this name. */
async function say(name: string, text: string): Promise<void> {
  const id = messageId(`m-${name}-${asked.length}`);
  const conversation = conversationId(`console:${name}`);
  const address = anAddress({ conversationId: conversation, channelId: name, replyTo: id });
  asked.push({ name, id });
  await createInbox(store, systemClock).receive(aMessage(text, { id, address }), [id]);
}

const repliesTo = (posts: readonly PlatformPost[], id: MessageId): readonly PlatformPost[] =>
  posts.filter(({ replyTo }) => replyTo === id);

/** Waits until everything that was asked has a reply. */
async function answered(): Promise<void> {
  await eventually(
    "a reply to everything",
    async () => {
      const posts = await platform.posts();
      return asked.every(({ id }) => repliesTo(posts, id).length > 0);
    },
    PATIENCE_MS,
  );
}

async function settled(): Promise<void> {
  await eventually(
    "quiet",
    async () => {
      const { ready, leased, unread } = await store.counts();
      return ready + leased + unread === 0;
    },
    PATIENCE_MS,
  );
}

/** The one case there is, and the version of its snapshot. */
async function theCase(): Promise<{
  readonly instance: InstanceAddress;
  readonly version: number;
}> {
  const [found] = await eventually(
    "a case that is kept",
    async () => {
      const cases = await store.list({ kind: "case", limit: 9 });
      return cases.some(({ version }) => version > 0) && cases;
    },
    PATIENCE_MS,
  );
  if (found === undefined) throw new Error("it was just there");
  return found;
}

const byMia = (instance: InstanceAddress) => ({
  caseId: caseId(instance.id),
  agent: "Mia",
  by: "console:mia",
  at: Date.now(),
});

const claimed = (instance: InstanceAddress): Promise<boolean> =>
  createInbox(store, systemClock).tell(instance, { ...byMia(instance), type: "agent.claimed" }, [
    randomUUID(),
  ]);

const replied = (instance: InstanceAddress, text: string): Promise<boolean> =>
  createInbox(store, systemClock).tell(
    instance,
    { ...byMia(instance), type: "agent.replied", text },
    [randomUUID()],
  );

const texts = async (name: string): Promise<readonly string[]> =>
  (await platform.posts()).filter((post) => post.channelId === name).map(({ text }) => text);

const QUESTIONS = [
  "How many days of annual leave do I get?",
  "How do I reset my mail password?",
  "Where may contractors park in Bristol?",
  "年假有多少天？",
] as const;

test("an older build and the present one at work together, one killed after the other: every message has one reply, in order", async () => {
  const names = Array.from({ length: 8 }, (_, index) => `c${index}`);
  const round = async (text: string): Promise<void> => {
    for (const name of names) await say(name, text);
  };
  const before = [await start(OLDER), await start(OLDER)];
  await round(QUESTIONS[0]);
  await answered();

  const present = await start("present");
  await round(QUESTIONS[1]);
  await before[0]?.kill9();
  await answered();
  await round(QUESTIONS[2]);
  await present.kill9();
  // What the present build has stored the older one leaves to the next of the present build.
  await start("present");
  await answered();
  await round(QUESTIONS[3]);
  await before[1]?.kill9();
  await answered();
  await settled();

  const posts = await platform.posts();
  expect(asked.map(({ id }) => repliesTo(posts, id).length)).toEqual(asked.map(() => 1));
  for (const name of names) {
    const order = asked.filter((one) => one.name === name).map(({ id }) => id);
    const own = posts.filter(({ channelId }) => channelId === name);
    expect(own.map(({ replyTo }) => replyTo)).toEqual(order);
    expect(own.map(({ decision }) => decision)).toEqual(order.map(() => "answer"));
  }
});

test("a case of the older build goes on with the present one, and back in the older build's hands it waits for its return", async () => {
  const older = await start(OLDER);
  await say("ana", "I want to talk to a human");
  await answered();
  const { instance, version } = await theCase();
  expect(version).toBe(1);
  await older.kill9();

  const present = await start("present");
  await claimed(instance);
  await replied(instance, "Hello, this is Mia.");
  const hears = (text: string): Promise<unknown> =>
    eventually(
      text,
      async () => (await texts("ana")).some((said) => said.includes(text)),
      PATIENCE_MS,
    );
  await hears("this is Mia");
  await settled();
  expect((await theCase()).version).toBe(2);
  await present.kill9();
  const kept = await store.read(instance);

  // The deploy is taken back: the older build does its own work, and leaves the case alone.
  await start(OLDER);
  await replied(instance, "Are you still there?");
  await say("bo", QUESTIONS[0]);
  await answered();
  await eventually("nothing under way", async () => (await store.counts()).leased === 0);
  expect(await store.counts()).toMatchObject({ ready: 1, unread: 1 });
  expect(await store.read(instance)).toBe(kept);

  await start("present");
  await hears("still there");
  await settled();
  const said = await texts("ana");
  expect(said.filter((text) => text.includes("this is Mia"))).toHaveLength(1);
  expect(said.filter((text) => text.includes("still there"))).toHaveLength(1);
});
