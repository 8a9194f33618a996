import { z } from "zod";
import {
  type ErrorCode,
  FrontdeskError,
  type InstanceAddress,
  instanceKey,
  isFrontdeskError,
  type ReplyAddress,
  timeLimit,
} from "../core/index.ts";
import type { Channel, OutboundMessage } from "../ports/channel.ts";
import type { Logger } from "../ports/logger.ts";
import { backoffMs, orAborted } from "./backoff.ts";
import { editReply, removeReply } from "./change-reply.ts";
import { withLetter } from "./dead-letters.ts";
import {
  replyAddressSchema,
  replyEditSchema,
  replyPostSchema,
  replyRemoveSchema,
  tellSchema,
} from "./effect-params.ts";
import type { EngineParts, EngineTuning as Tuning } from "./engine-options.ts";
import { keyOf, namedKeyOf } from "./keys.ts";
import { postReply } from "./post-reply.ts";
import type { Draft, OutboxEntry, Persisted, StoredLetter } from "./snapshot.ts";

const addressedSchema = z.object({ address: replyAddressSchema });

/** What became of one attempt. */
export type Attempt =
  | { readonly type: "sent"; readonly isReconciled: boolean }
  /** Left unsaid: by now nobody should hear it. */
  | { readonly type: "obsolete" }
  /** `entry` is to be tried again, not before its `notBefore`. */
  | { readonly type: "retry"; readonly entry: OutboxEntry; readonly error: FrontdeskError }
  | { readonly type: "dead"; readonly letter: StoredLetter };

/** One attempt with everything that it needs to know. */
interface AttemptRequest {
  readonly entry: OutboxEntry;
  /** An earlier attempt may have had its effect. */
  readonly isAmbiguous: boolean;
  readonly state: Persisted;
  /** A message that already shows a part of this reply. */
  readonly draft: Draft | null;
  readonly timings: OutboundMessage["timings"];
  readonly now: number;
  readonly signal: AbortSignal;
}

/** Has the effects of one instance. */
export interface Delivery {
  attempt(request: AttemptRequest): Promise<Attempt>;
  /** How long to wait after an ambiguous attempt of another worker before looking whether it arrived. */
  settleMs(entry: OutboxEntry): number;
}

/** Makes the delivery of one instance: replies to channels, `tell` to other mailboxes, the rest to effect handlers. */
export function createDelivery(instance: InstanceAddress, parts: EngineParts): Delivery {
  const { tuning } = parts;
  const settleMs = (entry: OutboxEntry): number => {
    // A change may end in a post as well, where what was said cannot be changed any more.
    if (entry.type !== "reply.post" && entry.type !== "reply.edit") return 0;
    const parsed = addressedSchema.safeParse(entry.params);
    const channel = parsed.success ? parts.channelOf(parsed.data.address.platform) : null;
    return channel?.settleMs ?? tuning.sendTimeoutMs;
  };

  const channelFor = ({ platform }: ReplyAddress): Channel => {
    const channel = parts.channelOf(platform);
    if (channel === null) throw missing(`channel for ${platform}`);
    return channel;
  };

  const have = async (request: AttemptRequest, signal: AbortSignal): Promise<boolean> => {
    const { entry, state, isAmbiguous, draft, timings } = request;
    const key = keyOf(instance, state, entry.token);
    if (entry.type === "tell") {
      const { to, event, key: told } = tellSchema.parse(entry.params);
      const dedupeKeys = [`tell:${instanceKey(instance)}:${told}`];
      await parts.store.append({ instance: to, event: { at: request.now, ...event }, dedupeKeys });
      return false;
    }
    if (entry.type === "reply.post") {
      const params = replyPostSchema.parse(entry.params);
      const channel = channelFor(params.address);
      const { name } = params;
      const own = name === undefined ? key : namedKeyOf(instance, state, name);
      const started = draft && { ...draft, key: keyOf(instance, state, draft.token) };
      return postReply(
        channel,
        { key: own, address: params.address, reply: params.reply, timings },
        { isAmbiguous, draft: started, signal },
      );
    }
    if (entry.type === "reply.edit") {
      const { address, reply, otherwise, name } = replyEditSchema.parse(entry.params);
      const message = { key: namedKeyOf(instance, state, name), address, reply, timings };
      const instead = { ...message, key, reply: otherwise };
      return editReply(channelFor(address), message, { instead, isAmbiguous, signal });
    }
    if (entry.type === "reply.remove") {
      const { address, name } = replyRemoveSchema.parse(entry.params);
      await removeReply(channelFor(address), namedKeyOf(instance, state, name), address, signal);
      return false;
    }
    const handler = parts.effects[entry.type];
    if (handler === undefined) throw missing(`handler for the effect ${entry.type}`);
    await handler(entry.params, { signal, instance, key, isRetry: isAmbiguous });
    return false;
  };

  // Tried before, it may stand there already: then it is looked for as usual.
  const isObsolete = ({ entry, isAmbiguous, state }: AttemptRequest): boolean => {
    const kind = parts.registry.get(instance.kind)?.kind;
    return !isAmbiguous && kind?.isObsolete?.(state.value, entry) === true;
  };

  return {
    attempt: async (given) => {
      const isAmbiguous = given.isAmbiguous || given.entry.mayStand === true;
      const request = { ...given, isAmbiguous };
      const timeout = timeLimit(
        parts.effects[request.entry.type]?.timeoutMs ?? tuning.sendTimeoutMs,
      );
      const signal = AbortSignal.any([request.signal, timeout]);
      try {
        request.signal.throwIfAborted();
        if (isObsolete(request)) return { type: "obsolete" };
        const isReconciled = await orAborted(have(request, signal), signal);
        return { type: "sent", isReconciled };
      } catch (error) {
        request.signal.throwIfAborted();
        const told = timeout.aborted && !isFrontdeskError(error) ? timedOut(error) : error;
        const attempt = failed(request, told, settleMs(request.entry), tuning);
        if (attempt.type === "dead") tellDropped(request, attempt.letter, parts.logger);
        return attempt;
      }
    },
    settleMs,
  };
}

/**
 * Trouble that says nothing about the effect: it waits until that is over and uses up no attempts. A ticket system, the
 * desk's channel or the thread of a case may be away for as long as it likes, since the case goes on at our own desk meanwhile.
 */
const OUTAGES: ReadonlySet<ErrorCode> = new Set([
  "case_thread_shut",
  "desk_unavailable",
  "disk_full",
  "store_unavailable",
  "tickets_unavailable",
]);

/** After these an attempt has certainly not arrived; after anything else it may have, and so may an attempt before. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set([
  "rate_limited",
  "unsupported",
  "delivery_rejected",
]);

/** Whether an effect waits without using up an attempt: for a store that is away, or for a worker that can have it. */
function isWaiting(error: FrontdeskError, waitedMs: number, tuning: Tuning): boolean {
  if (!error.retryable) return false;
  if (error.code === "unsupported") return waitedMs < tuning.otherWorkerMs;
  return OUTAGES.has(error.code);
}

/** There is room for so many dead letters only: tells of those that make way for this one. */
function tellDropped({ state }: AttemptRequest, letter: StoredLetter, logger: Logger): void {
  for (const { token, type, code, reason } of withLetter(state.deadLetters, letter).dropped) {
    const told = { effect: type, token, code, reason };
    logger.error(told, "a dead letter is dropped: its conversation has too many");
  }
}

function failed(
  request: AttemptRequest,
  error: unknown,
  settleMs: number,
  tuning: Tuning,
): Attempt {
  const { entry, now } = request;
  const told = isFrontdeskError(error)
    ? error
    : new FrontdeskError("internal", `the effect ${entry.type} failed`, { cause: error });
  const since = entry.waitingSince ?? now;
  if (isWaiting(told, now - since, tuning)) {
    const { deliveryRetryMs: baseMs, outageRetryCapMs: capMs } = tuning;
    // As long again as it has waited already, which doubles from one try to the next.
    const doublings = Math.floor(Math.log2(Math.max(1, (now - since) / baseMs + 1)));
    const waitMs = backoffMs(doublings + 1, baseMs, capMs, told.retryAfterMs);
    const waiting = { ...entry, waitingSince: since };
    return {
      type: "retry",
      entry: postponed(request, waiting, told, waitMs, settleMs),
      error: told,
    };
  }
  const attempts = entry.attempts + 1;
  const isHopeless = !told.retryable || told.code === "unsupported";
  if (isHopeless || attempts >= tuning.deliveryAttempts) {
    const { token, type, params } = entry;
    const { code, message: reason } = told;
    const letter = { token, type, params, attempts, code, reason, at: now };
    const mayStand = request.isAmbiguous || !REFUSALS.has(code);
    return { type: "dead", letter: mayStand ? { ...letter, mayStand } : letter };
  }
  const { deliveryRetryMs, deliveryRetryCapMs } = tuning;
  const waitMs = backoffMs(attempts, deliveryRetryMs, deliveryRetryCapMs, told.retryAfterMs);
  const { waitingSince: _, ...counted } = { ...entry, attempts };
  return { type: "retry", entry: postponed(request, counted, told, waitMs, settleMs), error: told };
}

function postponed(
  { now, isAmbiguous }: AttemptRequest,
  entry: OutboxEntry,
  error: FrontdeskError,
  waitMs: number,
  settleMs: number,
): OutboxEntry {
  const isRefused = REFUSALS.has(error.code) && !isAmbiguous;
  const attemptedAt = isRefused ? null : entry.attemptedAt;
  const settledAt = attemptedAt === null ? 0 : attemptedAt + settleMs;
  return { ...entry, attemptedAt, notBefore: Math.max(now + waitMs, settledAt) };
}

function timedOut(cause: unknown): FrontdeskError {
  const message = "a send did not end in its time; it may have arrived";
  return new FrontdeskError("delivery_uncertain", message, { cause, retryable: true });
}

function missing(what: string): FrontdeskError {
  // Another worker may have it: `failed` leaves it to that one for a while.
  return new FrontdeskError("unsupported", `no ${what} is configured here`, { retryable: true });
}
