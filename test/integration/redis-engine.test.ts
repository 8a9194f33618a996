import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/ports/clock.ts";
import type { Inbox } from "../../src/ports/inbox.ts";
import { createInbox } from "../../src/runtime/index.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { openRedisPlatform, type RedisPlatform } from "../support/redis-platform.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RedisStoreFixture, redisStoreFixture } from "../support/redis-store.ts";
import { type RedisWorker, startRedisWorker } from "../support/redis-worker.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { messageIn } from "../support/runtime-machines.ts";
import { dialogueOf } from "../support/runtime-world.ts";

let server: RedisServer;
let fixture: RedisStoreFixture;
let store: RedisConversationStore;
let inbox: Inbox;
let platform: RedisPlatform;
let keyPrefix: string;
const workers: RedisWorker[] = [];

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  keyPrefix = `engine-${randomUUID().slice(0, 8)}`;
  fixture = await redisStoreFixture(server.url, { keyPrefix });
  store = fixture.store;
  inbox = createInbox(store, systemClock);
  platform = openRedisPlatform(server.url, keyPrefix);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.kill9();
  platform.close();
  await fixture.dispose();
});

type Order = Partial<Parameters<typeof startRedisWorker>[0]>;

async function startWorker(owner: string, order: Order = {}): Promise<RedisWorker> {
  const worker = await startRedisWorker({
    url: server.url,
    platformUrl: server.url,
    keyPrefix,
    owner,
    ...order,
    // A lease outlives the test unless it says otherwise, and a mailbox is looked into only when something was announced.
    tuning: { leaseMs: 60_000, pollMs: 250, mailboxPollMs: 60_000, ...order.tuning },
  });
  workers.push(worker);
  return worker;
}

function say(name: string, text: string, key: string = randomUUID()): Promise<boolean> {
  return inbox.receive(messageIn(name, text), [key]);
}

async function postsOf(name: string): Promise<readonly string[]> {
  return (await platform.posts())
    .filter(({ channelId }) => channelId === name)
    .map(({ text }) => text);
}

async function settled(): Promise<void> {
  await eventually("quiet", async () => {
    const { ready, leased, unread } = await store.counts();
    return ready + leased + unread === 0;
  });
}

function began(all: readonly RedisWorker[]): Promise<RedisWorker> {
  return eventually("the task", () => all.find((worker) => worker.count("began") > 0));
}

describe("two worker processes on one Redis", () => {
  test("a worker killed in the middle of a task is replaced at once when its supervisor tells, and one reply comes", async () => {
    const both = [
      await startWorker("a", { holdsAnswers: true }),
      await startWorker("b", { holdsAnswers: true }),
    ];
    await say("c", "hello", "event:1");
    const victim = await began(both);

    await victim.kill9();
    expect(await store.expireOwner(victim.owner)).toBe(1);
    const survivor = await began(both.filter((worker) => worker !== victim));
    survivor.goOn();

    await eventually("the reply", async () => (await postsOf("c")).length > 0);
    expect(await say("c", "hello", "event:1")).toBe(false);
    await settled();
    expect(await postsOf("c")).toEqual(["hello"]);
  });

  test("a worker killed without anybody telling is replaced when its lease has run out", async () => {
    const tuning = { leaseMs: 400, pollMs: 50 };
    const both = [
      await startWorker("a", { holdsAnswers: true, tuning }),
      await startWorker("b", { holdsAnswers: true, tuning }),
    ];
    await say("c", "hello");
    const victim = await began(both);

    await victim.kill9();
    const survivor = await began(both.filter((worker) => worker !== victim));
    survivor.goOn();

    await eventually("the reply", async () => (await postsOf("c")).length > 0);
    await settled();
    expect(await postsOf("c")).toEqual(["hello"]);
  });

  test("a worker killed after its post arrived and before it knew leaves no second reply", async () => {
    const victim = await startWorker("a", { hangsAfterPost: true });
    await say("c", "hello");
    await eventually("the post", () => victim.count("posted") > 0);

    await victim.kill9();
    await store.expireOwner("a");
    await startWorker("b");

    await settled();
    expect(await postsOf("c")).toEqual(["hello"]);
  });

  test("a worker that sleeps beyond its lease is fenced off when it wakes", async () => {
    const tuning = { leaseMs: 400, pollMs: 50 };
    const sleeper = await startWorker("a", { holdsAnswers: true, tuning });
    await say("c", "hello");
    await began([sleeper]);
    sleeper.signal("SIGSTOP");
    await startWorker("b", { tuning });
    await eventually("the reply", async () => (await postsOf("c")).length > 0);

    sleeper.signal("SIGCONT");
    sleeper.goOn();

    await eventually("its discovery", () => sleeper.count("leaseLost") > 0);
    await settled();
    expect(await postsOf("c")).toEqual(["hello"]);
  });

  test("a further message reaches the process that is answering, and both are answered together", async () => {
    const both = [
      await startWorker("a", { holdsAnswers: true }),
      await startWorker("b", { holdsAnswers: true }),
    ];
    await say("c", "first");
    const holder = await began(both);

    await say("c", "second");
    await eventually("the interruption", () => holder.count("aborted") > 0);
    await eventually("the new task", () => holder.count("began") > 1);
    holder.goOn();

    await eventually("the reply", async () => (await postsOf("c")).length > 0);
    await settled();
    expect(await postsOf("c")).toEqual(["first | second"]);
  });

  test("an older worker leaves the conversations of a newer one alone, and a newer one takes all", async () => {
    const newer = await startWorker("newer", { version: 2 });
    await say("c", "for the newer");
    await eventually("the reply", async () => (await postsOf("c")).length > 0);
    await settled();
    await newer.stop();
    await startWorker("older", { version: 1, tuning: { pollMs: 10 } });

    await say("c", "stays");
    await say("d", "for the older");
    await eventually("the reply", async () => (await postsOf("d")).length > 0);

    expect(await postsOf("c")).toEqual(["for the newer"]);
    expect(await store.counts()).toMatchObject({ ready: 1, unread: 1 });
    await startWorker("newest", { version: 2 });
    await eventually("the reply", async () => (await postsOf("c")).length > 1);
    expect(await postsOf("c")).toEqual(["for the newer", "stays"]);
    expect(await store.read(dialogueOf("d"))).not.toBeNull();
  });
});
