import { Cluster, type Redis } from "ioredis";
import { FrontdeskError } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { RedisClient } from "./redis-client.ts";
import { key } from "./redis-keys.ts";

/**
 * Makes sure that this Redis may hold conversations: new enough, never evicting, a master, and divided into as many shards
 * as this process believes. Says once when it keeps nothing on disk.
 * @throws FrontdeskError `config_invalid` | `store_unavailable`
 */
export async function inspectRedis(
  client: RedisClient,
  prefix: string,
  shards: number,
  logger: Logger,
): Promise<void> {
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  if (servers.length === 0) {
    throw new FrontdeskError("store_unavailable", "The Redis Cluster has no master that answers.", {
      retryable: true,
    });
  }
  for (const server of servers) await inspectServer(server, logger);
  await agreeOnShards(client, prefix, shards);
}

async function inspectServer(server: Redis, logger: Logger): Promise<void> {
  const name = `${server.options.host ?? "Redis"}:${server.options.port ?? ""}`;
  const info = parseInfo(await server.info());
  const version = info.get("redis_version") ?? "0";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 6 || (major === 6 && minor < 2)) {
    throw refused(`Redis at ${name} has version ${version}; Frontdesk needs 6.2 or newer`);
  }
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (policy !== "noeviction") {
    throw refused(
      `Redis at ${name} may throw conversations away: its maxmemory-policy is ${policy}. Set it to noeviction (CONFIG SET maxmemory-policy noeviction, and in redis.conf)`,
    );
  }
  if (info.get("role") === "slave") {
    throw new FrontdeskError("store_unavailable", `Redis at ${name} is a replica, not a master.`, {
      retryable: true,
    });
  }
  if (info.get("aof_enabled") === "0") {
    logger.warn(
      { server: name },
      "this Redis has no append-only file: a restart of it loses conversations (set appendonly yes)",
    );
  }
}

/** The number of shards is decided once: a process that counted otherwise would look for instances in the wrong place. */
async function agreeOnShards(client: RedisClient, prefix: string, shards: number): Promise<void> {
  const meta = key(prefix, "meta");
  if ((await client.hget(meta, "shards")) === null) await client.hsetnx(meta, "shards", shards);
  const agreed = Number(await client.hget(meta, "shards"));
  if (agreed !== shards) {
    throw refused(
      `The conversations in Redis under "${prefix}" lie in ${agreed} shards, but this process is set to ${shards}. Use the same number everywhere, or another key prefix`,
    );
  }
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\r?\n/u).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
  return new Map(pairs);
}

function refused(message: string): FrontdeskError {
  return new FrontdeskError("config_invalid", `${message}.`);
}
