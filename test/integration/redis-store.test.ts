import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { InstanceAddress } from "../../src/core/index.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import {
  claiming,
  claimOne,
  committing,
  dialogue,
  say,
  settle,
} from "../contract/conversation-store-steps.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { type RedisStoreFixture, redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

let server: Pick<RedisServer, "url" | "stop">;
let fixture: RedisStoreFixture;
let store: RedisConversationStore;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  fixture = await redisStoreFixture(server.url);
  store = fixture.store;
});

afterEach(async () => {
  await fixture.dispose();
});

test("a timer that has fired is not armed again by a commit that has not seen it yet", async () => {
  await say(store, dialogue("a"), "one");
  const { lease, inbox, now } = await claimOne(store);
  const timers = [{ id: "t", token: "1.1", dueAt: now + 5 }];
  const through = inbox.at(-1)?.seq ?? null;
  await store.commit(lease, committing({ consumedThrough: through, timers }));
  const fired = await eventually("the timer", async () => {
    const renewal = await store.renew(lease, 60_000);
    return (renewal?.inbox.length ?? 0) > 0 ? renewal : null;
  });

  await store.commit(lease, committing({ timers }));
  expect((await store.counts()).timers).toBe(0);
  expect((await store.renew(lease, 60_000))?.inbox).toHaveLength(1);

  // Once it was consumed the same name may be armed again.
  await store.commit(
    lease,
    committing({ consumedThrough: fired.inbox.at(-1)?.seq ?? null, timers: [] }),
  );
  await store.commit(
    lease,
    committing({ timers: [{ ...timers[0], dueAt: now + 3_600_000, id: "t", token: "1.1" }] }),
  );
  expect((await store.counts()).timers).toBe(1);
});

test("a lease that ran out and that nobody took is still its holder's", async () => {
  await say(store, dialogue("a"), "one");
  const { lease, inbox } = await claimOne(store, { leaseMs: 5 });
  // Another worker, of other kinds, notices that the lease has run out.
  await eventually("the end of the lease", async () => {
    await store.claim(claiming({ owner: "worker-2", supports: { case: 1 } }));
    return (await store.counts()).ready === 1;
  });

  await store.commit(lease, committing({ consumedThrough: inbox.at(-1)?.seq ?? null }));
  expect(await store.renew(lease, 60_000)).not.toBeNull();

  expect(await store.claim(claiming({ owner: "worker-2" }))).toEqual([]);
  await store.commit(lease, committing({ release: true }));
  expect(await store.counts()).toMatchObject({ ready: 0, leased: 0 });
});

test("a commit with another version waits where only those look who understand it", async () => {
  await say(store, dialogue("a"), "one");
  const { lease } = await claimOne(store);
  await store.commit(lease, committing({ version: 2, release: true }));

  expect(await store.claim(claiming({ supports: { dialogue: 1 } }))).toEqual([]);
  const next = await claimOne(store, { supports: { dialogue: 2 } });
  await store.commit(next.lease, committing({ version: 1, release: true }));

  expect(await store.claim(claiming({ supports: { dialogue: 1 } }))).toHaveLength(1);
});

test("conversations of a newer version, however many and old, hold nothing up", async () => {
  const names = Array.from({ length: 40 }, (_, index) => `new${index}`);
  for (const name of names) await settle(store, dialogue(name), { version: 9 });
  for (const name of names) await say(store, dialogue(name), "waits");
  await say(store, dialogue("old"), "hello");

  const claims = await store.claim(claiming({ limit: 1 }));

  expect(claims.map(({ lease }) => lease.instance.id)).toEqual(["old"]);
  expect(await store.claim(claiming({ limit: 5 }))).toEqual([]);
});

test("a busy kind does not hold up another one", async () => {
  const instances: InstanceAddress[] = [];
  for (let index = 0; index < 30; index += 1) {
    instances.push({ kind: index % 3 === 0 ? "case" : "dialogue", id: `i${index}` });
  }
  for (const instance of instances) {
    await say(store, instance, "hello");
    await new Promise((resolve) => setTimeout(resolve, 2));
  }

  const claims = await store.claim(claiming({ limit: 30, supports: { case: 1, dialogue: 1 } }));

  expect(claims.map(({ lease }) => lease.instance)).toEqual(instances);
});

test("an event for a conversation that was held idle too long begins a new one", async () => {
  await settle(store, dialogue("a"), { snapshot: '"old"', idleTtlMs: 1 });
  await new Promise((resolve) => setTimeout(resolve, 10));

  // Nobody has cleared it away: no claim was made since.
  await say(store, dialogue("a"), "hello again");

  const claim = await claimOne(store);
  expect(claim.snapshot).toBeNull();
  expect(claim.inbox.map(({ seq }) => seq)).toEqual([1]);
  expect((await store.counts()).instances).toBe(1);
});

test("listeners are called once per event, each on its own, until they stop", async () => {
  const heard: string[] = [];
  const broken = store.watch(() => {
    throw new Error("a listener of somebody else");
  });
  const stop = store.watch(({ id }) => heard.push(id));
  await eventually("the subscription", async () => {
    await say(store, dialogue("first"), "hello");
    return heard.includes("first");
  });

  await say(store, dialogue("second"), "hello");
  await eventually("the call", () => heard.includes("second"));
  expect(heard.filter((id) => id === "second")).toHaveLength(1);

  stop();
  broken();
  const other: string[] = [];
  store.watch(({ id }) => other.push(id));
  await say(store, dialogue("third"), "hello");
  await eventually("the remaining listener's call", () => other.includes("third"));
  expect(heard).not.toContain("third");
});

test("after it was closed every call is refused, and closing again does nothing", async () => {
  const own = await fixture.open();
  await own.check();
  await own.close();
  await own.close();

  await expect(own.counts()).rejects.toMatchObject({ code: "store_unavailable", retryable: false });
  await expect(own.check()).rejects.toMatchObject({ code: "store_unavailable" });
});
