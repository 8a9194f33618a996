import { afterAll, beforeAll } from "vitest";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { describeConversationStore } from "./conversation-store-suite.ts";

let server: Pick<RedisServer, "url" | "stop">;

beforeAll(async () => {
  server = await sharedRedis();
});

afterAll(async () => {
  await server.stop();
});

describeConversationStore("Redis", () => redisStoreFixture(server.url));
