/** What other programs can be told of. */
export const WEBHOOK_EVENTS = ["case.opened", "case.resolved", "delivery.failed"] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENTS)[number];

/** Something that happened, for another program. */
export interface WebhookEvent {
  /** The same for every attempt, so that the receiver can tell a repetition. */
  readonly id: string;
  readonly type: WebhookEventType;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** JSON. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** Tells another program, once per call. */
export interface WebhookSender {
  /** @throws FrontdeskError `webhook_failed`, retryable unless the receiver wants no more (410) or the address is refused */
  send(event: WebhookEvent, call: { readonly signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}
