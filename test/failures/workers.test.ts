import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/ports/clock.ts";
import { createInbox } from "../../src/runtime/index.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { openRedisPlatform, type RedisPlatform } from "../support/redis-platform.ts";
import { startTcpProxy } from "../support/redis-proxy.ts";
import { type RedisServer, type RedisServerOptions, startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { type RedisWorker, startRedisWorker } from "../support/redis-worker.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { messageIn } from "../support/runtime-machines.ts";

// The platform lives in a server of its own: it goes on when the conversations' server does not.
let platformServer: RedisServer;
let server: RedisServer;
let store: RedisConversationStore;
let platform: RedisPlatform;
let keyPrefix: string;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  platformServer = await startRedis();
});

afterAll(async () => {
  await platformServer.stop();
});

async function openScene(options: RedisServerOptions = {}): Promise<void> {
  keyPrefix = `failures-${randomUUID().slice(0, 8)}`;
  server = await startRedis(options);
  const fixture = await redisStoreFixture(server.url, { keyPrefix });
  store = fixture.store;
  platform = openRedisPlatform(platformServer.url, keyPrefix);
  cleanups.push(
    async () => platform.close(),
    () => fixture.dispose(),
    () => server.stop(),
  );
}

afterEach(async () => {
  for (const clean of cleanups.splice(0)) await clean();
});

type Order = Partial<Parameters<typeof startRedisWorker>[0]>;

async function startWorker(owner: string, order: Order = {}): Promise<RedisWorker> {
  const worker = await startRedisWorker({
    url: server.url,
    platformUrl: platformServer.url,
    keyPrefix,
    owner,
    ...order,
    tuning: { leaseMs: 500, pollMs: 50, ...order.tuning },
  });
  cleanups.unshift(() => worker.kill9());
  return worker;
}

/** As a platform does: sends the same event again until it was taken. */
async function deliver(name: string, text: string): Promise<void> {
  const inbox = createInbox(store, systemClock);
  await eventually(
    `"${text}" to be taken`,
    () =>
      inbox.receive(messageIn(name, text), [`${name}:${text}`]).then(
        () => true,
        () => false,
      ),
    30_000,
  );
}

/** Texts that were answered, by conversation, in the order of the answers. */
async function answered(): Promise<Readonly<Record<string, readonly string[]>>> {
  const texts: Record<string, string[]> = {};
  for (const { channelId, text } of await platform.posts()) {
    texts[channelId] = [...(texts[channelId] ?? []), ...text.split(" | ")];
  }
  return texts;
}

async function settled(): Promise<void> {
  await eventually(
    "quiet",
    async () => {
      const { ready, leased, unread } = await store.counts();
      return ready + leased + unread === 0;
    },
    30_000,
  );
}

function conversationsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`);
}

describe("worker processes", () => {
  beforeEach(async () => {
    await openScene();
  });

  test("all killed at work: those that come after them answer everything once", async () => {
    const dead = [
      await startWorker("a", { holdsAnswers: true }),
      await startWorker("b", { holdsAnswers: true }),
      await startWorker("c", { holdsAnswers: true }),
    ];
    const names = conversationsOf(30);
    for (const name of names) await deliver(name, "hello");
    await eventually(
      "all at work",
      () => dead.reduce((sum, worker) => sum + worker.count("began"), 0) >= names.length,
    );

    await Promise.all(dead.map((worker) => worker.kill9()));
    await deliver("late", "hello");
    await startWorker("d");

    await settled();
    expect(await answered()).toEqual(
      Object.fromEntries([...names, "late"].map((name) => [name, ["hello"]])),
    );
  });

  test("a clock that is wrong by an hour, either way, changes neither leases nor timers", async () => {
    const clocks = { ahead: 3_600_000, behind: -3_600_000 };
    const order = { holdsAnswers: true, followUpMs: 300 };
    const workers = [
      await startWorker("ahead", { ...order, clockOffsetMs: clocks.ahead }),
      await startWorker("behind", { ...order, clockOffsetMs: clocks.behind }),
    ];
    const names = conversationsOf(6);
    for (const name of names) await deliver(name, "hello");
    await eventually("both at work", () => workers.every((worker) => worker.count("began") > 0));
    const began = (): number => workers.reduce((sum, worker) => sum + worker.count("began"), 0);
    await eventually("all at work", () => began() === names.length);

    // Several leases long; every look at the counts is one of a worker with the right clock.
    const until = Date.now() + 1_500;
    await eventually("some leases' time", async () => {
      expect(
        await store.claim({ owner: "right", leaseMs: 1, limit: 9, supports: { dialogue: 1 } }),
      ).toEqual([]);
      return Date.now() > until;
    });
    expect(began()).toBe(names.length);
    for (let index = 0; index < names.length; index += 1) {
      for (const worker of workers) worker.goOn();
    }

    const both = ["hello", "anything else?"];
    await eventually("the follow-ups", async () => {
      const texts = Object.values(await answered());
      return texts.length === names.length && texts.every((said) => said.length >= both.length);
    });
    await settled();
    expect(await answered()).toEqual(Object.fromEntries(names.map((name) => [name, both])));
    expect(workers.map((worker) => worker.count("leaseLost"))).toEqual([0, 0]);
  });

  test("one that computes without a pause beyond its lease is fenced off, and another answers", async () => {
    const busy = await startWorker("busy", { blockMs: 3_000 });
    await deliver("c", "hello");
    await eventually("the computation", () => busy.count("began") > 0);
    await startWorker("other");
    await eventually("the reply of the other", async () => (await platform.posts()).length > 0);

    await eventually("its discovery", () => busy.count("leaseLost") > 0);

    await settled();
    expect(await answered()).toEqual({ c: ["hello"] });
  });

  test("on a line that loses replies and breaks again and again, every message is answered once and in order", async () => {
    const proxy = await startTcpProxy(server.port);
    cleanups.push(() => proxy.stop());
    const url = `redis://127.0.0.1:${proxy.port}`;
    await startWorker("a", { url, answerMs: 5 });
    await startWorker("b", { url, answerMs: 5 });
    const names = conversationsOf(8);
    const texts = ["0", "1", "2", "3", "4"];

    for (const text of texts) {
      for (const name of names) await deliver(name, text);
      const before = proxy.swallowed();
      proxy.swallowReplies();
      await eventually("a lost reply", () => proxy.swallowed() > before);
      proxy.heal();
      await deliver("between", text);
      proxy.cut();
    }

    await settled();
    expect(await answered()).toEqual(
      Object.fromEntries([...names, "between"].map((name) => [name, texts])),
    );
  });

  test("scripts that the server forgets in the middle of work are sent again, and nothing is lost", async () => {
    await startWorker("a", { answerMs: 5 });
    const names = conversationsOf(5);
    const texts = ["0", "1", "2", "3"];

    for (const text of texts) {
      await server.command("SCRIPT", "FLUSH");
      for (const name of names) await deliver(name, text);
    }

    await settled();
    expect(await answered()).toEqual(Object.fromEntries(names.map((name) => [name, texts])));
  });
});

describe("a redis-server that is killed with SIGKILL while workers are at work", () => {
  test("with all of them: a timer that was due meanwhile goes off once when everything is there again", async () => {
    await openScene({ appendOnly: "always" });
    const followUpMs = 400;
    const first = await startWorker("a", { followUpMs });
    await deliver("c", "hello");
    await eventually("the armed timer", async () => (await store.counts()).timers === 1);
    await first.kill9();
    await server.kill9();
    const due = performance.now() + followUpMs;
    await eventually("the timer's time", () => performance.now() > due);

    await server.restart();
    for (const owner of ["b", "c"]) await startWorker(owner, { followUpMs });

    const both = ["hello", "anything else?"];
    await eventually("the follow-up", async () => (await platform.posts()).length >= both.length);
    await settled();
    expect(await answered()).toEqual({ c: both });
  });

  test("comes back with everything that was acknowledged; all is answered once and in order", async () => {
    await openScene({ appendOnly: "always" });
    await startWorker("a", { answerMs: 20 });
    await startWorker("b", { answerMs: 20 });
    const names = conversationsOf(10);
    const texts = Array.from({ length: 12 }, (_, index) => String(index));

    for (const [round, text] of texts.entries()) {
      for (const name of names) await deliver(name, text);
      if (round % 4 === 2) {
        await server.kill9();
        await server.restart();
      }
    }

    await settled();
    expect(await answered()).toEqual(Object.fromEntries(names.map((name) => [name, texts])));
  });
});
