import type { Config } from "./config.ts";
import type { Clock } from "./ports/clock.ts";
import type { ConversationDirectory } from "./ports/conversation-directory.ts";
import type { ConversationStore } from "./ports/conversation-store.ts";
import type { DeskEraser, DeskView, HumanDesk } from "./ports/desk.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";
import type { MessageLog } from "./ports/message-log.ts";
import type { SharedBudget } from "./ports/shared-budget.ts";

/** Everything that is kept: in Redis for all processes of an installation, or in SQLite files for the one there is. */
export interface Stores {
  /** For the operator. */
  readonly name: "SQLite" | "Redis";
  /** True when other processes use the same ones. */
  readonly isShared: boolean;
  readonly conversations: ConversationStore & ConversationDirectory;
  readonly log: MessageLog;
  readonly desk: HumanDesk & DeskView & DeskEraser;
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
