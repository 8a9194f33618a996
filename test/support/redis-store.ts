import { randomUUID } from "node:crypto";
import { silentLogger } from "../../src/ports/logger.ts";
import {
  createRedisConversationStore,
  type RedisConversationStore,
} from "../../src/runtime/stores/redis.ts";
import type { RedisOptions } from "../../src/runtime/stores/redis-connection.ts";
import type { StoreFixture } from "../contract/conversation-store-context.ts";

/** An empty store under a key prefix of its own, and further handles on the same data. */
export interface RedisStoreFixture extends StoreFixture {
  readonly store: RedisConversationStore;
  open(options?: Partial<RedisOptions>): Promise<RedisConversationStore>;
}

/** Opens an empty store on this server or Cluster; every one is apart from all others there. */
export async function redisStoreFixture(
  url: string,
  options: Partial<RedisOptions> = {},
): Promise<RedisStoreFixture> {
  const keyPrefix = `test-${randomUUID().slice(0, 13)}`;
  const opened: RedisConversationStore[] = [];
  const open = async (more: Partial<RedisOptions> = {}): Promise<RedisConversationStore> => {
    const store = createRedisConversationStore({
      url,
      keyPrefix,
      logger: silentLogger,
      ...options,
      ...more,
    });
    opened.push(store);
    return store;
  };
  const store = await open();
  await store.check();
  return {
    store,
    open,
    dispose: async () => {
      for (const handle of opened) await handle.close();
    },
  };
}
