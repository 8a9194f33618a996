import { afterAll, beforeAll, expect, test } from "vitest";
import { measureIdleConversations } from "../support/redis-idle.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

test("an idle conversation of 20 turns takes at most 8 KB", async () => {
  const { conversations, bytesEach, leastSnapshotCharacters } =
    await measureIdleConversations(server);

  expect(conversations).toBe(300);
  expect(leastSnapshotCharacters).toBeGreaterThan(5_000);
  expect(bytesEach).toBeGreaterThan(5_000);
  expect(bytesEach).toBeLessThanOrEqual(8 * 1_024);
});
