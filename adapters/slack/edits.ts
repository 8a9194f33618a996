import { z } from "zod";
import { type EffectKey, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { certainlyNotSent } from "./errors.ts";
import type { PacingSettings } from "./pacing.ts";
import type { SharedRates } from "./shared-rates.ts";

/**
 * Edits of messages, of which Slack takes some fifty a minute from a whole workspace. A message that begins to grow is a
 * promise of one more edit, the one that makes it whole: that one is set aside before, so that it never waits.
 */
export interface Edits {
  /**
   * Sets the last edit of a growing message aside; once for each message.
   * @throws FrontdeskError `rate_limited` when as many grow as can be finished: this one is better shown when it is whole
   */
  promise(key: EffectKey, call: SlackCall): Promise<void>;
  /** A message that grew is gone, or whole: nobody will finish it. */
  release(key: EffectKey): void;
  /** The growing message stands there. @param ref names it in the whole workspace */
  stands(key: EffectKey, ref: string): void;
  /** The same as {@link release} by what {@link stands} was told, for who does not know the key. */
  releaseAt(ref: string): void;
  /**
   * Edits a message; a spare edit is a draft that grew. What failed is promised still: the next try does not wait either.
   * @throws FrontdeskError `rate_limited`, and what {@link SlackApi.call} throws
   */
  make(key: EffectKey, args: Readonly<Record<string, unknown>>, call: SlackCall): Promise<void>;
}

const anything = z.object({});
/** What grows is whole soon, and then there is room again. */
const GROWING_MS = 3_000;
/** Nobody writes for so long: another process has finished the message, or it will never be. */
const PROMISED_MS = 10 * 60_000;

function tooSoon(waitMs: number): FrontdeskError {
  const message = `Slack takes no more edits at the moment; the next try is in ${Math.ceil(waitMs)} ms`;
  return new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs: waitMs });
}

/** Keeps the edits of one process; what others make is counted by `rates`. `now`: a steady clock in milliseconds. */
export function createEdits(options: {
  readonly api: Pick<SlackApi, "call">;
  readonly rates: Pick<SharedRates, "take">;
  readonly settings: PacingSettings;
  readonly now?: () => number;
}): Edits {
  const { api, rates, settings, now = () => performance.now() } = options;
  const { windowMs, updatesPerWindow, keptForFinal } = settings;
  const spareLimit = updatesPerWindow - keptForFinal;
  let made: readonly { readonly at: number }[] = [];
  const promised = new Map<EffectKey, { readonly at: number; readonly ref: string | null }>();

  /** @throws FrontdeskError `rate_limited` when so many were made within the window or are still to be made */
  const checkRoom = (limit: number): void => {
    made = made.filter(({ at }) => at > now() - windowMs);
    for (const [key, { at }] of promised) if (at <= now() - PROMISED_MS) promised.delete(key);
    const missing = made.length + promised.size - limit;
    if (missing < 0) return;
    const leaving = made[missing]?.at;
    throw tooSoon(leaving === undefined ? GROWING_MS : Math.max(1, leaving + windowMs - now()));
  };

  return {
    async promise(key, { signal }) {
      if (promised.has(key)) return;
      checkRoom(spareLimit);
      promised.set(key, { at: now(), ref: null });
      try {
        await rates.take("chat.update", { isSpare: true, signal });
      } catch (error) {
        promised.delete(key);
        throw error;
      }
    },
    release: (key) => void promised.delete(key),
    stands(key, ref) {
      const promise = promised.get(key);
      if (promise !== undefined) promised.set(key, { ...promise, ref });
    },
    releaseAt(ref) {
      for (const [key, promise] of promised) if (promise.ref === ref) promised.delete(key);
    },
    async make(key, args, call) {
      const { isSpare = false } = call;
      const promise = isSpare ? undefined : promised.get(key);
      if (promise === undefined) checkRoom(isSpare ? spareLimit : updatesPerWindow);
      else promised.delete(key);
      const edit = { at: now() };
      made = [...made, edit];
      try {
        const isCounted = promise !== undefined;
        await api.call("chat.update", args, anything, { ...call, isCounted });
      } catch (error) {
        if (promise !== undefined) promised.set(key, promise);
        // What may have arrived is counted by Slack, and so is what it refused for what it says.
        const isUnmade = certainlyNotSent(error) && !isFrontdeskError(error, "delivery_rejected");
        if (isUnmade) made = made.filter((one) => one !== edit);
        throw error;
      }
    },
  };
}
