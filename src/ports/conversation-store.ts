import type { InstanceAddress } from "../core/index.ts";

/** An event as it lies in a mailbox. */
export interface StoredEvent {
  /** Grows by one within one mailbox; `commit` consumes by it. */
  readonly seq: number;
  /** JSON. Timer events have the form `{ type: "timer.due", id, token }`. */
  readonly event: unknown;
  /** Milliseconds since the epoch by the store's own clock, when it was appended. */
  readonly at: number;
}

/** The exclusive right to work on one instance. `fence` grows with every claim; an older one can commit no more. */
export interface Lease {
  readonly instance: InstanceAddress;
  readonly owner: string;
  readonly fence: number;
}

/** A leased instance with everything that is needed to work on it. */
export interface Claim {
  readonly lease: Lease;
  /** The last committed snapshot (JSON text), null for a new instance. */
  readonly snapshot: string | null;
  /** Unread events, oldest first, at most 64. */
  readonly inbox: readonly StoredEvent[];
  /** The store's clock at the claim. */
  readonly now: number;
  /**
   * True when the holder before did not give it back: he died, or lost it. Absent where the store does not know; then
   * workers judge by how long the events have been waiting.
   */
  readonly wasAbandoned?: boolean;
}

export interface AppendRequest {
  readonly instance: InstanceAddress;
  /** JSON. */
  readonly event: unknown;
  /**
   * When any of these was appended to this instance before (24 hours back at least), nothing happens. A key means
   * nothing to other instances.
   */
  readonly dedupeKeys: readonly string[];
}

export interface ClaimRequest {
  readonly owner: string;
  readonly leaseMs: number;
  readonly limit: number;
  /** The newest snapshot version this worker understands, by machine kind; newer instances and other kinds are left alone. */
  readonly supports: Readonly<Record<string, number>>;
}

/** A durable timer, armed as part of a commit. When due it becomes a `timer.due` event in the mailbox, once. */
interface StoredTimer {
  readonly id: string;
  readonly token: string;
  /** Milliseconds since the epoch by the store's clock. */
  readonly dueAt: number;
}

/** One atomic step of an instance. */
export interface Commit {
  /** Unique; the same commit applied twice changes nothing the second time. */
  readonly commitId: string;
  /** Events up to and including this `seq` are done with; null consumes nothing. */
  readonly consumedThrough: number | null;
  /** JSON text. */
  readonly snapshot: string;
  readonly version: number;
  /** Replaces all timers of the instance. */
  readonly timers: readonly StoredTimer[];
  /** Gives the lease back; the instance becomes ready again at once when unread events are left. */
  readonly release: boolean;
  /** Set when the instance may be forgotten after this time of silence; null keeps it. Only looked at with `release`. */
  readonly idleTtlMs: number | null;
  /** How many undeliverable effects the snapshot holds, so that they can be listed without reading it. Default 0. */
  readonly deadLetters?: number;
  /** How many effects wait in its outbox, so that they can be counted without reading it. Default 0. */
  readonly waiting?: number;
}

/** What the holder of a lease learns when he renews it. */
export interface Renewal {
  /** All unread events, oldest first, at most 64. */
  readonly inbox: readonly StoredEvent[];
  readonly now: number;
}

/**
 * Mailboxes, snapshots, leases and timers of all instances. Time is the store's own (`TIME` of Redis; the injected clock
 * of SQLite), never a worker's. Every call rejects with `store_unavailable` (retryable) when the store cannot be
 * reached, `disk_full` when it has no room; then nothing was changed, or the same call repeated changes nothing twice.
 */
export interface ConversationStore {
  /** Durably adds an event; false when a dedupe key was seen before. */
  append(request: AppendRequest): Promise<boolean>;
  /**
   * Takes instances that have unread events or due timers, or whose holder's lease has expired; those that have waited
   * longest come first. A lease that expired before its commit is claimable even when nothing is unread.
   */
  claim(request: ClaimRequest): Promise<readonly Claim[]>;
  /** Extends a lease and moves its due timers into the mailbox; null when it is lost or was given back. */
  renew(lease: Lease, leaseMs: number): Promise<Renewal | null>;
  /**
   * @throws FrontdeskError `lease_lost` when the fence has moved on, the lease was given back, the instance was removed,
   *   or the lease has expired and was taken.
   */
  commit(lease: Lease, commit: Commit): Promise<void>;
  /** Makes everything that this owner holds claimable at once (its process is known to be dead). Returns how many. */
  expireOwner(owner: string): Promise<number>;
  /**
   * Calls back soon after an event was appended or the instance removed, from whatever process; lost calls are possible, so callers look again
   * by themselves now and then. Returns the way to stop.
   */
  watch(listener: (instance: InstanceAddress) => void): () => void;
  close(): Promise<void>;
}
