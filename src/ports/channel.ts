import type {
  EffectKey,
  MessageId,
  Platform,
  Progress,
  Reply,
  ReplyAddress,
  StageTimings,
} from "../core/index.ts";
import type { FilePlace } from "./file-place.ts";

/** A reply on its way out. */
export interface OutboundMessage {
  /** Names this message for ever; the platform's idempotency key is derived from it. */
  readonly key: EffectKey;
  readonly address: ReplyAddress;
  readonly reply: Reply;
  /** Timings of the runtime itself, to be shown beside the reply's own: `queueMs`, `commitMs`, `totalMs`. */
  readonly timings: StageTimings;
  /** The text so far of an answer that is still being written; its final form replaces it under the same key. */
  readonly isDraft?: boolean;
}

/** What the platform gave back for a post. */
export interface Receipt {
  readonly messageId: MessageId;
}

/** Options of every call to a channel. */
export interface ChannelCall {
  readonly signal: AbortSignal;
}

/**
 * The outgoing side of a messaging platform. One contract suite runs over every implementation.
 * Errors: `delivery_uncertain` (retryable: it may have arrived, reconcile with `find` first), `rate_limited` (retryable),
 * `delivery_rejected` (final: the platform will never take it).
 */
export interface Channel {
  readonly platform: Platform;
  /**
   * Set when this platform shows an answer that grows by edits of one message; then the text of a running task is posted
   * as a draft and edited at most this often. Without it only `progress` is called.
   */
  readonly drafts?: { readonly minIntervalMs: number };
  /**
   * How long a post may still arrive after the worker that made it died; the next one waits as long before it looks with
   * `find`. Default 10,000; 0 for channels that live on this machine.
   */
  readonly settleMs?: number;
  /** Posts once; the same key posted twice gives one message where the platform can tell, else `find` must be asked. */
  post(message: OutboundMessage, call: ChannelCall): Promise<Receipt>;
  /** Replaces what was posted (a draft that grew, an edited question). */
  edit(messageId: MessageId, message: OutboundMessage, call: ChannelCall): Promise<void>;
  /** Takes a message back (the question was deleted). Succeeds when it is gone already. */
  remove(messageId: MessageId, address: ReplyAddress, call: ChannelCall): Promise<void>;
  /** Looks for a message posted under this key; null when there is none. */
  find(key: EffectKey, address: ReplyAddress, call: ChannelCall): Promise<Receipt | null>;
  /** Shows files beside what is said; absent where a platform has none. */
  readonly files?: FilePlace<ReplyAddress>;
  /** Shows for some seconds that a person of the desk types. Never throws and never waits. */
  typing?(address: ReplyAddress, name: string): void;
  /** Shows what is going on, without a trace left behind. Never throws and never waits. */
  progress(address: ReplyAddress, progress: Progress): void;
}
