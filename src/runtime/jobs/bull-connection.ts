import { Cluster, Redis } from "ioredis";
import type { RedisAddress } from "../stores/redis-address.ts";

const SLOWEST_RECONNECT_MS = 1_000;

function reconnectDelay(times: number): number {
  return Math.min(SLOWEST_RECONNECT_MS, 25 * 2 ** Math.min(times, 6)) + Math.random() * 50;
}

/**
 * A connection for BullMQ: it outlives a restart of Redis, and commands wait for it as long as they must. One that was under way
 * is sent again: BullMQ's scripts bear that, and ioredis would else forget it without a word when it may be tried for ever, so that
 * whoever waits for it never goes on. A server that owes
 * an answer for `timeoutMs` counts as gone, as when a line goes dead without a word: the connection is opened anew.
 */
export function openJobsClient(address: RedisAddress, timeoutMs: number): Redis | Cluster {
  const connection = {
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    socketTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  };
  if (address.kind === "cluster") {
    return new Cluster([...address.nodes], {
      redisOptions: { ...address.login, ...connection },
      clusterRetryStrategy: reconnectDelay,
      slotsRefreshTimeout: timeoutMs,
    });
  }
  const server =
    address.kind === "single"
      ? address.at
      : { sentinels: [...address.sentinels], name: address.name };
  return new Redis({
    ...address.login,
    ...server,
    ...connection,
    db: address.db,
    retryStrategy: reconnectDelay,
  });
}
