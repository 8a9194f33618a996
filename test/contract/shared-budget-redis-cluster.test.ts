import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import { createRedisBudget } from "../../src/runtime/redis.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis-cluster.ts";
import { redisLinks } from "../support/redis-link.ts";
import { describeSharedBudget } from "./shared-budget-suite.ts";

let server: RedisCluster;

beforeAll(async () => {
  server = await startRedisCluster();
});

afterAll(async () => {
  await server.stop();
});

describeSharedBudget("Redis Cluster", async () => {
  const links = redisLinks(server.url);
  const open = async (): Promise<SharedBudget> =>
    createRedisBudget({ connection: await links.open(), logger: silentLogger });
  return { budgets: [await open(), await open()], dispose: () => links.close() };
});
