import { z } from "zod";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Background } from "./background.ts";
import type { Remembered } from "./remembered.ts";

/** What a handler knows besides its payload. */
interface ErrandContext {
  readonly id: string;
  /** It was begun before: what it does may have been done already, or half of it. */
  readonly isAgain: boolean;
  readonly signal: AbortSignal;
}

/** How an errand ended. `undone`: the person knows, and may wish for the same again. */
type ErrandEnd = "done" | "undone";

/**
 * Does one errand; may be called again after it had its effect. An error that is `retryable` is tried again until the errand
 * is too old, any other ends it.
 */
export type ErrandHandler = (payload: unknown, context: ErrandContext) => Promise<ErrandEnd>;

/**
 * What is still to be done for somebody who was told that he was heard. It is put down where a restart finds it, done after
 * the acknowledgement, tried again after passing failures, and taken over by another process when this one dies.
 */
export interface Errands {
  /** Says how errands of a kind are done; before the first is given. @param worthMs later it is not worth doing any more */
  handle(kind: string, worthMs: number, run: ErrandHandler): void;
  /**
   * Resolves when it is put down; it is begun at once. False when one of this id waits, runs, or was done of late.
   * @param id the same for every telling of the same wish
   */
  give(kind: string, id: string, payload: unknown): Promise<boolean>;
  /** Looks for what other processes left, now and from time to time until the signal aborts. */
  watch(): void;
}

/** How patient it is; tests are not. */
export interface ErrandTuning {
  /** Who does an errand says so this long; when he falls silent, another one takes over. */
  readonly leaseMs: number;
  readonly firstRetryMs: number;
  readonly maxRetryMs: number;
  readonly lookEveryMs: number;
}

export const ERRAND_TUNING: ErrandTuning = {
  leaseMs: 15_000,
  firstRetryMs: 1_000,
  maxRetryMs: 60_000,
  lookEveryMs: 5_000,
};

const errandSchema = z.object({
  kind: z.string(),
  id: z.string(),
  payload: z.unknown(),
  until: z.number(),
});
type Errand = z.infer<typeof errandSchema>;

/** A wish that is told once more meanwhile is known. */
const DONE_MS = 3_600_000;
const MAX_FOUND = 200;
const PREFIX = "errand:";

function nameOf({ kind, id }: Pick<Errand, "kind" | "id">): string {
  return `${PREFIX}${kind}:${id}`;
}

/** Whether it may go better another time: the platform said so, or nobody knows. */
function isPassing(error: unknown): boolean {
  return !isFrontdeskError(error) || error.retryable;
}

export function createErrands(options: {
  readonly memory: Remembered;
  readonly background: Background;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  readonly tuning?: ErrandTuning;
}): Errands {
  const { memory, background, clock, logger, signal, tuning = ERRAND_TUNING } = options;
  const handlers = new Map<string, { readonly worthMs: number; readonly run: ErrandHandler }>();
  /** Errands that are done here, or wait here for their next try. */
  const mine = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();

  const later = (waitMs: number, work: () => void): void => {
    if (signal.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, waitMs);
    timer.unref();
    timers.add(timer);
  };
  signal.addEventListener("abort", () => timers.forEach(clearTimeout), { once: true });

  /** Says that somebody is at it, as long as he is. */
  const holding = async (name: string, work: () => Promise<void>): Promise<void> => {
    const renew = setInterval(() => {
      void memory.set(`held:${name}`, true, tuning.leaseMs).catch(() => {});
    }, tuning.leaseMs / 3);
    try {
      await work();
    } finally {
      clearInterval(renew);
      // Also when this process ends: another one may go on at once.
      await memory.delete(`held:${name}`);
    }
  };

  const end = async (name: string, how: ErrandEnd): Promise<void> => {
    if (how === "done") await memory.set(`done:${name}`, true, DONE_MS);
    await memory.delete(name);
    await memory.delete(`begun:${name}`);
    mine.delete(name);
  };

  const attempt = async (errand: Errand, failures: number): Promise<void> => {
    const name = nameOf(errand);
    const handler = handlers.get(errand.kind);
    // Of another version of Frontdesk: it is left to it.
    if (handler === undefined) return void mine.delete(name);
    // It may have been done by another process while this one waited.
    if ((await memory.get(name, errandSchema)) === null) return void mine.delete(name);
    const isAgain = !(await memory.claim(`begun:${name}`, handler.worthMs));
    try {
      await end(name, await handler.run(errand.payload, { id: errand.id, isAgain, signal }));
    } catch (error) {
      if (signal.aborted) return;
      const asked = isFrontdeskError(error) ? (error.retryAfterMs ?? 0) : 0;
      const backoff = Math.min(tuning.maxRetryMs, tuning.firstRetryMs * 2 ** failures);
      const waitMs = Math.max(asked, backoff);
      const what = { kind: errand.kind, reason: errorMessage(error) };
      if (!isPassing(error) || clock.now() + waitMs >= errand.until) {
        logger.warn(what, "something that somebody asked for could not be done");
        logger.debug({ err: error }, "details of it");
        return end(name, "undone");
      }
      logger.info({ ...what, waitMs }, "something that somebody asked for is tried again later");
      later(waitMs, () => begin(errand, failures + 1));
    }
  };

  const begin = (errand: Errand, failures: number): void =>
    background.run(errand.kind, async () => {
      const name = nameOf(errand);
      if (!(await memory.claim(`held:${name}`, tuning.leaseMs))) return void mine.delete(name);
      await holding(name, () => attempt(errand, failures));
    });

  const look = async (): Promise<void> => {
    for (const { name, value } of await memory.list(PREFIX, errandSchema, MAX_FOUND)) {
      if (mine.has(name) || signal.aborted) continue;
      mine.add(name);
      begin(value, 0);
    }
  };

  const watch = (): void => {
    background.run("looking for what is left to be done", look);
    later(tuning.lookEveryMs, watch);
  };

  return {
    watch,
    handle: (kind, worthMs, run) => void handlers.set(kind, { worthMs, run }),
    async give(kind, id, payload) {
      const name = nameOf({ kind, id });
      const handler = handlers.get(kind);
      if (handler === undefined) throw new Error(`nobody does errands of the kind ${kind}`);
      const { worthMs } = handler;
      if ((await memory.get(`done:${name}`, z.literal(true))) !== null) return false;
      const errand = { kind, id, payload, until: clock.now() + worthMs };
      if (!(await memory.claim(name, worthMs, errand))) return false;
      mine.add(name);
      begin(errand, 0);
      return true;
    },
  };
}
