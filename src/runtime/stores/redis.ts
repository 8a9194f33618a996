import { FrontdeskError, instanceKey, parseInstanceKey } from "../../core/index.ts";
import type { ConversationDirectory } from "../../ports/conversation-directory.ts";
import type { Commit, ConversationStore, Lease } from "../../ports/conversation-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { createRedisClaim } from "./redis-claim.ts";
import { openRedis, type RedisConnection, type RedisOptions } from "./redis-connection.ts";
import { createRedisDirectory, onEveryShard } from "./redis-directory.ts";
import { dedupeName, key, mailboxName, timerMember } from "./redis-keys.ts";
import { decodeRenewal, integer } from "./redis-replies.ts";
import { createSeenEvents, type SeenEvents } from "./redis-seen.ts";

/** The conversation store on Redis, with its directory. */
export interface RedisConversationStore extends ConversationStore, ConversationDirectory {
  /**
   * Whether Redis can be reached and is fit to hold conversations (6.2 or newer, `noeviction`, a master). Every call
   * checks this by itself before the first use of a connection; here it is for start and for readiness.
   * @throws FrontdeskError `store_unavailable` | `config_invalid`
   */
  check(): Promise<void>;
}

const DEDUPE_SECONDS = 26 * 60 * 60;

/**
 * Opens the conversation store on a Redis or Redis Cluster of its own connection; see {@link openRedis}.
 * @throws FrontdeskError `config_invalid` when the URL, prefix or number of shards makes no sense
 */
export function createRedisConversationStore(options: RedisOptions): RedisConversationStore {
  const connection = openRedis(options);
  const store = createConversationStoreOn({ connection, logger: options.logger });
  return {
    ...store,
    close: async () => {
      await store.close();
      await connection.close();
    },
  };
}

/** The conversation store on a connection that others use as well; closing it leaves the connection open. */
export function createConversationStoreOn(options: {
  readonly connection: RedisConnection;
  readonly logger: Logger;
}): RedisConversationStore {
  const { connection } = options;
  const logger = options.logger.child({ component: "redis-store" });
  const claim = createRedisClaim({ connection, logger });
  const seen = createSeenEvents();
  const listening = new Set<() => void>();

  return {
    ...createRedisDirectory(connection),
    ...createMailboxes(connection, seen),
    claim: async (request) => {
      const claims = await claim(request);
      for (const { lease, inbox } of claims) seen.note(lease, inbox);
      return claims;
    },
    expireOwner: async (owner) => {
      const what = `end the leases of ${owner}`;
      const ended = await onEveryShard(connection, "fdExpireOwner", [owner], what);
      return ended.map(integer).reduce((sum, count) => sum + count, 0);
    },
    watch: (listener) => {
      const stop = connection.subscriber.listen(key(connection.prefix, "n"), {
        onMessage: (message) => {
          const instance = parseInstanceKey(message);
          if (instance !== null) listener(instance);
        },
      });
      listening.add(stop);
      return () => {
        listening.delete(stop);
        stop();
      };
    },
    check: async () => {
      await connection.check();
    },
    close: async () => {
      for (const stop of listening) stop();
    },
  };
}

/** The calls that touch one instance. */
function createMailboxes(
  connection: RedisConnection,
  seen: SeenEvents,
): Pick<ConversationStore, "append" | "renew" | "commit"> {
  let commits = 0;
  return {
    append: async ({ instance, event, dedupeKeys }) => {
      const name = mailboxName(instance);
      const names = dedupeKeys.map((dedupeKey) => dedupeName(name, dedupeKey));
      const parameters = [name, JSON.stringify(event), DEDUPE_SECONDS, names.length, ...names];
      return integer(await connection.run("fdAppend", name, parameters, `append to ${name}`)) === 1;
    },
    renew: async (lease, leaseMs) => {
      const name = instanceKey(lease.instance);
      const parameters = [name, lease.fence, leaseMs];
      const reply = await connection.run("fdRenew", name, parameters, `renew ${name}`);
      const renewal = decodeRenewal(reply);
      if (renewal !== null) seen.note(lease, renewal.inbox);
      return renewal;
    },
    commit: async (lease, commit) => {
      commits += 1;
      const name = instanceKey(lease.instance);
      const parameters = commitParameters(lease, commit, commits, seen);
      const reply = await connection.run("fdCommit", name, parameters, `commit ${name}`);
      if (integer(reply) === 1) {
        seen.forget(lease, commit.consumedThrough);
        return;
      }
      throw new FrontdeskError(
        "lease_lost",
        `The lease on ${name} is lost: another worker has taken it over, and goes on from the last commit.`,
      );
    },
  };
}

function commitParameters(
  lease: Lease,
  commit: Commit,
  number: number,
  seen: SeenEvents,
): readonly (string | number)[] {
  const name = instanceKey(lease.instance);
  return [
    ...[name, lease.fence, number, commit.commitId, commit.consumedThrough ?? ""],
    ...[commit.snapshot, commit.version, commit.release ? 1 : 0, commit.idleTtlMs ?? ""],
    ...[commit.deadLetters ?? 0, seen.timeOf(lease, commit.consumedThrough), commit.timers.length],
    ...commit.timers.flatMap((timer) => [timer.dueAt, timerMember(name, timer.id, timer.token)]),
    ...[commit.waiting ?? 0, seen.timesBefore(lease, commit.consumedThrough)],
  ];
}
