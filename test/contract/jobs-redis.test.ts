import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisJobs } from "../../src/runtime/redis.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { jobsSuite } from "./jobs-suite.ts";

let redis: Pick<RedisServer, "url" | "stop">;
beforeAll(async () => {
  redis = await sharedRedis();
});
afterAll(() => redis.stop());

jobsSuite("many processes, in Redis with BullMQ", async () => {
  const keyPrefix = `test-${randomUUID().slice(0, 13)}`;
  return {
    open: async (kinds) =>
      createRedisJobs({ url: redis.url, keyPrefix, kinds, logger: silentLogger }),
  };
});
