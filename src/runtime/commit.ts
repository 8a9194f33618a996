import { randomUUID } from "node:crypto";
import { isFrontdeskError } from "../core/index.ts";
import type { Commit } from "../ports/conversation-store.ts";
import type { Logger } from "../ports/logger.ts";
import { pause } from "./backoff.ts";
import { encodeSnapshot } from "./load.ts";
import type { Persisted } from "./snapshot.ts";

/** What is decided when an instance is put down. */
export interface Release {
  /** When to come back even if nothing happens, e.g. for an effect that must wait; null when only timers matter. */
  readonly wakeAt: number | null;
  readonly idleTtlMs: number | null;
}

/** Name of the timer with which the runtime itself asks to be woken. */
const WAKE_TIMER = "runtime.wake";
const COMMIT_RETRY_MS = 100;

/** The state with what its turn has spent in commits so far. */
export function withTurn(state: Persisted, commitMs: number): Persisted {
  return state.turn === null ? state : { ...state, turn: { ...state.turn, commitMs } };
}

/**
 * The store's form of a snapshot that consumes all events up to `seenThrough`.
 * @param release set when the lease is given back
 */
export function commitOf(
  state: Persisted,
  seenThrough: number,
  release: Release | null,
  version: number,
): Commit {
  const timers = Object.entries(state.timers).map(([id, { token, dueAt }]) => ({
    id,
    token,
    dueAt,
  }));
  const wake =
    release?.wakeAt === null || release === null
      ? []
      : [{ id: WAKE_TIMER, token: `${state.rev}@${release.wakeAt}`, dueAt: release.wakeAt }];
  return {
    commitId: randomUUID(),
    consumedThrough: seenThrough === 0 ? null : seenThrough,
    snapshot: encodeSnapshot(state),
    version,
    timers: [...timers, ...wake],
    release: release !== null,
    idleTtlMs: release?.idleTtlMs ?? null,
    deadLetters: state.deadLetters.length,
    waiting: state.outbox.length,
  };
}

/**
 * Repeats a commit that the store could not take; the same commit twice is the same as once.
 * @throws what the store threw when it is not retryable; `signal.reason` when aborted
 */
export async function retryingCommit(
  work: () => Promise<void>,
  signal: AbortSignal,
  logger: Logger,
): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!isFrontdeskError(error) || !error.retryable) throw error;
      const level = tries === 1 ? "warn" : "debug";
      logger[level]({ reason: error.message, tries }, "a commit is tried again");
      await pause(COMMIT_RETRY_MS, signal);
    }
  }
}
