import { FrontdeskError, type Progress } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import { createDelivery } from "./delivery.ts";
import { createDraftWriter } from "./draft-writer.ts";
import type { EngineParts } from "./engine-options.ts";
import { createLeaseKeeper } from "./lease-keeper.ts";
import { createOutboxRunner } from "./outbox-runner.ts";
import type { Reducer, StepEvent } from "./reduce.ts";
import { openSession, type Release, type Session } from "./session.ts";
import type { Persisted } from "./snapshot.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";
import { createWake } from "./wake.ts";

/** A claimed instance at work. */
export interface InstanceRun {
  /** Something was announced for its mailbox. */
  nudge(): void;
  /** Takes in nothing new, but ends what it has begun. */
  drain(): void;
  /** Ends at once; what ran is begun again by the next holder. */
  abort(reason: Error): void;
  /**
   * Resolves when the instance was given back, with the time (store's clock) at which it wants to be looked at again;
   * rejects with `lease_lost` or with a defect.
   */
  readonly finished: Promise<number | null>;
}

/** A turn that waits for more of a burst goes on within this time; longer timers begin something new. */
const MID_TURN_MS = 10_000;
const LAST_COMMIT_MS = 2_000;

/** Works on a claimed instance until it has nothing to do: reduce, commit, run tasks, have effects, give it back. */
export function runInstance(claim: Claim, reducer: Reducer, parts: EngineParts): InstanceRun {
  const { instance } = claim.lease;
  const { tuning, store } = parts;
  const logger = parts.logger.child({ instance: instance.id, kind: instance.kind });
  const session = openSession(claim, reducer, parts, logger);
  const wake = createWake();
  const stop = new AbortController();
  const results: StepEvent[] = [];
  // Perhaps begun before by a worker that died: then every attempt is counted before it begins.
  const isSuspect = mayHaveDied(claim, session.state(), tuning.leaseMs);
  let isDraining = false;
  let foldTimer: NodeJS.Timeout | null = null;
  let isOverdue = false;

  const keeper = createLeaseKeeper({
    store,
    claim,
    leaseMs: tuning.leaseMs,
    mailboxPollMs: tuning.mailboxPollMs,
    logger,
    onRenewal: (renewal) => {
      session.adjustClock(renewal);
      if (isDraining) return;
      session.take(renewal.inbox);
      wake.signal();
    },
  });
  const signal = AbortSignal.any([keeper.lost, stop.signal]);
  signal.addEventListener("abort", wake.signal);
  const channelOf = createDelivery(instance, parts).channelOf;
  const common = { instance, session, parts, logger, signal, onChange: wake.signal };
  const drafts = createDraftWriter({
    ...common,
    channelOf,
    isReplying: () => outbox.isSendingReply(),
  });
  const outbox = createOutboxRunner({
    ...common,
    ensureLease: keeper.ensure,
    isDraftBusy: drafts.isBusy,
  });
  const tasks = createTaskRunner({
    ...common,
    onResult: (event) => {
      results.push(event);
      wake.signal();
    },
    onProgress: (token, progress) => show(token, progress),
  });

  const show = (token: string, progress: Progress): void => {
    const { context, tasks: pending } = session.state();
    const address = reducer.kind.addressOf(context);
    if (address === null || !Object.values(pending).some((task) => task.token === token)) return;
    const channel = channelOf(address.platform);
    if (progress.type !== "stage" && channel?.drafts !== undefined && !address.ephemeral) {
      drafts.show(token, progress);
    } else {
      channel?.progress(address, progress);
    }
  };

  const isIdle = (): boolean => {
    const dueAt = outbox.dueAt();
    const isBusy = tasks.isRunning() || outbox.isSending() || drafts.isBusy();
    const isPending = Object.keys(session.state().tasks).length > 0 || results.length > 0;
    return !isBusy && !isPending && (dueAt === null || dueAt > session.now());
  };

  const needsCommit = (): boolean => {
    const state = session.state();
    const isFresh = isSuspect && !tasks.isRunning() && Object.keys(state.tasks).length > 0;
    // A receipt goes with the next mark or with the release where there is one soon.
    const isLast = state.outbox.length === 0 && !outbox.isSending();
    const isReceipt = isLast && (session.committed()?.outbox.length ?? 0) > 0;
    const isDue = isReceipt || drafts.wantsCommit() || isFresh || isOverdue || session.isCrowded();
    return isDue && session.isDirty();
  };

  const commit = async (release: Release | null): Promise<void> => {
    if (foldTimer !== null) clearTimeout(foldTimer);
    isOverdue = false;
    await session.commit(release, signal);
  };

  const startTasks = (): void => {
    const began = tasks.start();
    if (!began || !session.isDirty()) return;
    if (foldTimer !== null) clearTimeout(foldTimer);
    foldTimer = setTimeout(() => {
      isOverdue = true;
      wake.signal();
    }, tuning.foldMs);
  };

  const waitMs = (): number | null => {
    const due = [outbox.isSending() ? null : outbox.dueAt(), nextDueAt(session.state())];
    const waits = due.flatMap((at) => (at === null ? [] : [Math.max(0, at - session.now())]));
    const draftMs = drafts.waitMs();
    if (draftMs !== null) waits.push(draftMs);
    return waits.length === 0 ? null : Math.min(...waits);
  };

  /** Gives the instance back; false when something is left to do first. */
  const putDown = async (): Promise<boolean> => {
    const state = session.state();
    const isMidTurn = state.outbox.length > 0 || isSoon(nextDueAt(state), session.now());
    if (!isMidTurn && state.draft !== null) {
      drafts.dismiss();
      return false;
    }
    if (!isMidTurn && state.turn !== null) session.update((now) => ({ ...now, turn: null }));
    await commit({ wakeAt: outbox.dueAt(), idleTtlMs: idleTtl(session.state(), reducer) });
    return true;
  };

  const work = async (): Promise<number | null> => {
    session.take(claim.inbox);
    for (;;) {
      signal.throwIfAborted();
      for (const event of results.splice(0)) session.step(event);
      session.ring();
      if (isIdle()) {
        if (await putDown()) return earliest(outbox.dueAt(), nextDueAt(session.state()));
        continue;
      }
      tasks.prepare();
      const mustMark = [outbox.prepare(), drafts.prepare()].includes(true);
      if (mustMark || needsCommit()) await commit(null);
      startTasks();
      outbox.advance();
      drafts.advance();
      await wake.wait(waitMs());
    }
  };

  const run = async (): Promise<number | null> => {
    try {
      return await work();
    } catch (error) {
      if (stop.signal.aborted && !keeper.lost.aborted) await keepWhatIsDone(session, tasks);
      throw error;
    } finally {
      if (foldTimer !== null) clearTimeout(foldTimer);
      keeper.stop();
      tasks.abort(new FrontdeskError("lease_lost", "this worker no longer holds the conversation"));
      stop.abort();
    }
  };

  return {
    nudge: () => {
      if (!isDraining) keeper.nudge();
    },
    drain: () => {
      isDraining = true;
    },
    abort: (reason) => stop.abort(reason),
    finished: run(),
  };
}

/** A stop in good order counts no attempt against the tasks that it cuts short. */
async function keepWhatIsDone(session: Session, tasks: TaskRunner): Promise<void> {
  tasks.uncount();
  await session.commit(null, AbortSignal.timeout(LAST_COMMIT_MS)).catch(() => {});
}

function mayHaveDied(claim: Claim, state: Persisted, leaseMs: number): boolean {
  if (claim.wasAbandoned !== undefined) return claim.wasAbandoned;
  const oldest = claim.inbox[0]?.at ?? claim.now;
  return claim.now - oldest >= leaseMs || Object.keys(state.tasks).length > 0;
}

function nextDueAt(state: Persisted): number | null {
  const due = Object.values(state.timers).map(({ dueAt }) => dueAt);
  return due.length === 0 ? null : Math.min(...due);
}

function isSoon(dueAt: number | null, now: number): boolean {
  return dueAt !== null && dueAt - now <= MID_TURN_MS;
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function idleTtl(state: Persisted, reducer: Reducer): number | null {
  const isOwed = state.outbox.length + state.deadLetters.length + state.quarantine.length > 0;
  return isOwed ? null : reducer.kind.idleTtlMs;
}
