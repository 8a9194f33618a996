import { once } from "node:events";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import { isFrontdeskError } from "../../src/core/index.ts";
import type { JobWorker } from "../../src/ports/jobs.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisJobs } from "../../src/runtime/redis.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import {
  claiming,
  claimOne,
  committing,
  dialogue,
  say,
  texts,
} from "../contract/conversation-store-steps.ts";
import { startTcpProxy, type TcpProxy } from "../support/redis-proxy.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { type RedisStoreFixture, redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

let server: RedisServer;
let proxy: TcpProxy;
let fixture: RedisStoreFixture;
/** Reaches Redis through the proxy. */
let store: RedisConversationStore;
/** Reaches Redis directly, as another machine would. */
let other: RedisConversationStore;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  proxy = await startTcpProxy(server.port);
  fixture = await redisStoreFixture(server.url);
  other = fixture.store;
  store = await fixture.open({
    url: `redis://127.0.0.1:${proxy.port}`,
    timeoutMs: 2_000,
    watchMs: 3_600_000,
  });
  await store.check();
});

afterEach(async () => {
  await fixture.dispose();
  await proxy.stop();
});

/** Makes the call, lets the server do it, and loses the reply together with the connection. */
async function withLostReply(call: () => Promise<unknown>): Promise<void> {
  const before = proxy.swallowed();
  proxy.swallowReplies();
  const outcome = call().then(
    () => "answered",
    (error: unknown) => error,
  );
  await eventually("the server's reply", () => proxy.swallowed() > before);
  proxy.heal();
  expect(await outcome).toMatchObject({ code: "store_unavailable", retryable: true });
  await connected();
}

/** Makes the call, and keeps the request on the wire while its sender gives up. */
async function withStuckRequest(call: () => Promise<unknown>): Promise<void> {
  proxy.holdRequests();
  const outcome = call().then(
    () => "answered",
    (error: unknown) => error,
  );
  await eventually("the request on the wire", () => proxy.held() > 0);
  proxy.heal();
  expect(await outcome).toMatchObject({ code: "store_unavailable", retryable: true });
  await connected();
}

async function connected(): Promise<void> {
  await eventually("the connection", () =>
    store.check().then(
      () => true,
      () => false,
    ),
  );
}

describe("a reply lost on the wire", () => {
  test("an append that is repeated counts once", async () => {
    await withLostReply(() => say(store, dialogue("a"), "one", ["event:1"]));

    expect(await say(store, dialogue("a"), "one", ["event:1"])).toBe(false);
    expect(texts((await claimOne(store)).inbox)).toEqual(["one"]);
  });

  test("what a lost claim took is handed out by the owner's next claim, not after the lease", async () => {
    await say(store, dialogue("a"), "one");
    await say(store, dialogue("b"), "two");
    await withLostReply(() => store.claim(claiming({ leaseMs: 3_600_000 })));

    expect(await other.claim(claiming({ owner: "worker-2" }))).toEqual([]);
    const claims = await store.claim(claiming());

    expect(claims.map(({ inbox }) => texts(inbox)).toSorted()).toEqual([["one"], ["two"]]);
    expect(await store.claim(claiming())).toEqual([]);
    for (const { lease, inbox } of claims) {
      await store.commit(
        lease,
        committing({ consumedThrough: inbox.at(-1)?.seq ?? null, release: true }),
      );
    }
    expect(await other.counts()).toMatchObject({ ready: 0, leased: 0, unread: 0 });
  });

  test("what a lost claim took is handed out once, however many claims ask at the same time", async () => {
    await say(store, dialogue("a"), "one");
    await withLostReply(() => store.claim(claiming({ leaseMs: 3_600_000 })));

    const claims = await Promise.all([1, 2, 3].map(() => store.claim(claiming())));

    expect(claims.flat()).toHaveLength(1);
    expect(await store.claim(claiming({ owner: "worker-2" }))).toEqual([]);
  });

  test("a renewal that is repeated finds the lease and every event", async () => {
    await say(store, dialogue("a"), "one");
    const { lease } = await claimOne(store);
    await withLostReply(() => store.renew(lease, 60_000));

    const renewal = await store.renew(lease, 60_000);

    expect(texts(renewal?.inbox ?? [])).toEqual(["one"]);
  });

  test("a commit that is repeated consumes no event twice and arms no timer twice", async () => {
    for (const text of ["one", "two", "three"]) await say(store, dialogue("a"), text);
    const { lease, inbox, now } = await claimOne(store);
    const commit = committing({
      consumedThrough: inbox[1]?.seq ?? null,
      snapshot: '"after two"',
      timers: [{ id: "t", token: "1.1", dueAt: now + 3_600_000 }],
    });
    await withLostReply(() => store.commit(lease, commit));

    await store.commit(lease, commit);

    expect(texts((await store.renew(lease, 60_000))?.inbox ?? [])).toEqual(["three"]);
    expect(await other.read(dialogue("a"))).toBe('"after two"');
    expect(await other.counts()).toMatchObject({ timers: 1, unread: 1 });
  });

  test("a releasing commit that is repeated leaves the next holder alone", async () => {
    for (const text of ["one", "two"]) await say(store, dialogue("a"), text);
    const { lease, inbox } = await claimOne(store);
    const commit = committing({ consumedThrough: inbox[0]?.seq ?? null, release: true });
    await withLostReply(() => store.commit(lease, commit));
    const next = await claimOne(other, { owner: "worker-2" });

    await store.commit(lease, commit);

    expect(texts(next.inbox)).toEqual(["two"]);
    expect(texts((await other.renew(next.lease, 60_000))?.inbox ?? [])).toEqual(["two"]);
  });

  test("ending a dead owner's leases again ends nobody else's", async () => {
    await say(store, dialogue("a"), "one");
    await claimOne(store, { owner: "dead" });
    await withLostReply(() => store.expireOwner("dead"));
    const next = await claimOne(other, { owner: "worker-2" });

    expect(await store.expireOwner("dead")).toBe(0);
    expect(await other.renew(next.lease, 60_000)).not.toBeNull();
  });
});

describe("a request that arrives long after its sender gave up", () => {
  test("an append that was repeated meanwhile counts once", async () => {
    await withStuckRequest(() => say(store, dialogue("a"), "one", ["event:1"]));
    expect(await say(store, dialogue("a"), "one", ["event:1"])).toBe(true);

    await proxy.deliverHeld();

    expect(texts((await claimOne(store)).inbox)).toEqual(["one"]);
  });

  test("a commit that later ones have overtaken changes nothing", async () => {
    for (const text of ["one", "two", "three"]) await say(store, dialogue("a"), text);
    const { lease, inbox } = await claimOne(store);
    const early = committing({ consumedThrough: inbox[0]?.seq ?? null, snapshot: '"early"' });
    await withStuckRequest(() => store.commit(lease, early));
    await store.commit(lease, early);
    await store.commit(
      lease,
      committing({ consumedThrough: inbox[1]?.seq ?? null, snapshot: '"late"' }),
    );

    await proxy.deliverHeld();

    expect(await other.read(dialogue("a"))).toBe('"late"');
    expect(texts((await store.renew(lease, 60_000))?.inbox ?? [])).toEqual(["three"]);
  });
});

describe("jobs on a line that goes dead without a word", () => {
  const kinds = [{ kind: "copy", concurrency: 1, maxAttempts: 3, backoffMs: 10 }];
  const request = (id: string) => ({ kind: "copy", payload: null, id, topic: null });
  const opened = (port: number, keyPrefix: string): JobWorker => {
    const url = `redis://127.0.0.1:${port}`;
    const times = { timeoutMs: 300, waitMs: 300, lockMs: 1_000 };
    const jobs = createRedisJobs({ url, keyPrefix, kinds, logger: silentLogger, ...times });
    onTestFinished(() => jobs.close());
    return jobs;
  };
  const untilDone = (jobs: JobWorker, id: string): Promise<boolean> =>
    eventually(id, async () => (await jobs.read(id).catch(() => null))?.state === "done");

  test("go on over a new one, and can be asked for again", async () => {
    const jobs = opened(proxy.port, "dead-line");
    const elsewhere = opened(server.port, "dead-line");
    await jobs.work({ copy: async () => null });
    // What is under way at that moment differs from time to time.
    for (const round of [1, 2, 3]) {
      const before = await jobs.enqueue(request(`before ${round}`));
      await untilDone(elsewhere, before.id);

      proxy.goDead();
      const after = await elsewhere.enqueue(request(`after ${round}`));

      await untilDone(elsewhere, after.id);
      await untilDone(jobs, after.id);
    }
  });

  test("do not hold up the end of their process, and are begun again elsewhere", async () => {
    const jobs = opened(proxy.port, "dead-end");
    const elsewhere = opened(server.port, "dead-end");
    let begun = false;
    await jobs.work({
      copy: async (_payload, { signal }) => {
        begun = true;
        await once(signal, "abort");
        throw signal.reason;
      },
    });
    const { id } = await elsewhere.enqueue(request("long"));
    await eventually("the beginning", () => begun);
    proxy.swallowReplies();

    await jobs.close();
    await elsewhere.work({ copy: async () => null });

    await untilDone(elsewhere, id);
  });
});

describe("a server that is away, slow, or forgets its scripts", () => {
  test("calls fail at once while nothing answers, and work again by themselves", async () => {
    proxy.goDown();
    await eventually("the loss of the connection", () =>
      store.counts().then(
        () => false,
        (error: unknown) => isFrontdeskError(error, "store_unavailable") && error.retryable,
      ),
    );

    proxy.heal();

    await connected();
    expect(await say(store, dialogue("a"), "one")).toBe(true);
  });

  test("a server that owes its answer too long counts as gone, and the repeated call counts once", async () => {
    const impatient = await fixture.open({
      url: `redis://127.0.0.1:${proxy.port}`,
      timeoutMs: 40,
    });
    await impatient.check();
    proxy.delayReplies(400);

    await expect(say(impatient, dialogue("a"), "one", ["event:1"])).rejects.toMatchObject({
      code: "store_unavailable",
      retryable: true,
    });

    proxy.heal();
    expect(await say(store, dialogue("a"), "one", ["event:1"])).toBe(false);
  });

  test("a connection that is cut again and again loses and doubles nothing that is repeated until it is answered", async () => {
    const said = Array.from({ length: 30 }, (_, index) => String(index));

    for (const [index, text] of said.entries()) {
      if (index % 5 === 2) proxy.cut();
      await eventually("the append", () =>
        say(store, dialogue("a"), text, [text]).then(
          () => true,
          () => false,
        ),
      );
    }

    expect(texts((await claimOne(other)).inbox)).toEqual(said);
  });

  test("scripts that the server has forgotten are sent again", async () => {
    await say(store, dialogue("a"), "one");
    await server.command("SCRIPT", "FLUSH");

    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, index) => say(store, dialogue("a"), `m${index}`)),
    );
    const { lease, inbox } = await claimOne(store);
    await server.command("SCRIPT", "FLUSH");
    await store.commit(
      lease,
      committing({ consumedThrough: inbox.at(-1)?.seq ?? null, release: true }),
    );

    expect(taken.every(Boolean)).toBe(true);
    expect(inbox).toHaveLength(11);
    expect(await store.counts()).toMatchObject({ unread: 0, ready: 0, leased: 0 });
  });

  test("a watcher hears of new events again after its connection was lost", async () => {
    const heard: string[] = [];
    store.watch((instance) => heard.push(instance.id));
    await eventually("the first call", async () => {
      await say(other, dialogue("before"), "hello");
      return heard.includes("before");
    });

    proxy.cut();

    await eventually("a call after the loss", async () => {
      await say(other, dialogue("after"), "hello");
      return heard.includes("after");
    });
  });
});

test("a watcher hears of new events again after its line went dead without a word", async () => {
  const url = `redis://127.0.0.1:${proxy.port}`;
  const watching = await fixture.open({ url, timeoutMs: 200, watchMs: 50 });
  const heard: string[] = [];
  watching.watch((instance) => heard.push(instance.id));
  const untilHeard = (id: string): Promise<boolean> =>
    eventually(id, async () => {
      await say(other, dialogue(id), "hello");
      return heard.includes(id);
    });
  await untilHeard("before");

  proxy.goDead();

  await untilHeard("after");
});

describe("a failover that loses the last events", () => {
  /** What a replica that lags behind would not have: the newest event and its number. */
  async function loseLastEvent(keyPrefix: string, seq: number): Promise<void> {
    await server.command("RPOP", `${keyPrefix}:{0}:m:dialogue/a`);
    await server.command("HSET", `${keyPrefix}:{0}:i:dialogue/a`, "q", String(seq - 1));
  }

  test("a new event under the number of a lost one is not taken for read", async () => {
    const keyPrefix = `failover-${Date.now()}`;
    const own = await fixture.open({ keyPrefix });
    await say(own, dialogue("a"), "one");
    await say(own, dialogue("a"), "lost");
    const { lease, inbox } = await claimOne(own);
    const last = inbox.at(-1)?.seq ?? 0;
    await loseLastEvent(keyPrefix, last);
    await say(own, dialogue("a"), "new");
    await own.renew(lease, 60_000);

    await expect(
      own.commit(lease, committing({ consumedThrough: last, release: true })),
    ).rejects.toMatchObject({ code: "lease_lost" });

    await own.expireOwner("worker-1");
    expect(texts((await claimOne(own)).inbox)).toEqual(["one", "new"]);
  });

  test("a new event under an earlier number than the last one read is not taken for read", async () => {
    const keyPrefix = `failover-${Date.now()}`;
    const own = await fixture.open({ keyPrefix });
    for (const text of ["one", "lost", "lost too"]) await say(own, dialogue("a"), text);
    const { lease, inbox } = await claimOne(own);
    const last = inbox.at(-1)?.seq ?? 0;
    await loseLastEvent(keyPrefix, last);
    await loseLastEvent(keyPrefix, last - 1);
    await eventually("a later moment", async () => {
      const renewal = await own.renew(lease, 60_000);
      return (renewal?.now ?? 0) > (inbox.at(-1)?.at ?? Infinity);
    });
    await say(own, dialogue("a"), "new");

    await expect(
      own.commit(lease, committing({ consumedThrough: last, release: true })),
    ).rejects.toMatchObject({ code: "lease_lost" });

    await own.expireOwner("worker-1");
    expect(texts((await claimOne(own)).inbox)).toEqual(["one", "new"]);
  });

  test("of several events that were read the one that is left is consumed although later ones were lost", async () => {
    const keyPrefix = `failover-${Date.now()}`;
    const own = await fixture.open({ keyPrefix });
    for (const text of ["one", "two", "lost"]) await say(own, dialogue("a"), text);
    const { lease, inbox } = await claimOne(own);
    const last = inbox.at(-1)?.seq ?? 0;
    await loseLastEvent(keyPrefix, last);

    await own.commit(lease, committing({ consumedThrough: last }));

    expect((await own.renew(lease, 60_000))?.inbox).toEqual([]);
  });

  test("a number that its holder has read is not given again", async () => {
    const keyPrefix = `failover-${Date.now()}`;
    const own = await fixture.open({ keyPrefix });
    await say(own, dialogue("a"), "one");
    await say(own, dialogue("a"), "lost");
    const { lease, inbox } = await claimOne(own);
    const last = inbox.at(-1)?.seq ?? 0;
    await loseLastEvent(keyPrefix, last);

    await own.commit(lease, committing({ consumedThrough: last }));
    await say(own, dialogue("a"), "new");

    const renewal = await own.renew(lease, 60_000);
    expect(renewal?.inbox.map(({ seq }) => seq)).toEqual([last + 1]);
  });

  test("a lease that the server has forgotten is void, and the next one has a higher fence", async () => {
    const keyPrefix = `failover-${Date.now()}`;
    const own = await fixture.open({ keyPrefix });
    await say(own, dialogue("a"), "one");
    const held = await claimOne(own);
    await server.command("DEL", `${keyPrefix}:{0}:fence`);
    await own.expireOwner("worker-1");

    const next = await claimOne(own, { owner: "worker-2" });

    expect(next.lease.fence).toBeGreaterThan(held.lease.fence);
    await expect(own.commit(held.lease, committing())).rejects.toMatchObject({
      code: "lease_lost",
    });
  });
});
