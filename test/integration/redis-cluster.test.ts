import { afterAll, beforeAll, expect, test } from "vitest";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { claiming, committing, dialogue, say } from "../contract/conversation-store-steps.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { startTcpProxy } from "../support/redis-proxy.ts";
import { moveSlot } from "../support/redis-slot.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await cluster.stop();
});

const names = Array.from({ length: 48 }, (_, index) => `c${index}`);

async function claimedNames(store: RedisConversationStore): Promise<readonly string[]> {
  const claims = await store.claim(claiming({ limit: 100 }));
  for (const { lease, inbox } of claims) {
    const commit = committing({ consumedThrough: inbox.at(-1)?.seq ?? null, release: true });
    let isAgain = false;
    // While the cluster looks for its masters a connection may close; what arrived nonetheless has given the lease back.
    await eventually("a commit", async () => {
      try {
        await store.commit(lease, commit);
        return true;
      } catch (error) {
        if (isAgain && isFrontdeskError(error, "lease_lost")) return true;
        if (!isFrontdeskError(error, "store_unavailable")) throw error;
        isAgain = true;
        return false;
      }
    });
  }
  return claims.map(({ lease }) => lease.instance.id);
}

/** Resolves when every replica has all that its master has. */
async function replicated(): Promise<void> {
  for (const master of cluster.masters) {
    await eventually("the replica's position", async () => {
      const info = await master.command("INFO", "replication");
      const own = /master_repl_offset:(\d+)/u.exec(info)?.[1];
      return info.includes(`offset=${own},lag=`);
    });
  }
}

test("while a slot moves its conversations wait, the others go on, and nothing is taken twice", async () => {
  const { store, dispose } = await redisStoreFixture(cluster.url);
  for (const name of names) await say(store, dialogue(name), "before", [`${name}:before`]);
  const redelivered = async (): Promise<readonly string[]> => {
    const outcomes = await Promise.all(
      names.map(async (name) => {
        try {
          const isNew = await say(store, dialogue(name), "before", [`${name}:before`]);
          return isNew ? "taken twice" : "known";
        } catch (error) {
          return errorMessage(error);
        }
      }),
    );
    return [...new Set(outcomes.map((told) => told.replace(/; could not .*$/u, "")))].toSorted();
  };
  const [, from, to] = cluster.masters;
  const move = await moveSlot(from, to);
  expect(move.keys.length).toBeGreaterThan(2);
  const refused = ["Redis answers, but a slot is being moved", "known"];

  await move.begin();
  expect(await redelivered()).toEqual(refused);
  await move.carry(move.keys.slice(1));
  expect(await redelivered()).toEqual(refused);
  const others = await claimedNames(store);
  expect(others.length).toBeGreaterThan(0);
  expect(others.length).toBeLessThan(names.length);
  await move.carry(move.keys);
  expect(await redelivered()).toEqual(refused);
  expect(await move.arrived()).toEqual(move.keys);
  await move.end();

  expect(await redelivered()).toEqual(["known"]);
  expect([...others, ...(await claimedNames(store))].toSorted()).toEqual(names.toSorted());
  await dispose();
});

/** Lets every master give this port as its own, and waits until all of them know. */
async function announce(ports: readonly number[]): Promise<void> {
  for (const [at, master] of cluster.masters.entries()) {
    await master.command("CONFIG", "SET", "cluster-announce-port", String(ports[at]));
  }
  for (const master of cluster.masters) {
    await eventually("the ports of all masters", async () => {
      const nodes = await master.command("CLUSTER", "NODES");
      return ports.every((port) => nodes.includes(`:${port}@`));
    });
  }
}

/** From which ports those come who listen to a channel. */
async function portsOfListeners(): Promise<ReadonlySet<number>> {
  const lists = await Promise.all(
    cluster.masters.map((master) => master.command("CLIENT", "LIST", "TYPE", "pubsub")),
  );
  return new Set(
    [...lists.join("\n").matchAll(/ addr=\S+:(\d+) /gu)].map(([, port]) => Number(port)),
  );
}

test("a watcher hears of new events again after its line to the Cluster went dead without a word", async () => {
  const proxies = await Promise.all(cluster.masters.map(({ port }) => startTcpProxy(port)));
  await announce(proxies.map(({ port }) => port));
  const url = `redis-cluster://${proxies.map(({ port }) => `127.0.0.1:${port}`).join(",")}`;
  const { store, dispose } = await redisStoreFixture(url, { timeoutMs: 500, watchMs: 50 });
  const heard: string[] = [];
  store.watch((instance) => heard.push(instance.id));
  const untilHeard = (id: string): Promise<boolean> =>
    eventually(
      id,
      async () => {
        await say(store, dialogue(id), "hello");
        return heard.includes(id);
      },
      20_000,
    );
  await untilHeard("before");

  // Only those lines: the store's own are used all the time, and its end would be noticed.
  const listeners = await portsOfListeners();
  for (const proxy of proxies) proxy.goDead(listeners);

  expect(listeners.size).toBe(1);
  await untilHeard("after");
  await dispose();
  await announce(cluster.masters.map(({ port }) => port));
  await Promise.all(proxies.map((proxy) => proxy.stop()));
});

test("a lost master stops its own conversations only, until its replica goes on with them", async () => {
  const { store, dispose } = await redisStoreFixture(cluster.url);
  for (const name of names) await say(store, dialogue(name), "before", [`${name}:before`]);
  await replicated();
  const [lost] = cluster.masters;

  await lost?.kill9();
  const reachable = await claimedNames(store);

  expect(reachable.length).toBeGreaterThan(0);
  expect(reachable.length).toBeLessThan(names.length);
  const handled = new Set(reachable);
  await eventually(
    "the conversations of the lost master",
    async () => {
      for (const name of await claimedNames(store).catch(() => [])) {
        expect(handled.has(name)).toBe(false);
        handled.add(name);
      }
      return handled.size === names.length;
    },
    20_000,
  );
  for (const name of names) {
    expect(await say(store, dialogue(name), "before", [`${name}:before`])).toBe(false);
    expect(await say(store, dialogue(name), "after", [`${name}:after`])).toBe(true);
  }
  expect([...(await claimedNames(store))].toSorted()).toEqual(names.toSorted());
  await dispose();
});
