import { FrontdeskError, isFrontdeskError } from "../core/index.ts";
import type { ComponentHealth } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import type { DeskBoard } from "../ports/desk.ts";
import type { Logger } from "../ports/logger.ts";

/** Of many cases that wait one asks so often whether the desk is back. */
const ASK_EVERY_MS = 10_000;

/** A desk on a platform of which it is known whether it can be used. */
export interface WatchedBoard extends DeskBoard {
  status(): ComponentHealth;
}

interface Away {
  readonly reason: string;
  /** When the next call may look whether it is over. */
  readonly askAt: number;
}

/**
 * Tells the operator when the place where cases are shown is gone or away, and when it is back. While somebody has to do
 * something about it (`desk_unavailable`), one call in ten seconds looks, and all others wait.
 * @param name as in the configuration: `slack:C0123456`
 */
export function createWatchedBoard(
  board: DeskBoard,
  options: {
    readonly name: string;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Default 10,000. */
    readonly askEveryMs?: number;
  },
): WatchedBoard {
  const { name, clock, logger, askEveryMs = ASK_EVERY_MS } = options;
  let away: Away | null = null;

  const isBack = (): void => {
    if (away !== null) logger.info({ desk: name }, "the desk can be used again");
    away = null;
  };

  const isAway = (reason: string, askAt: number): void => {
    if (away === null) {
      const message =
        "the desk cannot be used: cases go on at the console desk, and what happens in them is shown there once it is back";
      logger.error({ desk: name, reason }, message);
    }
    away = { reason, askAt };
  };

  return {
    files: board.files,
    async publish(update, call) {
      const now = clock.now();
      if (away !== null) {
        const { reason, askAt } = away;
        if (now < askAt) throw new FrontdeskError("desk_unavailable", reason, { retryable: true });
        away = { reason, askAt: now + askEveryMs };
      }
      try {
        await board.publish(update, call);
        isBack();
      } catch (error) {
        if (isFrontdeskError(error, "desk_unavailable")) {
          isAway(error.message, now + askEveryMs);
        } else if (isFrontdeskError(error, "tickets_unavailable")) {
          // Perhaps of one ticket alone: nobody else waits for it.
          isAway(error.message, now);
        }
        throw error;
      }
    },
    status() {
      if (away === null) return { name: "Desk", state: "ok", detail: name };
      const { reason } = away;
      const detail = `${reason} Meanwhile cases go on at the console desk (\`frontdesk desk\`), and what happens in them is shown there once it is back.`;
      return { name: "Desk", state: "degraded", detail };
    },
  };
}
