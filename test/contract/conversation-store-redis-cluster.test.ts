import { afterAll, beforeAll } from "vitest";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { describeConversationStore } from "./conversation-store-suite.ts";

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(async () => {
  await cluster.stop();
});

describeConversationStore("Redis Cluster", () => redisStoreFixture(cluster.url));
