import { FrontdeskError, instanceKey } from "../core/index.ts";
import type { Claim, ConversationStore, Renewal } from "../ports/conversation-store.ts";
import type { Logger } from "../ports/logger.ts";

/** Keeps one lease alive while its holder works, and brings what arrives in the mailbox meanwhile. */
export interface LeaseKeeper {
  /** Aborted with `lease_lost` when the lease is gone or may be, or with what `onRenewal` threw. */
  readonly lost: AbortSignal;
  /** Looks into the mailbox now; something was announced. */
  nudge(): void;
  /** Renews unless the lease is good for a while yet. @throws FrontdeskError `lease_lost` */
  ensure(): Promise<void>;
  stop(): void;
}

export interface LeaseKeeperOptions {
  readonly store: ConversationStore;
  readonly claim: Claim;
  readonly leaseMs: number;
  readonly mailboxPollMs: number;
  readonly logger: Logger;
  readonly onRenewal: (renewal: Renewal) => void;
}

/** Begins to renew at once; a store that cannot be reached is asked again until the lease has run out. */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { store, claim, leaseMs, logger } = options;
  const lost = new AbortController();
  const intervalMs = Math.max(1, Math.min(leaseMs / 3, options.mailboxPollMs));
  let heldUntil = performance.now() + leaseMs;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isStopped = false;

  const lose = (): void => {
    const key = instanceKey(claim.lease.instance);
    lost.abort(new FrontdeskError("lease_lost", `another worker may have taken over ${key}`));
  };

  const renew = async (): Promise<void> => {
    const askedAt = performance.now();
    let renewal: Renewal | null;
    try {
      renewal = await store.renew(claim.lease, leaseMs);
    } catch (error) {
      logger.warn({ err: error }, "a lease could not be renewed");
      if (performance.now() >= heldUntil) lose();
      return;
    }
    if (isStopped) return;
    if (renewal === null) {
      lose();
      return;
    }
    heldUntil = askedAt + leaseMs;
    try {
      options.onRenewal(renewal);
    } catch (error) {
      // Nothing can be done with what has arrived: this holder must not go on as if it had not.
      lost.abort(error);
    }
  };

  // One renewal at a time; whoever asks while one is under way gets the next one.
  const run = (): Promise<void> => {
    if (running !== null) {
      isAskedAgain = true;
      return running;
    }
    running = renew().finally(() => {
      running = null;
      if (!isAskedAgain || isStopped) return;
      isAskedAgain = false;
      void run();
    });
    return running;
  };

  const timer = setInterval(() => void run(), intervalMs);

  return {
    lost: lost.signal,
    nudge: () => void run(),
    ensure: async () => {
      if (performance.now() < heldUntil - leaseMs / 3) return;
      await run();
      lost.signal.throwIfAborted();
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}
