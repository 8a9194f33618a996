import { randomUUID } from "node:crypto";
import { silentLogger } from "../../src/ports/logger.ts";
import { openRedis, type RedisConnection } from "../../src/runtime/redis.ts";

/** Connections to one key prefix of its own on a server of the test. */
export interface RedisLinks {
  readonly keyPrefix: string;
  /** Another connection, as another process has one; it stands when this resolves. */
  open(): Promise<RedisConnection>;
  close(): Promise<void>;
}

/** Makes the prefix; nothing is connected before `open`. */
export function redisLinks(url: string): RedisLinks {
  const keyPrefix = `test-${randomUUID().slice(0, 13)}`;
  const opened: RedisConnection[] = [];
  return {
    keyPrefix,
    open: async () => {
      const connection = openRedis({ url, keyPrefix, logger: silentLogger });
      opened.push(connection);
      await connection.check();
      return connection;
    },
    close: async () => {
      for (const connection of opened) await connection.close();
    },
  };
}
