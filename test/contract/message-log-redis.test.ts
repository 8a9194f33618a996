import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisMessageLog } from "../../src/runtime/redis.ts";
import { redisLinks } from "../support/redis-link.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { describeMessageLog } from "./message-log-suite.ts";

let server: Pick<RedisServer, "url" | "stop">;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

describeMessageLog("Redis", async () => {
  const links = redisLinks(server.url);
  return {
    isShared: true,
    open: async () =>
      createRedisMessageLog({
        connection: await links.open(),
        ttlSeconds: 60,
        logger: silentLogger,
      }),
    dispose: () => links.close(),
  };
});
