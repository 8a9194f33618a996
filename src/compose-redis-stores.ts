import { idleTimeSeconds } from "./idle-time.ts";
import { createOpenedParts } from "./opened-parts.ts";
import {
  createConversationStoreOn,
  createRedisBudget,
  createRedisDesk,
  createRedisKeyedMemory,
  createRedisMessageLog,
  openRedis,
} from "./runtime/redis.ts";
import type { Stores, StoresOptions } from "./stores.ts";

/** Opens the stores in Redis. */
export function composeRedisStores({ config, logger }: StoresOptions, url: string): Stores {
  const parts = createOpenedParts(logger);
  const connection = parts.add(openRedis({ url, keyPrefix: config.redisPrefix, logger }));
  const ttlSeconds = idleTimeSeconds(config);
  return {
    name: "Redis",
    isShared: true,
    conversations: parts.add(createConversationStoreOn({ connection, logger })),
    log: parts.add(createRedisMessageLog({ connection, ttlSeconds, logger })),
    desk: parts.add(createRedisDesk({ connection })),
    memory: parts.add(createRedisKeyedMemory({ connection })),
    budget: parts.add(createRedisBudget({ connection, logger })),
    check: () => connection.check(),
    close: () => parts.close(),
  };
}
