import { afterAll, beforeAll } from "vitest";
import { createRedisDesk } from "../../src/runtime/redis.ts";
import { redisLinks } from "../support/redis-link.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { describeDesk } from "./desk-suite.ts";

let server: Pick<RedisServer, "url" | "stop">;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

describeDesk("Redis", async () => {
  const links = redisLinks(server.url);
  return {
    isShared: true,
    open: async (version) => createRedisDesk({ connection: await links.open(), version }),
    dispose: () => links.close(),
  };
});
