import { afterAll, beforeAll } from "vitest";
import { silentLogger } from "../../src/ports/logger.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import { createRedisBudget } from "../../src/runtime/redis.ts";
import { redisLinks } from "../support/redis-link.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { describeSharedBudget } from "./shared-budget-suite.ts";

let server: Pick<RedisServer, "url" | "stop">;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

describeSharedBudget("Redis", async () => {
  const links = redisLinks(server.url);
  const open = async (): Promise<SharedBudget> =>
    createRedisBudget({ connection: await links.open(), logger: silentLogger });
  return { budgets: [await open(), await open()], dispose: () => links.close() };
});
