import type { InstanceAddress } from "../../core/index.ts";
import type { ConversationDirectory, InstanceSummary } from "../../ports/conversation-directory.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { mailboxName } from "./redis-keys.ts";
import { decodeIntegers, decodeRemoved, decodeSummaries, textOrNull } from "./redis-replies.ts";
import type { ScriptName } from "./redis-scripts/index.ts";

/** Looks at what all shards hold, by their indexes: nothing is ever scanned. */
export function createRedisDirectory(connection: RedisConnection): ConversationDirectory {
  const ofInstance = (
    script: "fdRead" | "fdRemove",
    instance: InstanceAddress,
    what: string,
  ): Promise<unknown> => {
    const name = mailboxName(instance);
    return connection.run(script, name, [name], `${what} ${name}`);
  };

  return {
    list: async ({ kind, limit }) => {
      const parameters = [limit, kind ?? ""];
      return newest(await onEveryShard(connection, "fdList", parameters, "list instances"), limit);
    },
    deadLettered: async ({ limit, skip = 0 }) => {
      const parameters = [limit, skip];
      const what = "list dead letters";
      return newest(await onEveryShard(connection, "fdDeadLettered", parameters, what), Infinity);
    },
    read: async (instance) => textOrNull(await ofInstance("fdRead", instance, "read")),
    remove: async (instance) => decodeRemoved(await ofInstance("fdRemove", instance, "remove")),
    counts: async () => {
      const sums = [0, 0, 0, 0, 0, 0, 0];
      for (const row of await onEveryShard(connection, "fdCounts", [], "count instances")) {
        for (const [at, count] of decodeIntegers(row).entries()) sums[at] = (sums[at] ?? 0) + count;
      }
      const [instances = 0, ready = 0, leased = 0, unread = 0, timers = 0, ...rest] = sums;
      const [deadLetters = 0, waiting = 0] = rest;
      return { instances, ready, leased, unread, timers, deadLetters, waiting };
    },
  };
}

/** Runs a script on all shards at the same time. */
export async function onEveryShard(
  connection: RedisConnection,
  script: ScriptName,
  parameters: readonly (string | number)[],
  what: string,
): Promise<readonly unknown[]> {
  const bases = await connection.bases();
  return await Promise.all(
    bases.map((_, shard) => connection.run(script, shard, parameters, what)),
  );
}

function newest(replies: readonly unknown[], limit: number): readonly InstanceSummary[] {
  return replies
    .flatMap((reply) => decodeSummaries(reply))
    .toSorted((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, limit);
}
