import type { InboundMessage, InstanceAddress } from "../core/index.ts";

/** Where adapters put what came in. Resolves when it is durable: only then may a platform be told so. */
export interface Inbox {
  /**
   * Hands over a person's message. False when it was known already.
   * @throws FrontdeskError `store_unavailable` | `disk_full` (then do not acknowledge), `message_empty`
   */
  receive(
    message: InboundMessage,
    dedupeKeys: readonly string[],
    options?: { readonly gatherMs?: number | null },
  ): Promise<boolean>;
  /** Any other event for an instance: a pressed button, a stop, an agent's act. JSON. */
  tell(
    instance: InstanceAddress,
    event: { readonly type: string } & Readonly<Record<string, unknown>>,
    dedupeKeys: readonly string[],
  ): Promise<boolean>;
}
