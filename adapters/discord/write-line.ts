import { setTimeout as sleep } from "node:timers/promises";
import { FrontdeskError } from "../../src/core/index.ts";
import type { DiscordPacing } from "./settings.ts";

/** Lets writes to a place go out in order, no faster than Discord takes them. Places never wait for one another. */
export interface WriteLine {
  /**
   * Writes when it is this one's turn. The turn is kept under `key` for whoever has to come again.
   * @throws FrontdeskError `rate_limited` with the time until this turn, and whatever `write` throws
   */
  write<Written>(
    at: { readonly place: string; readonly key: string; readonly signal: AbortSignal },
    write: () => Promise<Written>,
  ): Promise<Written>;
  /** Whether a write would go out at once. */
  isFree(place: string): boolean;
}

/** Turns of one place, oldest first. */
interface Place {
  readonly turns: number[];
  /** Ends when everything that was let out before is through. */
  last: Promise<unknown>;
  waiting: number;
}

const FORGET_MS = 60_000;

/** @param now steady clock in milliseconds */
export function createWriteLine(
  pacing: DiscordPacing,
  now: () => number = () => performance.now(),
): WriteLine {
  const places = new Map<string, Place>();
  const kept = new Map<string, number>();

  const forgetOld = (): void => {
    for (const [name, { turns, waiting }] of places) {
      if (waiting === 0 && (turns.at(-1) ?? 0) < now() - FORGET_MS) places.delete(name);
    }
    for (const [name, at] of kept) if (at < now() - FORGET_MS) kept.delete(name);
  };

  const placeOf = (name: string): Place => {
    const known = places.get(name);
    if (known !== undefined) return known;
    forgetOld();
    const place: Place = { turns: [], last: Promise.resolve(), waiting: 0 };
    places.set(name, place);
    return place;
  };

  /** When the next write may go out: one window after the one so many turns ago. */
  const nextTurn = ({ turns }: Place): number => {
    const before = turns.at(-pacing.postsPerWindow);
    return before === undefined ? now() : Math.max(now(), before + pacing.windowMs);
  };

  const take = (place: Place, name: string): number => {
    const held = kept.get(name);
    if (held !== undefined) return held;
    const turn = nextTurn(place);
    place.turns.push(turn);
    if (place.turns.length > 4 * pacing.postsPerWindow + 1_000) place.turns.shift();
    kept.set(name, turn);
    return turn;
  };

  const comeAgain = (name: string, waitMs: number): FrontdeskError => {
    const message = `Discord takes no more messages in ${name} at the moment; the next turn is in ${Math.ceil(waitMs)} ms`;
    return new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs: waitMs });
  };

  return {
    isFree(name) {
      const place = places.get(name);
      return place === undefined || (place.waiting === 0 && nextTurn(place) <= now());
    },
    async write({ place: name, key, signal }, write) {
      const place = placeOf(name);
      const turn = take(place, `${name} ${key}`);
      const waitMs = turn - now();
      if (waitMs > pacing.maxWaitMs) throw comeAgain(name, waitMs);
      place.waiting += 1;
      const work = place.last.then(async () => {
        const restMs = turn - now();
        if (restMs > 0) await sleep(restMs, undefined, { signal }).catch(() => undefined);
        signal.throwIfAborted();
        kept.delete(`${name} ${key}`);
        return write();
      });
      place.last = work.catch(() => undefined);
      try {
        return await work;
      } finally {
        place.waiting -= 1;
      }
    },
  };
}
