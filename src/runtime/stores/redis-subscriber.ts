import { errorMessage } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import { openSubscriber, type RedisClient, reconnectDelay } from "./redis-client.ts";

/** Who wants to hear what is published on a channel. */
interface RedisListener {
  onMessage(message: string): void;
  /** Called when listening begins, and again after every time that nothing could be heard: look for what was missed. */
  onListening?(): void;
}

/** Hears what is published. Lost messages are possible, while the connection is away. */
export interface RedisSubscriber {
  /** Returns the way to stop. */
  listen(channel: string, listener: RedisListener): () => void;
  close(): void;
}

/**
 * Opens its own connection with the first listener, since a subscribed one takes no other commands.
 * @param pingMs how often it is asked for a sign of life: of itself it owes no answer, so that nobody would notice when its
 * line goes dead.
 */
export function createRedisSubscriber(
  client: RedisClient,
  logger: Logger,
  pingMs: number,
): RedisSubscriber {
  const channels = new Map<string, Set<RedisListener>>();
  let connection: ReturnType<typeof openSubscriber> = null;
  let [isBegun, isClosed, failures] = [false, false, 0];
  let opening: NodeJS.Timeout | undefined;
  let pinging: NodeJS.Timeout | undefined;

  const tell = (channel: string, act: (listener: RedisListener) => void): void => {
    for (const listener of [...(channels.get(channel) ?? [])]) {
      try {
        act(listener);
      } catch (error) {
        logger.error({ err: error }, "a listener to Redis failed");
      }
    }
  };
  const subscribe = (channel: string): void => {
    connection
      ?.subscribe(channel)
      .then(() => tell(channel, (listener) => listener.onListening?.()))
      .catch((error: unknown) => {
        // Not heard means looked for by the slow poll; the connection's next start subscribes again.
        logger.debug({ reason: errorMessage(error) }, "cannot listen to Redis at the moment");
      });
  };
  const subscribeAll = (): void => {
    for (const channel of channels.keys()) subscribe(channel);
  };
  const open = (): void => {
    const opened = openSubscriber(client);
    connection = opened;
    if (opened === null) {
      openLater();
      return;
    }
    opened.on("message", (channel: string, message: string) =>
      tell(channel, (listener) => listener.onMessage(message)),
    );
    opened.on("ready", () => {
      failures = 0;
      subscribeAll();
    });
    // The store's own connection tells of trouble; this one has the same.
    opened.on("error", () => {});
    opened.on("end", openLater);
  };
  const openLater = (): void => {
    if (isClosed) return;
    failures += 1;
    opening = setTimeout(open, reconnectDelay(failures));
    opening.unref();
  };
  const begin = (): void => {
    isBegun = true;
    open();
    pinging = setInterval(() => {
      if (connection?.status === "ready") connection.ping().catch(() => {});
    }, pingMs);
    pinging.unref();
  };

  return {
    listen: (channel, listener) => {
      const own: RedisListener = { ...listener };
      const listeners = channels.get(channel) ?? new Set();
      channels.set(channel, listeners);
      listeners.add(own);
      if (!isBegun) begin();
      if (listeners.size === 1 && connection?.status === "ready") subscribe(channel);
      return () => listeners.delete(own);
    },
    close: () => {
      isClosed = true;
      channels.clear();
      clearInterval(pinging);
      clearTimeout(opening);
      connection?.disconnect();
    },
  };
}
