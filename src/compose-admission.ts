import { once } from "node:events";
import { FrontdeskError, isFrontdeskError, timeLimit } from "./core/index.ts";
import type { Logger } from "./ports/logger.ts";
import type { Stores } from "./stores.ts";

/** A store that does not answer in this time is away for whoever asks. */
const PATIENCE_MS = 1_500;

/**
 * Waits for a store's answer, but not for long: one that takes connections and stays silent is told of as such.
 * @throws FrontdeskError `store_unavailable` when it takes longer
 */
export async function withinPatience<Result>(promise: Promise<Result>): Promise<Result> {
  const signal = timeLimit(PATIENCE_MS);
  const late = once(signal, "abort").then(() => {
    throw new FrontdeskError("store_unavailable", "The store does not answer.", {
      retryable: true,
    });
  });
  return await Promise.race([promise, late]);
}

/**
 * An unfit Redis is refused. One that is away is waited for by `start`, which says so and is not ready meanwhile; a command
 * that asks once fails.
 */
export async function admit(
  stores: Pick<Stores, "check">,
  { mayWait, logger }: { readonly mayWait: boolean; readonly logger: Logger },
): Promise<void> {
  try {
    await (mayWait ? withinPatience(stores.check()) : stores.check());
  } catch (error) {
    if (!mayWait || !isFrontdeskError(error, "store_unavailable")) throw error;
    logger.warn({ reason: error.message }, "starting without the conversation store");
  }
}

/**
 * Waits until work has begun. `start` does not wait for long: it has to say how it is while the stores are silent.
 * @throws FrontdeskError what kept the work from beginning; when it comes later, `work` still tells of it
 */
export async function awaitBeginning(work: Promise<unknown>, mayWait: boolean): Promise<void> {
  if (!mayWait) {
    await work;
    return;
  }
  await withinPatience(work).catch((error: unknown) => {
    if (!isFrontdeskError(error, "store_unavailable")) throw error;
  });
}
