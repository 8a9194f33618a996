import { type ClientContext, Cluster, Redis, type Result } from "ioredis";
import type { RedisAddress } from "./redis-address.ts";
import { scripts } from "./redis-scripts/index.ts";

/** How every script is called: with its two keys, the second of which never exists, and what it is given. */
type Script<Context extends ClientContext> = (
  base: string,
  guard: string,
  ...parameters: (string | number)[]
) => Result<unknown, Context>;

// The scripts become methods of clients at run time; this tells the compiler so.
declare module "ioredis" {
  interface RedisCommander<Context> {
    fdAppend: Script<Context>;
    fdClaim: Script<Context>;
    fdPeek: Script<Context>;
    fdRenew: Script<Context>;
    fdCommit: Script<Context>;
    fdExpireOwner: Script<Context>;
    fdList: Script<Context>;
    fdDeadLettered: Script<Context>;
    fdRead: Script<Context>;
    fdRemove: Script<Context>;
    fdCounts: Script<Context>;
    fdLogAdd: Script<Context>;
    fdLogChange: Script<Context>;
    fdLogClear: Script<Context>;
    fdLogFind: Script<Context>;
    fdLogGet: Script<Context>;
    fdLogHide: Script<Context>;
    fdLogPass: Script<Context>;
    fdLogLast: Script<Context>;
    fdLogRead: Script<Context>;
    fdDeskForget: Script<Context>;
    fdDeskGet: Script<Context>;
    fdDeskList: Script<Context>;
    fdDeskPublish: Script<Context>;
    fdMemoryClaim: Script<Context>;
    fdMemoryDelete: Script<Context>;
    fdMemoryGet: Script<Context>;
    fdMemoryList: Script<Context>;
    fdMemorySet: Script<Context>;
    fdRestoreInstance: Script<Context>;
    fdRestoreMessage: Script<Context>;
    fdRestoreSeen: Script<Context>;
    fdRestoreShown: Script<Context>;
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
  const patient = {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    // Whoever listens subscribes with every start. ioredis would do it as well, and nobody hears of its failure: a rejection
    // without a handler ends the process.
    autoResubscribe: false,
  };
  if (!(client instanceof Cluster)) return client.duplicate(patient);
  const nodes = client.nodes("master");
  const node = nodes[Math.floor(Math.random() * nodes.length)];
  return node?.duplicate({ ...patient, lazyConnect: false, retryStrategy: () => null }) ?? null;
}

/** How long to wait before trying again, after so many failures in a row. */
export function reconnectDelay(times: number): number {
  return Math.min(1_000, 25 * 2 ** Math.min(times, 6)) + Math.random() * 50;
}
