import { z } from "zod";
import { systemClock } from "../../src/ports/clock.ts";
import type { ConversationDirectory } from "../../src/ports/conversation-directory.ts";
import type { ConversationStore } from "../../src/ports/conversation-store.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createSqliteStore } from "../../src/runtime/index.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";

/** Where conversations are kept, in words that can be told to another process. */
export const storePlaceSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sqlite"), file: z.string() }),
  z.object({ kind: z.literal("redis"), url: z.string(), keyPrefix: z.string() }),
]);
export type StorePlace = z.infer<typeof storePlaceSchema>;

/** Opens the store there, as a worker of its own would. */
export function openStoreAt(place: StorePlace): ConversationStore & ConversationDirectory {
  if (place.kind === "sqlite") {
    return createSqliteStore({ file: place.file, clock: systemClock, synchronous: "full" });
  }
  const { url, keyPrefix } = place;
  return createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
}
