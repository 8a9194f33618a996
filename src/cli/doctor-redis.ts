import type { Config } from "../config.ts";
import { errorMessage, isFrontdeskError } from "../core/index.ts";
import { silentLogger } from "../ports/logger.ts";
import type { Finding } from "./finding.ts";

/** Looks at the Redis of the configuration, if there is one: reachable, new enough, never evicting, keeping a file. */
export async function checkRedis(config: Config): Promise<readonly Finding[]> {
  const { redisUrl: url, redisPrefix: keyPrefix } = config;
  if (url === null) return [];
  try {
    const { openRedis } = await import("../runtime/redis.ts");
    const connection = openRedis({ url, keyPrefix, logger: silentLogger });
    try {
      return [judge(await connection.check())];
    } finally {
      await connection.close();
    }
  } catch (error) {
    const isUnfit = isFrontdeskError(error, "config_invalid");
    return [
      {
        check: "Redis",
        status: "problem",
        detail: isUnfit ? "is not fit to hold conversations" : "cannot be used",
        advice: errorMessage(error),
      },
    ];
  }
}

function judge(seen: { readonly isVolatile: boolean; readonly isFull: boolean }): Finding {
  if (seen.isFull) {
    return {
      check: "Redis",
      status: "problem",
      detail: "its memory is full: nothing new is taken in",
      advice: "Raise maxmemory, or give the machine more memory.",
    };
  }
  return seen.isVolatile
    ? {
        check: "Redis",
        status: "warning",
        detail: "reachable, but it keeps no append-only file",
        advice: "Its restart loses conversations: set `appendonly yes` in redis.conf.",
      }
    : {
        check: "Redis",
        status: "ok",
        detail: "reachable, noeviction, append-only file",
        advice: "",
      };
}
