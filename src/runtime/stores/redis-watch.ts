import { errorMessage, type InstanceAddress, parseInstanceKey } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import { openSubscriber, type RedisClient } from "./redis-client.ts";

/** Calls listeners back when a nudge comes over Redis' pub/sub. */
export interface RedisWatch {
  watch(listener: (instance: InstanceAddress) => void): () => void;
  close(): void;
}

/** Opens its own connection with the first listener, since a subscribed one takes no other commands. */
export function createRedisWatch(client: RedisClient, channel: string, logger: Logger): RedisWatch {
  const listeners = new Set<(instance: InstanceAddress) => void>();
  let subscriber: RedisClient | null = null;

  const tell = (_channel: string, message: string): void => {
    const instance = parseInstanceKey(message);
    if (instance === null) return;
    for (const listener of listeners) {
      try {
        listener(instance);
      } catch (error) {
        logger.error({ err: error }, "a listener to new events failed");
      }
    }
  };
  const subscribe = (): void => {
    subscriber?.subscribe(channel).catch((error: unknown) => {
      // Not heard means looked for by the slow poll; the connection's next start subscribes again.
      logger.debug({ reason: errorMessage(error) }, "cannot listen to nudges at the moment");
    });
  };
  const open = (): void => {
    subscriber = openSubscriber(client);
    subscriber.on("message", tell);
    subscriber.on("ready", subscribe);
    // The store's own connection tells of trouble; this one has the same.
    if (subscriber !== client) subscriber.on("error", () => {});
    if (subscriber.status === "ready") subscribe();
  };

  return {
    watch: (listener) => {
      const own = (instance: InstanceAddress): void => listener(instance);
      listeners.add(own);
      if (subscriber === null) open();
      return () => listeners.delete(own);
    },
    close: () => {
      listeners.clear();
      if (subscriber !== client) subscriber?.disconnect();
    },
  };
}
