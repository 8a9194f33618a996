import { errorMessage } from "../../core/index.ts";
import type { DeadLetter } from "../../ports/application.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Notify } from "./webhook-jobs.ts";

const LOOK_EVERY_MS = 30_000;
/** Older ones were told by somebody before; the queue remembers for a day what it was told. */
const NEWS_MS = 12 * 3_600_000;
const MAX_LETTERS = 1_000;

/** Looks for dead letters now and then and tells other programs of new ones. */
export function watchLetters(options: {
  readonly letters: { list(query: { limit: number }): Promise<readonly DeadLetter[]> };
  readonly notify: Notify;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 30,000. */
  readonly everyMs?: number;
}): { close(): Promise<void> } {
  const { letters, notify, clock, logger } = options;
  let current: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const since = clock.now() - NEWS_MS;
    for (const { instance, key, type, reason, at } of await letters.list({ limit: MAX_LETTERS })) {
      if (at < since) continue;
      const content = { letter: { conversation: instance.id, key, type, reason } };
      await notify({ id: `${key}@${at}`, type: "delivery.failed", at, content });
    }
  };
  const tick = (): void => {
    current = look().catch((error: unknown) => {
      logger.warn({ reason: errorMessage(error) }, "dead letters could not be looked for");
    });
  };
  tick();
  const timer = setInterval(tick, options.everyMs ?? LOOK_EVERY_MS);
  return {
    async close() {
      clearInterval(timer);
      await current;
    },
  };
}
