/** Something that Slack sends to the app, and what the app answered. */
export interface Delivery {
  readonly kind: "events_api" | "interactive" | "slash_commands";
  readonly body: Readonly<Record<string, unknown>>;
  /** 0 for the first try. */
  readonly attempt: number;
  readonly reason: string | null;
}

/** How one try ended. `payload`: what came back with the acknowledgement. */
export type DeliveryOutcome =
  | { readonly type: "acknowledged"; readonly payload: unknown; readonly tookMs: number }
  | { readonly type: "refused"; readonly status: number }
  | { readonly type: "timeout" }
  /** The connection broke, or none was there. */
  | { readonly type: "lost" };

/** A way to the app. */
export interface Courier {
  deliver(delivery: Delivery): Promise<DeliveryOutcome>;
}

/** What is known of one delivery with all its tries. */
export interface DeliveryRecord {
  readonly kind: Delivery["kind"];
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly outcomes: readonly DeliveryOutcome[];
}
