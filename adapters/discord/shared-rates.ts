import { setTimeout as sleep } from "node:timers/promises";
import { FrontdeskError } from "../../src/core/index.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import type { DiscordPacing } from "./settings.ts";

/** What a channel counts by itself: posts, and edits of messages. */
export interface Write {
  readonly kind: "post" | "edit";
  readonly channel: string;
}

/** Discord's limits, kept by all processes of the installation together. */
export interface SharedRates {
  /**
   * Counts a request against the limit of everything; who comes too early waits in line.
   * @throws FrontdeskError `rate_limited` when Discord wants to be left alone for long
   */
  request(signal: AbortSignal): Promise<void>;
  /**
   * Counts a write to a channel. `isSpare`: one that can be left out (a draft that grew); it never waits and leaves room for
   * the others.
   * @throws FrontdeskError `rate_limited` when that takes long
   */
  write(
    write: Write,
    how: { readonly isSpare: boolean; readonly signal: AbortSignal },
  ): Promise<void>;
  /** Discord takes no more for this time, whoever asks. */
  pause(scope: "everything" | Write, waitMs: number): void;
  /** A shard begins a session: so many of one key may in five seconds. */
  identify(key: number, signal: AbortSignal): Promise<void>;
}

/** Discord counts 50 in its own second; half of it fits into any second. */
const REQUESTS_PER_SECOND = 25;
const SECOND_MS = 1_000;
/** Of the edits that Discord allows, so many are kept for final ones. */
const KEPT_FOR_FINAL = 2;
/** docs.discord.com/developers/events/gateway: one identify per key in five seconds; some more for the way. */
const IDENTIFY = { points: 1, windowMs: 5_250 } as const;

function tooSoon(what: string, waitMs: number): FrontdeskError {
  const message = `Discord takes no more ${what} at the moment; the next try is in ${Math.ceil(waitMs)} ms`;
  return new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs: waitMs });
}

function bucketOf({ kind, channel }: Write): string {
  return `discord:${kind}:${channel}`;
}

const EVERYTHING = "discord:everything";

/** For a command that makes a few requests by itself: the library's own limits are enough. */
export const UNCOUNTED: SharedRates = {
  request: () => Promise.resolve(),
  write: () => Promise.resolve(),
  pause: () => {},
  identify: () => Promise.resolve(),
};

export function createSharedRates(pacing: DiscordPacing, budget: SharedBudget): SharedRates {
  const { postsPerWindow, windowMs, maxWaitMs } = pacing;
  let line: Promise<void> = Promise.resolve();

  /** Asks until it is granted. `ask` gives how long to wait, 0 when it was. */
  const patiently = async (
    what: string,
    ask: () => Promise<number>,
    { patienceMs, signal }: { readonly patienceMs: number; readonly signal: AbortSignal },
  ): Promise<void> => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      signal.throwIfAborted();
      const waitMs = await ask();
      if (waitMs === 0) return;
      if (performance.now() + waitMs > deadline) throw tooSoon(what, waitMs);
      await sleep(waitMs, undefined, { signal });
    }
  };

  const everything = { points: REQUESTS_PER_SECOND, windowMs: SECOND_MS };

  return {
    request(signal) {
      // In order: who waits longest goes first, whoever else comes.
      const turn = line.then(() =>
        patiently("requests", async () => (await budget.take(EVERYTHING, everything)).waitMs, {
          patienceMs: maxWaitMs,
          signal,
        }),
      );
      line = turn.catch(() => {});
      return turn;
    },
    async write(write, { isSpare, signal }) {
      const { kind, channel } = write;
      const name = bucketOf(write);
      const points = postsPerWindow - (isSpare && kind === "edit" ? KEPT_FOR_FINAL : 0);
      const what = `${kind}s in ${channel}`;
      const ask = async (): Promise<number> =>
        (await budget.take(name, { points: Math.max(1, points), windowMs })).waitMs;
      if (!isSpare) return patiently(what, ask, { patienceMs: maxWaitMs, signal });
      const waitMs = await ask();
      if (waitMs > 0) throw tooSoon(what, waitMs);
    },
    pause(scope, waitMs) {
      const name = scope === "everything" ? EVERYTHING : bucketOf(scope);
      void budget.block(name, Math.max(1, Math.ceil(waitMs)));
    },
    async identify(key, signal) {
      const ask = async () => (await budget.take(`discord:identify:${key}`, IDENTIFY)).waitMs;
      await patiently("sessions", ask, { patienceMs: Number.POSITIVE_INFINITY, signal });
    },
  };
}
