import { join } from "node:path";
import type { Config } from "./config.ts";
import { createOpenedParts } from "./opened-parts.ts";
import type { Clock } from "./ports/clock.ts";
import type { ConversationDirectory } from "./ports/conversation-directory.ts";
import type { ConversationStore } from "./ports/conversation-store.ts";
import type { DeskView, HumanDesk } from "./ports/desk.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";
import type { MessageLog } from "./ports/message-log.ts";
import type { SharedBudget } from "./ports/shared-budget.ts";
import {
  createMemoryBudget,
  createSqliteDesk,
  createSqliteKeyedMemory,
  createSqliteMessageLog,
  createSqliteStore,
} from "./runtime/index.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** Everything that is kept: in Redis for all processes of an installation, or in SQLite files for the one there is. */
export interface Stores {
  /** For the operator. */
  readonly name: "SQLite" | "Redis";
  /** True when other processes use the same ones. */
  readonly isShared: boolean;
  readonly conversations: ConversationStore & ConversationDirectory;
  readonly log: MessageLog;
  readonly desk: HumanDesk & DeskView;
  readonly memory: KeyedMemory;
  readonly budget: SharedBudget;
  /**
   * Whether they can be used now; `isFull` when they take nothing new, but work off what is there.
   * @throws FrontdeskError `store_unavailable` (it comes back by itself), `config_invalid` (unfit until somebody acts)
   */
  check(): Promise<{ readonly isFull: boolean }>;
  close(): Promise<void>;
}

/** Options of {@link composeStores}. */
export interface StoresOptions {
  readonly config: Config;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

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
        idle: { ttlMs: config.dialogue.idleDays * DAY_SECONDS * 1_000, clock },
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
