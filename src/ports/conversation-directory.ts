import type { InstanceAddress } from "../core/index.ts";

/** One instance as lists show it. */
export interface InstanceSummary {
  readonly instance: InstanceAddress;
  readonly version: number;
  readonly updatedAt: number;
  readonly unread: number;
  readonly isLeased: boolean;
  readonly timers: number;
  /** Effects that could not be delivered, as told by the last commit. */
  readonly deadLetters: number;
}

/** What was removed. */
export interface RemovedInstance {
  /** JSON text. */
  readonly snapshot: string | null;
}

/** Looking at what the store holds, for operators. */
export interface ConversationDirectory {
  /** Newest first. */
  list(query: {
    readonly kind: string | null;
    readonly limit: number;
  }): Promise<readonly InstanceSummary[]>;
  /** The last committed snapshot (JSON text), null when there is no such instance. */
  read(instance: InstanceAddress): Promise<string | null>;
  /**
   * Instances whose last commit told of undeliverable effects, newest first; found without looking at all others. For pages:
   * `skip` leaves the first so many aside, until nothing comes; on a Cluster a page may hold more than `limit`, and its order
   * holds within the page.
   */
  deadLettered(query: {
    readonly limit: number;
    readonly skip?: number;
  }): Promise<readonly InstanceSummary[]>;
  /**
   * Removes snapshot, mailbox and timers, and gives the last snapshot (null inside when it had none yet); null when there was
   * nothing. A running turn of it is fenced off, and its holder is told soon, as of an append.
   */
  remove(instance: InstanceAddress): Promise<RemovedInstance | null>;
  /** Counts for metrics and health. */
  counts(): Promise<{
    readonly instances: number;
    readonly ready: number;
    readonly leased: number;
    readonly unread: number;
    readonly timers: number;
    /** Undeliverable effects of all instances together. */
    readonly deadLetters: number;
    /** Effects in the outboxes of all instances, as told by their last commits. */
    readonly waiting: number;
  }>;
}
