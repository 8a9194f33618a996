import { FrontdeskError } from "../../core/index.ts";
import type { Logger } from "../../ports/logger.ts";
import type { RedisInspection } from "./redis-inspection.ts";

/** Tells operators what was found at the server, when it changes. */
interface HealthTeller {
  fit(found: RedisInspection): void;
  /** It could not be looked at. */
  away(): void;
  /**
   * @returns the error for whoever wants to use it. Only what is unfit at first sight is refused: a server that was fit or waited
   * for before is waited for, since nothing that was begun or heard may be given up because of it.
   */
  unfit(error: FrontdeskError): FrontdeskError;
}

/** Knows nothing of the server yet. */
export function createHealthTeller(logger: Logger): HealthTeller {
  let isWaitedFor = false;
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
      isWaitedFor = true;
      isUnfit = false;
    },
    away() {
      isWaitedFor = true;
    },
    unfit(error) {
      if (!isWaitedFor) return error;
      if (!isUnfit) {
        logger.error({ reason: error.message }, "Redis is not fit: everything waits for it");
      }
      isUnfit = true;
      return new FrontdeskError("store_unavailable", error.message, {
        cause: error,
        retryable: true,
      });
    },
  };
}
