import { afterAll, beforeAll } from "vitest";
import { createRedisDesk } from "../../src/runtime/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { redisLinks } from "../support/redis-link.ts";
import { describeDesk } from "./desk-suite.ts";

let server: RedisCluster;

beforeAll(async () => {
  server = await startRedisCluster();
});

afterAll(async () => {
  await server.stop();
});

describeDesk("Redis Cluster", async () => {
  const links = redisLinks(server.url);
  return {
    isShared: true,
    open: async (version) => createRedisDesk({ connection: await links.open(), version }),
    dispose: () => links.close(),
  };
});
