import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisMessageLog } from "../../src/runtime/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { redisLinks } from "../support/redis-link.ts";
import { describeMessageLog } from "./message-log-suite.ts";

let server: RedisCluster;

beforeAll(async () => {
  server = await startRedisCluster();
});

afterAll(async () => {
  await server.stop();
});

describeMessageLog("Redis Cluster", async () => {
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
