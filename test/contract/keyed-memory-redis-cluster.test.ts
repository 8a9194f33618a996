import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import { createRedisKeyedMemory } from "../../src/runtime/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { redisLinks } from "../support/redis-link.ts";
import { describeKeyedMemory } from "./keyed-memory-suite.ts";

let server: RedisCluster;

beforeAll(async () => {
  server = await startRedisCluster();
});

afterAll(async () => {
  await server.stop();
});

describeKeyedMemory("Redis Cluster", async () => {
  const links = redisLinks(server.url);
  const open = async (): Promise<KeyedMemory> =>
    createRedisKeyedMemory({ connection: await links.open() });
  return {
    memory: await open(),
    open,
    // The time is the server's, so it has to pass.
    pass: async (ms) => {
      await sleep(ms);
    },
    dispose: () => links.close(),
  };
});
