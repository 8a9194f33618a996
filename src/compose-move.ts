import { JOB_KINDS, requestOfJob } from "./application/jobs/index.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import { idleTimeSeconds } from "./idle-time.ts";
import { createOpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import { silentLogger } from "./ports/logger.ts";
import { type DataDirectory, putAway } from "./runtime/index.ts";
import { createRedisJobs, type MoveSummary, moveToRedis, openRedis } from "./runtime/redis.ts";

/**
 * Moves everything that the data directory's SQLite files hold of conversations to the Redis of the configuration, and puts
 * the files away.
 * @returns what went over, and the folder that the files lie in now
 * @throws FrontdeskError `usage` (no REDIS_URL), `disk_full` (of Redis), those of the stores
 */
export async function composeMove(options: {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly signal: AbortSignal;
  readonly report: (done: number, of: number, note: string) => void;
}): Promise<{ readonly summary: MoveSummary; readonly away: string }> {
  const { config, directory, signal, report } = options;
  const { redisUrl: url, redisPrefix: keyPrefix } = config;
  if (url === null) {
    throw new FrontdeskError("usage", "Set REDIS_URL to the Redis that conversations shall go to.");
  }
  const logger = silentLogger;
  const parts = createOpenedParts(logger);
  try {
    const connection = parts.add(openRedis({ url, keyPrefix, logger }));
    const { isFull } = await connection.check();
    if (isFull) {
      throw new FrontdeskError("disk_full", "The memory of Redis is full; raise maxmemory first.");
    }
    const summary = await moveToRedis({
      folder: directory.path,
      connection,
      jobs: parts.add(createRedisJobs({ url, keyPrefix, kinds: JOB_KINDS, logger })),
      requestOf: requestOfJob,
      ttlSeconds: idleTimeSeconds(config),
      clock: systemClock,
      signal,
      report,
    });
    return { summary, away: putAway(directory.path, systemClock) };
  } finally {
    await parts.close();
  }
}
