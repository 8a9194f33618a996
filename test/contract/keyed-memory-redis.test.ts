import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import { createRedisKeyedMemory } from "../../src/runtime/redis.ts";
import { redisLinks } from "../support/redis-link.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { describeKeyedMemory } from "./keyed-memory-suite.ts";

let server: Pick<RedisServer, "url" | "stop">;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

describeKeyedMemory("Redis", async () => {
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
