import { join } from "node:path";
import { idleTimeMs } from "./idle-time.ts";
import { createOpenedParts } from "./opened-parts.ts";
import {
  createMemoryBudget,
  createSqliteDesk,
  createSqliteKeyedMemory,
  createSqliteMessageLog,
  createSqliteStore,
} from "./runtime/index.ts";
import type { Stores, StoresOptions } from "./stores.ts";

/**
 * Opens the stores that the configuration asks for.
 * @throws FrontdeskError `config_invalid` (REDIS_URL), `database_corrupt`, `data_dir_unusable`, `disk_full`
 */
export async function composeStores(options: StoresOptions): Promise<Stores> {
  const { redisUrl } = options.config;
  if (redisUrl === null) return inFiles(options);
  // Its libraries are many files: who has no Redis does not wait for them.
  const { composeRedisStores } = await import("./compose-redis-stores.ts");
  return composeRedisStores(options, redisUrl);
}

function inFiles({ config, dataDir, clock, logger }: StoresOptions): Stores {
  const parts = createOpenedParts(logger);
  const file = (name: string): string => join(dataDir, name);
  const conversations = parts.add(
    createSqliteStore({ file: file("conversations.db"), clock, synchronous: "full" }),
  );
  return {
    name: "SQLite",
    isShared: false,
    conversations,
    log: parts.add(
      createSqliteMessageLog({
        file: file("messages.db"),
        idle: { ttlMs: idleTimeMs(config), clock },
      }),
    ),
    desk: parts.add(createSqliteDesk({ file: file("desk.db") })),
    memory: parts.add(createSqliteKeyedMemory({ file: file("memory.db"), clock })),
    budget: parts.add(createMemoryBudget()),
    check: async () => {
      await conversations.counts();
      return { isFull: false };
    },
    close: () => parts.close(),
  };
}
