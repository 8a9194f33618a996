import { FrontdeskError } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import type { Release } from "./commit.ts";
import type { Session } from "./session.ts";
import type { Persisted } from "./snapshot.ts";
import type { Workbench } from "./workbench.ts";

/** A turn that waits for more of a burst goes on within this time; longer timers begin something new. */
const MID_TURN_MS = 10_000;

/**
 * Works on a claimed instance until it has nothing to do: reduces what happened, commits where something must not be lost,
 * runs tasks, has effects, and gives it back. Returns when it wants to be looked at again (store's clock), or null.
 * @throws FrontdeskError `lease_lost`; `signal.reason` when the worker stops
 */
export async function workOn(bench: Workbench): Promise<number | null> {
  const { session, tasks, outbox, drafts, wake, signal, parts, claim } = bench;
  // Perhaps begun before by a worker that died: then every attempt is counted before it begins.
  const isSuspect = mayHaveDied(claim, session.state(), parts.tuning.leaseMs);
  const fold = createFoldTimer(parts.tuning.foldMs, wake.signal);
  try {
    session.take(claim.inbox);
    for (;;) {
      signal.throwIfAborted();
      for (const event of bench.takeResults()) session.step(event);
      session.ring();
      if (isIdle(bench)) {
        if (await putDown(bench)) return earliest(outbox.dueAt(), nextDueAt(session.state()));
        continue;
      }
      tasks.prepare();
      const mustMark = [outbox.prepare(), drafts.prepare()].includes(true);
      if (mustMark || needsCommit(bench, isSuspect, fold.isOverdue())) {
        fold.clear();
        await session.commit(null, signal);
      }
      if (tasks.start() && session.isDirty()) fold.restart();
      outbox.advance();
      drafts.advance();
      await wake.wait(waitMs(bench));
    }
  } finally {
    fold.clear();
  }
}

function isIdle({ session, tasks, outbox, drafts }: Workbench): boolean {
  const dueAt = outbox.dueAt();
  const isBusy = tasks.isRunning() || outbox.isSending() || drafts.isBusy();
  const isPending = Object.keys(session.state().tasks).length > 0;
  return !isBusy && !isPending && (dueAt === null || dueAt > session.now());
}

function needsCommit(bench: Workbench, isSuspect: boolean, isOverdue: boolean): boolean {
  const { session, tasks, outbox, drafts } = bench;
  const state = session.state();
  const isFresh = isSuspect && !tasks.isRunning() && Object.keys(state.tasks).length > 0;
  // A receipt goes with the next mark or with the release where there is one soon.
  const isLast = state.outbox.length === 0 && !outbox.isSending();
  const isReceipt = isLast && (session.committed()?.outbox.length ?? 0) > 0;
  const isDue = isReceipt || isFresh || isOverdue || drafts.wantsCommit() || session.isCrowded();
  return isDue && session.isDirty();
}

/** Gives the instance back; false when something is left to do first. */
async function putDown({ session, outbox, drafts, signal }: Workbench): Promise<boolean> {
  const state = session.state();
  const dueAt = nextDueAt(state);
  const isSoon = dueAt !== null && dueAt - session.now() <= MID_TURN_MS;
  const isMidTurn = state.outbox.length > 0 || isSoon;
  if (!isMidTurn && state.draft !== null) {
    drafts.dismiss();
    return false;
  }
  if (!isMidTurn && state.turn !== null) session.update((now) => ({ ...now, turn: null }));
  // What was put into quarantine lies there as long as any conversation does; nobody is owed anything of it.
  const isOwed = state.outbox.length + state.deadLetters.length > 0;
  const { kind } = session.reducer;
  const isKept = isOwed || kind.isKept?.(state.context) === true;
  const idleTtlMs = isKept ? null : kind.idleTtlMs;
  if (session.leftToNewer() !== null) await leaveToNewer(session, signal);
  const release: Release = { wakeAt: outbox.dueAt(), idleTtlMs };
  await session.commit(release, signal);
  return true;
}

/**
 * Keeps what was done, and the lease until it ends by itself: given back, the instance would be taken again at once by whoever
 * is quickest, and that is this worker.
 * @throws FrontdeskError `unsupported`
 */
async function leaveToNewer(session: Session, signal: AbortSignal): Promise<never> {
  if (session.isDirty()) await session.commit(null, signal);
  const message = `an event of the type ${session.leftToNewer()} is left to a newer worker`;
  throw new FrontdeskError("unsupported", message, { retryable: true });
}

/** How long nothing will happen by itself; null when only from outside. */
function waitMs({ session, outbox, drafts }: Workbench): number | null {
  const times = [outbox.waitsUntil(), nextDueAt(session.state())];
  const waits = times.flatMap((at) => (at === null ? [] : [Math.max(0, at - session.now())]));
  const draftMs = drafts.waitMs();
  if (draftMs !== null) waits.push(draftMs);
  return waits.length === 0 ? null : Math.min(...waits);
}

function mayHaveDied(claim: Claim, state: Persisted, leaseMs: number): boolean {
  if (claim.wasAbandoned !== undefined) return claim.wasAbandoned;
  const oldest = claim.inbox[0]?.at ?? claim.now;
  return claim.now - oldest >= leaseMs || Object.keys(state.tasks).length > 0;
}

function nextDueAt(state: Persisted): number | null {
  return Object.values(state.timers).reduce<number | null>(
    (next, { dueAt }) => earliest(next, dueAt),
    null,
  );
}

function earliest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Tells when a task has run for so long that what led to it should be committed. */
function createFoldTimer(foldMs: number, onOverdue: () => void) {
  let timer: NodeJS.Timeout | null = null;
  let isOverdue = false;
  const clear = (): void => {
    if (timer !== null) clearTimeout(timer);
    isOverdue = false;
  };
  const restart = (): void => {
    clear();
    timer = setTimeout(() => {
      isOverdue = true;
      onOverdue();
    }, foldMs);
  };
  return { clear, restart, isOverdue: () => isOverdue };
}
