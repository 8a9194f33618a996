import { Cluster, Redis, type Result } from "ioredis";
import type { RedisAddress } from "./redis-address.ts";
import { scripts } from "./redis-scripts/index.ts";

type Parameters = (string | number)[];

// The scripts become methods of clients at run time; this tells the compiler so.
declare module "ioredis" {
  interface RedisCommander<Context> {
    fdAppend(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdClaim(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdPeek(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdRenew(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdCommit(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdExpireOwner(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdList(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdDeadLettered(
      base: string,
      guard: string,
      ...parameters: Parameters
    ): Result<unknown, Context>;
    fdRead(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdRemove(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdCounts(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogAdd(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogChange(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogClear(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogFind(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogGet(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogHide(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogPass(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogLast(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdLogRead(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdDeskForget(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdDeskGet(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdDeskList(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdDeskPublish(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdMemoryClaim(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdMemoryDelete(
      base: string,
      guard: string,
      ...parameters: Parameters
    ): Result<unknown, Context>;
    fdMemoryGet(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdMemoryList(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdMemorySet(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdRestoreInstance(
      base: string,
      guard: string,
      ...parameters: Parameters
    ): Result<unknown, Context>;
    fdRestoreMessage(
      base: string,
      guard: string,
      ...parameters: Parameters
    ): Result<unknown, Context>;
    fdRestoreSeen(base: string, guard: string, ...parameters: Parameters): Result<unknown, Context>;
    fdRestoreShown(
      base: string,
      guard: string,
      ...parameters: Parameters
    ): Result<unknown, Context>;
  }
}

export type RedisClient = Redis | Cluster;

/**
 * Opens a client that fails fast: a command that cannot be sent now, or whose connection breaks, is rejected at once and
 * never sent again behind our back (ioredis' default `autoResendUnfulfilledCommands` doubles writes). A server that owes
 * an answer for `timeoutMs` counts as gone: the connection is closed and opened anew.
 */
export function openClient(address: RedisAddress, timeoutMs: number): RedisClient {
  const connection = {
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    socketTimeout: timeoutMs,
    connectTimeout: timeoutMs,
    reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
  };
  if (address.kind === "cluster") {
    return new Cluster([...address.nodes], {
      redisOptions: { ...address.login, ...connection },
      scripts: { ...scripts },
      enableOfflineQueue: false,
      clusterRetryStrategy: reconnectDelay,
      slotsRefreshTimeout: timeoutMs,
      // Zero switches the silent repetition of commands off that a lost node would cause.
      retryDelayOnFailover: 0,
      retryDelayOnClusterDown: 0,
      // What a moving slot refuses is tried a few times; for longer it must not hold up a claim from the other shards.
      retryDelayOnTryAgain: 25,
    });
  }
  const { login, db } = address;
  const server =
    address.kind === "single"
      ? address.at
      : { sentinels: [...address.sentinels], name: address.name };
  return new Redis({
    ...login,
    ...server,
    ...connection,
    db,
    scripts: { ...scripts },
    enableOfflineQueue: false,
    retryStrategy: reconnectDelay,
  });
}

/**
 * Opens the connection that listens to nudges: it waits for the server as long as it takes and subscribes again. In a Cluster
 * every node hears of everything: it goes to one of them, and ends when that one is lost, to be opened anew to another. Null
 * while the Cluster's nodes are not known.
 */
export function openSubscriber(client: RedisClient): Redis | null {
  const patient = { enableOfflineQueue: true, maxRetriesPerRequest: null };
  if (!(client instanceof Cluster)) return client.duplicate(patient);
  const nodes = client.nodes("master");
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  return node?.duplicate({ ...patient, lazyConnect: false, retryStrategy: () => null }) ?? null;
}

/** How long to wait before trying again, after so many failures in a row. */
export function reconnectDelay(times: number): number {
  return Math.min(1_000, 25 * 2 ** Math.min(times, 6)) + Math.random() * 50;
}
