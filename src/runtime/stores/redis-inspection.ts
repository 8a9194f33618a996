import { Cluster, type Redis } from "ioredis";
import { FrontdeskError, isFrontdeskError } from "../../core/index.ts";
import type { RedisClient } from "./redis-client.ts";
import { key } from "./redis-keys.ts";

// One server finds the longest waiting of everything in one list; a Cluster needs slots to spread over its nodes.
const SERVER_SHARDS = 1;
const CLUSTER_SHARDS = 16;

/** What an operator should know of a Redis that is fit. */
export interface RedisInspection {
  /** Into how many shards the data is divided; whoever comes first decides that for all. */
  readonly shards: number;
  /** A server has no append-only file: its restart loses conversations. */
  readonly isVolatile: boolean;
  /** A server's memory is used up: it refuses what would need more. */
  readonly isFull: boolean;
}

/**
 * Makes sure that this Redis may hold conversations: new enough, never evicting, a master.
 * @param wanted a number of shards, or null for what is there or suits the kind of server
 * @throws FrontdeskError `config_invalid` | `store_unavailable`
 */
export async function inspectRedis(
  client: RedisClient,
  prefix: string,
  wanted: number | null,
): Promise<RedisInspection> {
  const servers = client instanceof Cluster ? client.nodes("master") : [client];
  const outcomes = await Promise.allSettled(servers.map(inspectServer));
  const failures: unknown[] = [];
  for (const one of outcomes) if (one.status === "rejected") failures.push(one.reason);
  // A Cluster that lost a master serves the rest; one that is unfit makes all of it unfit.
  const unfit = failures.find((reason) => isFrontdeskError(reason, "config_invalid"));
  if (unfit !== undefined) throw toError(unfit);
  if (failures.length > 0 && failures.length === servers.length) throw toError(failures[0]);
  const seen = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  return {
    shards: await agreeOnShards(client, prefix, wanted),
    isVolatile: seen.some((server) => server.isVolatile),
    isFull: seen.some((server) => server.isFull),
  };
}

async function inspectServer(server: Redis): Promise<Omit<RedisInspection, "shards">> {
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
  const limit = Number(info.get("maxmemory") ?? 0);
  const isFull = limit > 0 && Number(info.get("used_memory") ?? 0) >= limit;
  return { isVolatile: info.get("aof_enabled") === "0", isFull };
}

/** A process that counted otherwise than the others would look for instances in the wrong place. */
async function agreeOnShards(
  client: RedisClient,
  prefix: string,
  wanted: number | null,
): Promise<number> {
  const meta = key(prefix, "meta");
  const suitable = client instanceof Cluster ? CLUSTER_SHARDS : SERVER_SHARDS;
  if ((await client.hget(meta, "shards")) === null) {
    await client.hsetnx(meta, "shards", wanted ?? suitable);
  }
  const agreed = Number(await client.hget(meta, "shards"));
  if (!Number.isInteger(agreed) || agreed < 1) {
    throw refused(`The key ${meta} in Redis belongs to something else. Use another key prefix`);
  }
  if (wanted !== null && agreed !== wanted) {
    throw refused(
      `The conversations in Redis under "${prefix}" lie in ${agreed} shards, but this process wants ${wanted}. Leave the number out, or use another key prefix`,
    );
  }
  return agreed;
}

function parseInfo(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/\r?\n/u).map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1)] as const;
  });
  return new Map(pairs);
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function refused(message: string): FrontdeskError {
  return new FrontdeskError("config_invalid", `${message}.`);
}
