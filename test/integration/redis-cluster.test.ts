import { afterAll, beforeAll, expect, test } from "vitest";
import type { RedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { claiming, committing, dialogue, say } from "../contract/conversation-store-steps.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
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
    await store.commit(
      lease,
      committing({ consumedThrough: inbox.at(-1)?.seq ?? null, release: true }),
    );
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
