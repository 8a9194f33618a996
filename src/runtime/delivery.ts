import {
  FrontdeskError,
  type InstanceAddress,
  instanceKey,
  isFrontdeskError,
  type MessageId,
  messageId,
} from "../core/index.ts";
import type { Channel, OutboundMessage } from "../ports/channel.ts";
import { backoffMs, orAborted } from "./backoff.ts";
import { replyPostSchema, tellSchema } from "./effect-params.ts";
import type { EngineParts } from "./engine-options.ts";
import { keyOf } from "./keys.ts";
import type { Draft, OutboxEntry, Persisted, StoredLetter } from "./snapshot.ts";

/** What became of one attempt. */
export type Attempt =
  | { readonly type: "sent"; readonly isReconciled: boolean }
  /** `entry` is to be tried again, not before its `notBefore`. */
  | { readonly type: "retry"; readonly entry: OutboxEntry }
  | { readonly type: "dead"; readonly letter: StoredLetter };

/** One attempt with everything that it needs to know. */
export interface AttemptRequest {
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
  channelOf(platform: string): Channel | null;
}

/** Makes the delivery of one instance: replies to channels, `tell` to other mailboxes, the rest to effect handlers. */
export function createDelivery(instance: InstanceAddress, parts: EngineParts): Delivery {
  const { tuning } = parts;
  const channels = new Map(parts.channels.map((channel) => [String(channel.platform), channel]));

  const settleMs = (entry: OutboxEntry): number => {
    if (entry.type !== "reply.post") return 0;
    const parsed = replyPostSchema.safeParse(entry.params);
    const channel = parsed.success ? channels.get(parsed.data.address.platform) : undefined;
    return channel?.settleMs ?? tuning.sendTimeoutMs;
  };

  const have = async (request: AttemptRequest, signal: AbortSignal): Promise<boolean> => {
    const { entry, state, isAmbiguous } = request;
    const key = keyOf(instance, state, entry.token);
    if (entry.type === "tell") {
      const { to, event, key: told } = tellSchema.parse(entry.params);
      const dedupeKeys = [`tell:${instanceKey(instance)}:${told}`];
      await parts.store.append({ instance: to, event: { at: request.now, ...event }, dedupeKeys });
      return false;
    }
    if (entry.type === "reply.post") {
      const params = replyPostSchema.parse(entry.params);
      const channel = channels.get(params.address.platform);
      if (channel === undefined) throw missing(`channel for ${params.address.platform}`);
      const message = { key, ...params, timings: request.timings };
      return post(
        channel,
        message,
        request,
        keyOf(instance, state, request.draft?.token ?? ""),
        signal,
      );
    }
    const handler = parts.effects[entry.type];
    if (handler === undefined) throw missing(`handler for the effect ${entry.type}`);
    await handler(entry.params, { signal, instance, key, isRetry: isAmbiguous });
    return false;
  };

  return {
    attempt: async (request) => {
      const timeout = AbortSignal.timeout(tuning.sendTimeoutMs);
      const signal = AbortSignal.any([request.signal, timeout]);
      try {
        const isReconciled = await orAborted(have(request, signal), signal);
        return { type: "sent", isReconciled };
      } catch (error) {
        request.signal.throwIfAborted();
        const told = timeout.aborted && !isFrontdeskError(error) ? timedOut(error) : error;
        return failed(request, told, tuning);
      }
    },
    settleMs,
    channelOf: (platform) => channels.get(platform) ?? null,
  };
}

/** Posts, or turns the draft into the reply, or finds that an earlier attempt had arrived (then true). */
async function post(
  channel: Channel,
  message: OutboundMessage,
  { isAmbiguous, draft }: AttemptRequest,
  draftKey: OutboundMessage["key"],
  signal: AbortSignal,
): Promise<boolean> {
  const call = { signal };
  if (draft !== null) {
    const found =
      draft.messageId ?? (await channel.find(draftKey, message.address, call))?.messageId;
    const final = { ...message, key: draftKey };
    if (found !== undefined && (await edited(channel, messageId(found), final, signal)))
      return false;
  }
  if (isAmbiguous && (await channel.find(message.key, message.address, call)) !== null) return true;
  await channel.post(message, call);
  return false;
}

/** False when there is nothing to edit any more: the draft was deleted, or may not be touched. */
async function edited(
  channel: Channel,
  id: MessageId,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await channel.edit(id, message, { signal });
    return true;
  } catch (error) {
    if (isFrontdeskError(error, "delivery_rejected")) return false;
    throw error;
  }
}

function failed(
  { entry, now }: AttemptRequest,
  error: unknown,
  tuning: EngineParts["tuning"],
): Attempt {
  const attempts = entry.attempts + 1;
  const told = isFrontdeskError(error)
    ? error
    : new FrontdeskError("internal", `the effect ${entry.type} failed`, { cause: error });
  if (!told.retryable || attempts >= tuning.deliveryAttempts) {
    const { token, type, params } = entry;
    const letter = {
      token,
      type,
      params,
      attempts,
      code: told.code,
      reason: told.message,
      at: now,
    };
    return { type: "dead", letter };
  }
  const { deliveryRetryMs, deliveryRetryCapMs } = tuning;
  const waitMs = backoffMs(attempts, deliveryRetryMs, deliveryRetryCapMs, told.retryAfterMs);
  // A refusal for its rate has certainly not arrived; anything else may have.
  const attemptedAt = told.code === "rate_limited" ? null : entry.attemptedAt;
  return { type: "retry", entry: { ...entry, attempts, attemptedAt, notBefore: now + waitMs } };
}

function timedOut(cause: unknown): FrontdeskError {
  const message = "a send did not end in its time; it may have arrived";
  return new FrontdeskError("delivery_uncertain", message, { cause, retryable: true });
}

function missing(what: string): FrontdeskError {
  return new FrontdeskError("unsupported", `no ${what} is configured here`);
}
