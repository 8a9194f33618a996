import { setTimeout as sleep } from "node:timers/promises";
import { errorMessage, FrontdeskError, instanceKey, isFrontdeskError } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import { createClaimLoop } from "./claim-loop.ts";
import { type EngineOptions, engineParts } from "./engine-options.ts";
import { type InstanceRun, runInstance } from "./instance-runner.ts";

/** Runs the machines of a store: one of its workers. */
export interface Engine {
  /** Begins to claim. What an earlier process of the same owner held is taken over at once. */
  start(): Promise<void>;
  /**
   * Stops in good order: claims nothing more, lets running turns end for up to `timeoutMs`, aborts the rest, and gives
   * everything back so that another worker can go on at once. An aborted signal ends the patience early.
   */
  drain(options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Drains without patience. Idempotent; the store stays open. */
  close(): Promise<void>;
  /** Instances being worked on. */
  active(): number;
}

/** How long to wait for aborted runs to write down what they have. */
const LAST_WORDS_MS = 3_000;
/** A store that is away is waited for so long at the end; leases end by themselves soon after. */
const GIVE_BACK_MS = 1_500;

/** Conversations that merely wait for their turn, for each one that is worked on. */
const MOST_WAITING = 4;

/** Makes an engine; nothing happens before `start`. */
export function createEngine(options: EngineOptions): Engine {
  const parts = engineParts(options);
  const { store, registry, logger, tuning, owner, observer } = parts;
  const runs = new Map<string, InstanceRun>();
  let unwatch: () => void = () => {};
  let drained: Promise<void> | null = null;
  let isStarted = false;

  const onEnd = (kind: string, error: unknown): void => {
    if (drained !== null && !isFrontdeskError(error)) return;
    if (isFrontdeskError(error, "lease_lost")) {
      observer.leaseLost({ kind });
      logger.warn({ kind }, "a lease was lost; another worker goes on");
    } else if (isFrontdeskError(error, "unsupported")) {
      logger.warn({ kind, reason: error.message }, "an instance waits for a newer worker");
    } else {
      logger.error({ err: error, kind }, "an instance was given up until its lease ends");
    }
  };

  const onClaim = (claim: Claim): void => {
    const { instance } = claim.lease;
    const key = instanceKey(instance);
    const reducer = registry.get(instance.kind);
    if (reducer === null) return;
    try {
      const run = runInstance(claim, reducer, parts);
      runs.set(key, run);
      run.finished
        .then((wakeAt) => {
          if (wakeAt !== null) loop.wakeAt(wakeAt);
        })
        .catch((error: unknown) => onEnd(instance.kind, error))
        .finally(() => {
          if (runs.get(key) === run) runs.delete(key);
          loop.nudge();
        });
    } catch (error) {
      onEnd(instance.kind, error);
    }
  };

  /** Who waits for the lane takes no place from others, unless there are very many. */
  const room = (): number =>
    tuning.concurrency -
    runs.size +
    Math.min(parts.suspects.waiting(), MOST_WAITING * tuning.concurrency);
  const loop = createClaimLoop(parts, room, onClaim);

  const allEnded = (): Promise<unknown> =>
    Promise.allSettled([...runs.values()].map(({ finished }) => finished));

  const stop = async (timeoutMs: number, signal: AbortSignal | undefined): Promise<void> => {
    await loop.stop();
    for (const run of runs.values()) run.drain();
    await within(timeoutMs, signal, allEnded());
    if (runs.size > 0) {
      logger.info({ running: runs.size }, "turns are cut short; they go on with the next start");
      const reason = new FrontdeskError("lease_lost", "this worker stops");
      for (const run of runs.values()) run.abort(reason);
      await within(LAST_WORDS_MS, undefined, allEnded());
    }
    unwatch();
    const givenBack = store.expireOwner(owner).catch((error: unknown) => {
      logger.warn(
        { reason: errorMessage(error) },
        "leases were not given back; they end by themselves",
      );
    });
    await within(GIVE_BACK_MS, undefined, givenBack);
  };

  const drain: Engine["drain"] = ({ timeoutMs, signal }) => {
    if (!isStarted) return Promise.resolve();
    drained ??= stop(timeoutMs, signal);
    return drained;
  };

  return {
    start: async () => {
      if (isStarted) return;
      isStarted = true;
      await store.expireOwner(owner).catch((error: unknown) => {
        if (!isFrontdeskError(error, "store_unavailable")) throw error;
        logger.warn({ reason: error.message }, "beginning while the store is away");
      });
      // Told to end before it had begun.
      if (drained !== null) return;
      unwatch = store.watch((instance) => {
        const run = runs.get(instanceKey(instance));
        if (run === undefined) loop.nudge();
        else run.nudge();
      });
      loop.start();
    },
    drain,
    close: () => drain({ timeoutMs: 0 }),
    active: () => runs.size,
  };
}

/** Waits for a promise, but no longer than allowed. */
async function within(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  promise: Promise<unknown>,
): Promise<void> {
  const done = new AbortController();
  const ends = [done.signal, ...(signal === undefined ? [] : [signal])];
  const patience = sleep(timeoutMs, null, { signal: AbortSignal.any(ends) }).catch(() => null);
  await Promise.race([promise, patience]);
  done.abort();
}
