import { errorMessage } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { patiently } from "./patience.ts";

/** Work that nobody waits for: what follows an acknowledgement. Failures are logged and end there. */
export interface Background {
  run(what: string, work: (signal: AbortSignal) => Promise<void>): void;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

/** At most so many at once; the others wait in order. */
const MAX_RUNNING = 16;
const MAX_TRIES = 4;

export function createBackground(options: {
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): Background {
  const { signal, logger } = options;
  const running = new Set<Promise<void>>();
  const waiting: (() => void)[] = [];

  const start = (what: string, work: (signal: AbortSignal) => Promise<void>): void => {
    const done = patiently(() => work(signal), { tries: MAX_TRIES, signal })
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
