import { Cluster } from "ioredis";
import { errorMessage, FrontdeskError } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import { parseRedisUrl, type RedisAddress } from "./redis-address.ts";
import { createBundling } from "./redis-bundling.ts";
import { openClient, type RedisClient } from "./redis-client.ts";
import { isReply, storeError } from "./redis-errors.ts";
import { createHealthTeller } from "./redis-health.ts";
import { inspectRedis, type RedisInspection } from "./redis-inspection.ts";
import { guardOf, key, type RedisPlace, shardOf } from "./redis-keys.ts";
import type { ScriptName } from "./redis-scripts/index.ts";
import { createRedisSubscriber, type RedisSubscriber } from "./redis-subscriber.ts";

/** What a Redis connection of the store is made of. */
interface RedisConnectionOptions {
  readonly address: RedisAddress;
  readonly prefix: string;
  /** Null takes what is there, or what suits the kind of server. */
  readonly shards: number | null;
  readonly timeoutMs: number;
  readonly watchMs: number;
  readonly logger: Logger;
}

/** Where Redis is, and under which names things lie there. */
export interface RedisOptions {
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
  /** How often a server in use is looked at, since its settings can be changed at any time. Default 5,000. */
  readonly watchMs?: number;
  readonly logger: Logger;
}

/** Runs the store's scripts on a Redis that was looked at first. */
export interface RedisConnection {
  readonly client: RedisClient;
  readonly isCluster: boolean;
  /** Before every key. */
  readonly prefix: string;
  /**
   * Runs one script on the shard of an instance, or on the one with this number; the channel for nudges is put before the
   * parameters.
   * @param what for the error's message, as in "append to dialogue/console:default"
   * @throws FrontdeskError `store_unavailable` | `disk_full` | `config_invalid`
   */
  run(
    script: ScriptName,
    on: string | number,
    parameters: readonly (string | number)[],
    what: string,
  ): Promise<unknown>;
  /** Runs one script on what lies together in this place. Errors as of {@link RedisConnection.run}. */
  runAt(
    place: RedisPlace,
    script: ScriptName,
    parameters: readonly (string | number)[],
    what: string,
  ): Promise<unknown>;
  /** What is published, over a connection of its own that is opened with the first listener. */
  readonly subscriber: RedisSubscriber;
  /** The bases of all shards' keys, in their order. */
  bases(): Promise<readonly string[]>;
  /**
   * Looks at the server again.
   * @throws FrontdeskError `store_unavailable`; `config_invalid` for one that is unfit at first sight. One that is found unfit
   * later is waited for.
   */
  check(): Promise<RedisInspection>;
  close(): Promise<void>;
}

// A server that was refused is looked at again after this time, so that setting it right is enough.
const REFUSAL_MS = 1_000;

/** Opens the connection; it may stand later, and comes back by itself. */
function connectRedis(options: RedisConnectionOptions): RedisConnection {
  const { logger, prefix } = options;
  const client = openClient(options.address, options.timeoutMs);
  const channel = key(prefix, "n");
  let isAdmitted = false;
  let bases: readonly string[] = [];
  let inspection: Promise<RedisInspection> | null = null;
  let refusal: { readonly error: FrontdeskError; readonly until: number } | null = null;
  const health = createHealthTeller(logger);
  let isClosed = false;
  /** The latest trouble with the connection, which says more than the commands that fail by it. */
  let trouble: unknown = null;

  client.on("error", (error: unknown) => {
    const isKnown = trouble !== null;
    trouble = error;
    if (isKnown || isClosed) return;
    logger.warn({ reason: errorMessage(error) }, "Redis cannot be reached; trying until it can");
  });
  client.on("close", () => {
    isAdmitted = false;
  });

  const translate = (error: unknown, what: string): FrontdeskError => {
    if (isClosed) return closedError();
    return storeError(isReply(error) ? error : (trouble ?? error), what);
  };
  const inspect = async (): Promise<RedisInspection> => {
    try {
      await whenConnected(client);
      const found = await inspectRedis(client, prefix, options.shards);
      health.fit(found);
      bases = Array.from({ length: found.shards }, (_, shard) => key(prefix, shard));
      if (trouble !== null) logger.info({}, "Redis can be reached again");
      isAdmitted = true;
      trouble = null;
      refusal = null;
      return found;
    } catch (error) {
      isAdmitted = false;
      const failure = translate(error, "look at the server");
      if (failure.code !== "config_invalid") {
        health.away();
        throw failure;
      }
      const refused = health.unfit(failure);
      refusal = { error: refused, until: performance.now() + REFUSAL_MS };
      throw refused;
    }
  };
  const check = async (): Promise<RedisInspection> => {
    if (isClosed) throw closedError();
    inspection ??= inspect().finally(() => {
      inspection = null;
    });
    return await inspection;
  };

  const admit = async (): Promise<void> => {
    if (isAdmitted) return;
    if (refusal !== null && performance.now() < refusal.until) throw refusal.error;
    await check();
  };

  // There is no stream before the first connection, whatever the type says, and a Cluster has many.
  const bundle = createBundling(() => (client instanceof Cluster ? null : (client.stream ?? null)));
  const call = async (
    script: ScriptName,
    base: string,
    parameters: readonly (string | number)[],
    what: string,
  ): Promise<unknown> => {
    bundle();
    try {
      return await client[script](base, guardOf(base), channel, ...parameters);
    } catch (error) {
      throw translate(error, what);
    }
  };
  const subscriber = createRedisSubscriber(client, logger, options.watchMs);
  const watching = setInterval(() => {
    // Of a lost connection its next use tells.
    if (isAdmitted || refusal !== null) void check().catch(() => {});
  }, options.watchMs);
  watching.unref();

  return {
    client,
    isCluster: options.address.kind === "cluster",
    prefix,
    check,
    run: async (script, on, parameters, what) => {
      await admit();
      const base = bases[typeof on === "number" ? on : shardOf(on, bases.length)] ?? "";
      return await call(script, base, parameters, what);
    },
    runAt: async (place, script, parameters, what) => {
      await admit();
      return await call(script, key(prefix, place), parameters, what);
    },
    subscriber,
    bases: async () => {
      await admit();
      return bases;
    },
    close: async () => {
      isClosed = true;
      clearInterval(watching);
      subscriber.close();
      client.disconnect();
    },
  };
}

/**
 * Opens the connection that the stores of a process share. It is made in the background and comes back by itself; until it
 * stands calls fail with `store_unavailable`.
 * @throws FrontdeskError `config_invalid` when the URL, prefix or number of shards makes no sense
 */
export function openRedis(options: RedisOptions): RedisConnection {
  const { keyPrefix: prefix = "fd", shards = null, timeoutMs = 5_000, watchMs = 5_000 } = options;
  const logger = options.logger.child({ component: "redis" });
  assertLayout(prefix, shards);
  const address = parseRedisUrl(options.url);
  return connectRedis({ address, prefix, shards, timeoutMs, watchMs, logger });
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

// With Sentinel there may be no "close" before the first success, only one "error" after another.
const OUTCOMES = ["ready", "error", "close"] as const;

/** Resolves at once unless a connection is just being made; then it waits for the outcome. */
function whenConnected(client: RedisClient): Promise<void> {
  if (client.status !== "connecting" && client.status !== "connect") return Promise.resolve();
  return new Promise((resolve) => {
    const settle = (): void => {
      for (const outcome of OUTCOMES) client.off(outcome, settle);
      resolve();
    };
    for (const outcome of OUTCOMES) client.on(outcome, settle);
  });
}

function closedError(): FrontdeskError {
  return new FrontdeskError("store_unavailable", "The conversation store was closed.");
}
