import { randomUUID } from "node:crypto";
import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRedisJobs } from "../../src/runtime/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { jobsSuite } from "./jobs-suite.ts";

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

jobsSuite("many processes, in a Redis Cluster with BullMQ", async () => {
  const keyPrefix = `test-${randomUUID().slice(0, 13)}`;
  return {
    open: async (kinds) =>
      createRedisJobs({ url: cluster.url, keyPrefix, kinds, logger: silentLogger }),
  };
});
