import type { InstanceAddress } from "../../core/index.ts";
import type { ConversationDirectory, InstanceSummary } from "../../ports/conversation-directory.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { mailboxName, shardOf } from "./redis-keys.ts";
import { decodeIntegers, decodeSummaries, integer, textOrNull } from "./redis-replies.ts";

/** Looks at what all shards hold, by their indexes: nothing is ever scanned. */
export function createRedisDirectory(
  connection: RedisConnection,
  shards: number,
): ConversationDirectory {
  const everyShard = async (
    run: (shard: number) => Promise<unknown>,
  ): Promise<readonly unknown[]> =>
    await Promise.all(Array.from({ length: shards }, (_, shard) => run(shard)));
  const ofInstance = (
    script: "fdRead" | "fdRemove",
    instance: InstanceAddress,
    what: string,
  ): Promise<unknown> => {
    const name = mailboxName(instance);
    return connection.run(script, shardOf(name, shards), [name], `${what} ${name}`);
  };

  return {
    list: async ({ kind, limit }) => {
      const parameters = [limit, kind ?? ""];
      const rows = await everyShard((shard) =>
        connection.run("fdList", shard, parameters, "list instances"),
      );
      return newest(rows, limit);
    },
    deadLettered: async ({ limit }) => {
      const rows = await everyShard((shard) =>
        connection.run("fdDeadLettered", shard, [limit], "list dead letters"),
      );
      return newest(rows, limit);
    },
    read: async (instance) => textOrNull(await ofInstance("fdRead", instance, "read")),
    remove: async (instance) => integer(await ofInstance("fdRemove", instance, "remove")) === 1,
    counts: async () => {
      const rows = await everyShard((shard) =>
        connection.run("fdCounts", shard, [], "count instances"),
      );
      const sums = [0, 0, 0, 0, 0];
      for (const row of rows) {
        for (const [at, count] of decodeIntegers(row).entries()) sums[at] = (sums[at] ?? 0) + count;
      }
      const [instances = 0, ready = 0, leased = 0, unread = 0, timers = 0] = sums;
      return { instances, ready, leased, unread, timers };
    },
  };
}

function newest(replies: readonly unknown[], limit: number): readonly InstanceSummary[] {
  return replies
    .flatMap((reply) => decodeSummaries(reply))
    .toSorted((a, b) => b.updatedAt - a.updatedAt)
    .slice(0, limit);
}
