import { FrontdeskError } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { RedisInspection } from "./redis-inspection.ts";

/** Tells operators what was found at the server, when it changes. */
interface HealthTeller {
  fit(found: RedisInspection): void;
  /**
   * @returns the error for whoever wants to use it: a server that was fit before is waited for, since nothing that was begun
   * may be given up because of it
   */
  unfit(error: FrontdeskError): FrontdeskError;
}

/** Knows nothing of the server yet. */
export function createHealthTeller(logger: Logger): HealthTeller {
  let wasFit = false;
  let isUnfit = false;
  let isVolatileTold = false;
  let wasFull = false;
  return {
    fit({ isVolatile, isFull }) {
      if (isUnfit) logger.info({}, "Redis is fit to hold conversations again");
      if (isVolatile && !isVolatileTold) {
        logger.warn({}, "Redis keeps no append-only file: its restart loses conversations");
      }
      if (isFull && !wasFull) {
        logger.error({}, "the memory of Redis is full: nothing new is taken in; raise maxmemory");
      }
      if (!isFull && wasFull) logger.info({}, "Redis has room again");
      isVolatileTold ||= isVolatile;
      wasFull = isFull;
      wasFit = true;
      isUnfit = false;
    },
    unfit(error) {
      if (!wasFit) return error;
      if (!isUnfit) {
        logger.error({ reason: error.message }, "Redis became unfit: everything waits for it");
      }
      isUnfit = true;
      return new FrontdeskError("store_unavailable", error.message, {
        cause: error,
        retryable: true,
      });
    },
  };
}
