import type { EffectKey, InstanceAddress } from "../core/index.ts";

export interface EffectContext {
  readonly signal: AbortSignal;
  readonly instance: InstanceAddress;
  /** The same for every attempt. */
  readonly key: EffectKey;
  /** True when an earlier attempt may have had its effect: look before doing it again. */
  readonly isRetry: boolean;
}

/**
 * Does one outbox entry (a custom action of a machine). Must have its effect once per key, however often it is called.
 * A thrown error that is `retryable` is tried again later; any other makes the entry a dead letter.
 */
export interface EffectHandler {
  (params: unknown, context: EffectContext): Promise<void>;
  /** It ends within this time; absent: as a send does. */
  readonly timeoutMs?: number;
}

/** Effect handlers by the machine's action type. */
export type EffectHandlers = Readonly<Record<string, EffectHandler>>;
