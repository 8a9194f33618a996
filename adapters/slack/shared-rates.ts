import { setTimeout as sleep } from "node:timers/promises";
import { FrontdeskError } from "../../src/core/index.ts";
import type { SharedBudget } from "../../src/ports/shared-budget.ts";
import type { PacingSettings } from "./pacing.ts";

/**
 * Calls of a method per minute, from docs.slack.dev/apis/web-api/rate-limits and the page of each method. "Special" methods
 * take "hundreds a minute", without a number: 300 is ours. Posts are counted by channel; the workspace's own limit ("several
 * hundred a minute") has no number either, and its refusals are honoured.
 */
const PER_MINUTE = {
  "assistant.threads.setStatus": 300,
  "assistant.threads.setSuggestedPrompts": 100,
  "auth.test": 300,
  "usergroups.list": 20,
  "usergroups.users.list": 20,
  "users.list": 20,
  "chat.startStream": 20,
  "chat.stopStream": 20,
  "agents.sessions.setStatus": 50,
  "chat.delete": 50,
  "chat.update": 50,
  "conversations.history": 50,
  "conversations.info": 50,
  "conversations.open": 50,
  "conversations.replies": 50,
  "pins.list": 20,
  "reactions.add": 50,
  "reactions.get": 50,
  "chat.appendStream": 100,
  "chat.getPermalink": 100,
  "chat.postEphemeral": 100,
  "conversations.members": 100,
  "files.completeUploadExternal": 100,
  "files.delete": 50,
  "files.getUploadURLExternal": 100,
  "files.info": 100,
  "users.conversations": 50,
  "users.info": 100,
  "views.open": 100,
  "views.publish": 100,
} as const;

/** Limited like posts: about one a second and channel (MethodsRateLimitTier of slackapi/java-slack-sdk). */
const STATUS = "assistant.threads.setStatus";
const STATUS_PER_MINUTE = 60;

/** A method whose calls are counted together, whatever they are about. */
type CountedMethod = keyof typeof PER_MINUTE;
/** A method that the bot calls: there is none without a budget. */
export type SlackMethod = CountedMethod | "chat.postMessage";

/** Slack's rates, kept by all processes of the installation together. */
export interface SharedRates {
  /**
   * Waits until no other process posts to the channel or did within the last second.
   * @throws FrontdeskError `rate_limited` when that takes long
   */
  turn(channel: string, signal: AbortSignal): Promise<void>;
  /** A post was answered: the next one is due in a second, whoever makes it. */
  rest(channel: string): Promise<void>;
  /**
   * Counts a call. `isSpare`: one that can be left out (a draft that grew, a status); it never waits and leaves room for the
   * others.
   * @throws FrontdeskError `rate_limited`
   */
  take(
    method: CountedMethod,
    how: {
      readonly isSpare: boolean;
      readonly signal: AbortSignal;
      /** What the call is about; null when it is no channel. Default null. */
      readonly channel?: string | null;
    },
  ): Promise<void>;
  /** Slack has refused: nobody asks again before that time. */
  pause(
    scope: { readonly channel: string } | { readonly method: CountedMethod; readonly of?: string },
    waitMs: number,
  ): Promise<void>;
}

/** A process that died while it posted holds the others up for so many intervals. */
const HELD_INTERVALS = 2;

function tooSoon(what: string, waitMs: number): FrontdeskError {
  const message = `Slack takes no more ${what} at the moment; the next try is in ${Math.ceil(waitMs)} ms`;
  return new FrontdeskError("rate_limited", message, { retryable: true, retryAfterMs: waitMs });
}

function postBucket(channel: string): string {
  return `slack:post:${channel}`;
}

function methodBucket(method: string): string {
  return `slack:method:${method}`;
}

function statusBucket(channel: string): string {
  return `slack:status:${channel}`;
}

/** How many calls are left to those that cannot be left out: final edits, looking whether a reply arrived. */
function keptOf(method: CountedMethod, { keptForFinal }: PacingSettings): number {
  if (method === "chat.update") return keptForFinal;
  return method === "conversations.history" || method === "conversations.replies" ? 20 : 0;
}

function bucketOf(scope: Parameters<SharedRates["pause"]>[0]): string {
  if ("channel" in scope) return postBucket(scope.channel);
  const { method, of } = scope;
  return method === STATUS && of !== undefined ? statusBucket(of) : methodBucket(method);
}

/** Whether Slack refuses a method for one channel at a time, so that others need not wait. */
export function isLimitedByChannel(method: SlackMethod): boolean {
  return method === "chat.postMessage" || method === STATUS;
}

export function createSharedRates(settings: PacingSettings, budget: SharedBudget): SharedRates {
  const { postIntervalMs, maxWaitMs } = settings;

  /** Asks again and again, at most for `maxWaitMs`. `ask` gives how long to wait, 0 when it was granted. */
  const patiently = async (
    what: string,
    ask: () => Promise<number>,
    signal: AbortSignal,
  ): Promise<void> => {
    const deadline = performance.now() + maxWaitMs;
    for (;;) {
      const waitMs = await ask();
      if (waitMs === 0) return;
      if (performance.now() + waitMs > deadline) throw tooSoon(what, waitMs);
      await sleep(waitMs, undefined, { signal });
    }
  };

  return {
    turn: (channel, signal) =>
      patiently(
        `posts to ${channel}`,
        async () => {
          // Who posts holds the channel; it is given back with the answer, mostly long before this ends.
          const limit = { points: 1, windowMs: HELD_INTERVALS * postIntervalMs };
          const { waitMs } = await budget.take(postBucket(channel), limit);
          const isHeld = waitMs > 0 && waitMs <= limit.windowMs;
          return isHeld ? Math.min(waitMs, Math.max(1, postIntervalMs / 4)) : waitMs;
        },
        signal,
      ),
    rest: (channel) => budget.block(postBucket(channel), postIntervalMs),
    async take(method, { isSpare, signal, channel = null }) {
      const all = method === "chat.update" ? settings.updatesPerWindow : PER_MINUTE[method];
      const kept = isSpare ? keptOf(method, settings) : 0;
      const limit = { points: all - kept, windowMs: settings.windowMs };
      const ownLimit = { points: STATUS_PER_MINUTE, windowMs: settings.windowMs };
      const ask = async (): Promise<number> => {
        const own = method === STATUS && channel !== null ? statusBucket(channel) : null;
        const { waitMs } = own === null ? { waitMs: 0 } : await budget.take(own, ownLimit);
        return waitMs > 0 ? waitMs : (await budget.take(methodBucket(method), limit)).waitMs;
      };
      if (!isSpare) return patiently(method, ask, signal);
      const waitMs = await ask();
      if (waitMs > 0) throw tooSoon(method, waitMs);
    },
    pause: (scope, waitMs) => budget.block(bucketOf(scope), waitMs),
  };
}
