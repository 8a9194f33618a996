import { setTimeout as sleep } from "node:timers/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";

/** Work that nobody waits for: what follows an acknowledgement. Failures are logged and end there. */
export interface Background {
  run(what: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** At most so many at once; the others wait in order. */
const MAX_RUNNING = 16;
const MAX_TRIES = 4;

/** Does it again when the platform says that it comes too soon. */
async function patiently(
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(signal);
    } catch (error) {
      if (!isFrontdeskError(error, "rate_limited") || attempt === MAX_TRIES) throw error;
      await sleep(error.retryAfterMs ?? 1_000, undefined, { signal });
    }
  }
}

export function createBackground(options: {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): Background {
  const { signal, logger } = options;
  const running = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];

  const start = (what: string, work: (signal: AbortSignal) => Promise<void>): void => {
    const done = patiently(work, signal)
      .catch((error: unknown) => {
        if (signal.aborted) return;
        logger.warn({ what, reason: errorMessage(error) }, "something in the background failed");
        logger.debug({ err: error, what }, "details of it");
      })
      .finally(() => {
        running.delete(done);
        waiting.shift()?.();
      });
    running.add(done);
  };

  return {
    run(what, work) {
      if (signal.aborted) return;
      if (running.size < MAX_RUNNING) start(what, work);
      else waiting.push(() => start(what, work));
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
