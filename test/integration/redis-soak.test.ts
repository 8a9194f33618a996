import { afterAll, beforeAll, expect, test } from "vitest";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { runSoak } from "../support/redis-soak.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

// The long form, with 20,000 messages, is test/failures/redis-soak.ts.
test("workers that are killed and replaced at random lose, double, reorder and overlap nothing", async () => {
  const seed = Date.now() % 1_000_000;

  const report = await runSoak({
    url: server.url,
    keyPrefix: "soak",
    conversations: 60,
    messages: 10,
    workers: 2,
    killEveryMs: 500,
    leastKills: 3,
    rate: 200,
    answerMs: 5,
    leaseMs: 1_000,
    seed,
  });

  expect(report, `seed ${seed}`).toMatchObject({
    sent: 600,
    lost: 0,
    apologies: 0,
    doubled: 0,
    outOfOrder: 0,
    overlaps: 0,
  });
  expect(report.kills).toBeGreaterThanOrEqual(3);
});
