import { setTimeout as sleep } from "node:timers/promises";
import { FrontdeskError } from "../../src/core/index.ts";

/** Slack's rates; see docs.slack.dev/apis/web-api/rate-limits. */
export interface PacingSettings {
  /** Between two posts to one channel. */
  readonly postIntervalMs: number;
  /** The window in which calls of a method are counted. */
  readonly windowMs: number;
  /** `chat.update` and the like: calls of one method per window. */
  readonly updatesPerWindow: number;
  /** Of these, how many are kept for edits that cannot be left out and were not set aside before. */
  readonly keptForFinal: number;
  /** Wait at most this long here; who has to wait longer is told when to come again. */
  readonly maxWaitMs: number;
}

export const SLACK_PACING: PacingSettings = {
  postIntervalMs: 1_000,
  windowMs: 60_000,
  updatesPerWindow: 50,
  keptForFinal: 25,
  maxWaitMs: 2_500,
};

/** Holds calls back until Slack will take them. Channels never wait for one another. */
export interface Pacing {
  /**
   * Posts when it is the channel's turn: one after the other, in order, each a second after the one before was answered.
   * The place in line is kept under `key` for whoever has to come again.
   * @throws FrontdeskError `rate_limited` with the time until this turn, and whatever `send` throws
   */
  post<Sent>(
    place: { readonly channel: string; readonly key: string; readonly signal: AbortSignal },
    send: () => Promise<Sent>,
  ): Promise<Sent>;
  /** Whether a post would go out at once. */
  isFree(channel: string): boolean;
  /** Slack has refused: nobody asks again before that time. `scope` is a channel for posts, else a method. */
  pause(scope: string, waitMs: number): void;
  /** Milliseconds until a method may be called again; 0 for now. */
  pausedMs(scope: string): number;
}

const FORGET_MS = 60_000;

function tooSoon(channel: string, waitMs: number): FrontdeskError {
  const message = `Slack takes no more posts to ${channel} at the moment; the next try is in ${Math.ceil(waitMs)} ms`;
  return new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs: waitMs });
}

async function rest(waitMs: number, signal: AbortSignal): Promise<void> {
  await sleep(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}

/** Keeps the rates of one process. `now`: a steady clock in milliseconds. */
export function createPacing(
  settings: PacingSettings,
  now: () => number = () => performance.now(),
): Pacing {
  const nextPost = new Map<string, number>();
  const lastPost = new Map<string, number>();
  const reserved = new Map<string, number>();
  const paused = new Map<string, number>();
  /** Slots of those who wait here, in their order: timers that end together do not. */
  const waiting = new Map<string, readonly number[]>();
  /** Posts that are under way. */
  const busy = new Map<string, Promise<void>>();

  const pausedMs = (scope: string): number => Math.max(0, (paused.get(scope) ?? 0) - now());

  const forgetOld = (): void => {
    const limit = now() - FORGET_MS;
    for (const map of [nextPost, lastPost, reserved, paused]) {
      for (const [name, at] of map) if (at < limit) map.delete(name);
    }
  };

  /** Milliseconds that a post which would go out now is too early. */
  const tooEarly = (channel: string): number => {
    const last = lastPost.get(channel);
    const sinceLast = last === undefined ? 0 : last + settings.postIntervalMs - now();
    return Math.max(sinceLast, pausedMs(channel));
  };

  const reserve = (channel: string, key: string): number => {
    const name = `${channel} ${key}`;
    const held = reserved.get(name);
    if (held !== undefined) return Math.max(held, paused.get(channel) ?? 0);
    forgetOld();
    const at = Math.max(now(), nextPost.get(channel) ?? 0, paused.get(channel) ?? 0);
    nextPost.set(channel, at + settings.postIntervalMs);
    reserved.set(name, at);
    return at;
  };

  /** Waits until nobody is before this slot, nothing is under way, and the time has come. */
  const turn = async (channel: string, slot: number, signal: AbortSignal): Promise<void> => {
    const deadline = Math.max(now(), slot) + 2 * settings.maxWaitMs;
    for (;;) {
      const sending = busy.get(channel);
      const waitMs = Math.max(slot - now(), tooEarly(channel));
      if (waitMs > settings.maxWaitMs) throw tooSoon(channel, waitMs);
      if (now() > deadline) throw tooSoon(channel, settings.postIntervalMs);
      if (sending === undefined && waitMs <= 0 && waiting.get(channel)?.[0] === slot) return;
      if (sending === undefined) await rest(Math.max(1, waitMs), signal);
      else await sending;
      signal.throwIfAborted();
    }
  };

  const leave = (channel: string, slot: number): void => {
    const line = waiting.get(channel) ?? [];
    const rest = line.toSpliced(line.indexOf(slot), 1);
    if (rest.length === 0) waiting.delete(channel);
    else waiting.set(channel, rest);
  };

  return {
    pausedMs,
    async post({ channel, key, signal }, send) {
      const slot = reserve(channel, key);
      waiting.set(
        channel,
        [...(waiting.get(channel) ?? []), slot].toSorted((a, b) => a - b),
      );
      try {
        await turn(channel, slot, signal);
      } finally {
        leave(channel, slot);
      }
      reserved.delete(`${channel} ${key}`);
      const sending = send();
      const done = sending.then(
        () => {},
        () => {},
      );
      busy.set(channel, done);
      try {
        return await sending;
      } finally {
        if (busy.get(channel) === done) busy.delete(channel);
        lastPost.set(channel, now());
      }
    },
    isFree: (channel) => Math.max(nextPost.get(channel) ?? 0, paused.get(channel) ?? 0) <= now(),
    pause(scope, waitMs) {
      paused.set(scope, Math.max(paused.get(scope) ?? 0, now() + waitMs));
    },
  };
}
