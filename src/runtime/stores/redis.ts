import { FrontdeskError, instanceKey } from "../../core/index.ts";
import type { ConversationDirectory } from "../../ports/conversation-directory.ts";
import type { Commit, ConversationStore, Lease } from "../../ports/conversation-store.ts";
import type { Logger } from "../../ports/logger.ts";
import { parseRedisUrl } from "./redis-address.ts";
import { createRedisClaim } from "./redis-claim.ts";
import { connectRedis, type RedisConnection } from "./redis-connection.ts";
import { createRedisDirectory, onEveryShard } from "./redis-directory.ts";
import { dedupeName, key, mailboxName, timerMember } from "./redis-keys.ts";
import { decodeRenewal, integer } from "./redis-replies.ts";
import { createSeenEvents, type SeenEvents } from "./redis-seen.ts";
import { createRedisWatch } from "./redis-watch.ts";

/** Where and how conversations lie in Redis. */
export interface RedisConversationStoreOptions {
  /** As `REDIS_URL`: one server, a Cluster or a server under Sentinel; the forms are told by `parseRedisUrl`. */
  readonly url: string;
  /** Before every key, so that several installations can share a Redis. Letters, digits, `.`, `_`, `-`. Default `fd`. */
  readonly keyPrefix?: string;
  /**
   * Into how many Cluster slots the data is divided. Fixed by whoever comes first; others take what they find, and an
   * explicit number that differs is refused. Default 16 in a Cluster, 1 on a single server.
   */
  readonly shards?: number;
  /** A server that owes an answer for so long counts as gone. Default 5,000. */
  readonly timeoutMs?: number;
  readonly logger: Logger;
}

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
 * Opens the conversation store on Redis or Redis Cluster. The connection is made in the background and comes back by
 * itself; until it stands calls fail with `store_unavailable`.
 * @throws FrontdeskError `config_invalid` when the URL, prefix or number of shards makes no sense
 */
export function createRedisConversationStore(
  options: RedisConversationStoreOptions,
): RedisConversationStore {
  const { keyPrefix: prefix = "fd", shards = null, timeoutMs = 5_000 } = options;
  const logger = options.logger.child({ component: "redis-store" });
  assertLayout(prefix, shards);
  const address = parseRedisUrl(options.url);
  const connection = connectRedis({ address, prefix, shards, timeoutMs, logger });
  const watch = createRedisWatch(connection.client, key(prefix, "n"), logger);
  const claim = createRedisClaim({ connection, isCluster: address.kind === "cluster", logger });
  const seen = createSeenEvents();

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
    watch: (listener) => watch.watch(listener),
    check: () => connection.check(),
    close: async () => {
      watch.close();
      await connection.close();
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
      if (integer(reply) === 1) return;
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
  ];
}

function assertLayout(prefix: string, shards: number | null): void {
  if (!/^[\w.-]{1,40}$/u.test(prefix)) {
    throw new FrontdeskError(
      "config_invalid",
      "The Redis key prefix may have 1 to 40 letters, digits, dots, underscores and hyphens.",
    );
  }
  if (shards === null) return;
  if (!Number.isInteger(shards) || shards < 1 || shards > 1_024) {
    throw new FrontdeskError("config_invalid", "The number of Redis shards must be 1 to 1024.");
  }
}
