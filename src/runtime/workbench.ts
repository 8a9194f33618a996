import type { Progress } from "../core/index.ts";
import type { Claim } from "../ports/conversation-store.ts";
import { createDraftWriter, type DraftWriter } from "./draft-writer.ts";
import type { EngineParts } from "./engine-options.ts";
import { createLeaseKeeper, type LeaseKeeper } from "./lease-keeper.ts";
import { createOutboxRunner, type OutboxRunner } from "./outbox-runner.ts";
import type { Reducer } from "./reduce.ts";
import { openSession, type Session } from "./session.ts";
import { createShownText } from "./shown-text.ts";
import type { StepEvent } from "./step-event.ts";
import { createTaskRunner, type TaskRunner } from "./task-runner.ts";
import { createWake, type Wake } from "./wake.ts";

/** Everything that works on one claimed instance, put together. */
export interface Workbench {
  readonly claim: Claim;
  readonly parts: EngineParts;
  readonly session: Session;
  readonly keeper: LeaseKeeper;
  readonly tasks: TaskRunner;
  readonly outbox: OutboxRunner;
  readonly drafts: DraftWriter;
  /** Signalled whenever something has changed. */
  readonly wake: Wake;
  /** Aborted when the lease is lost or the worker stops. */
  readonly signal: AbortSignal;
  /** Results of tasks that the machine has not been told yet, oldest first. */
  takeResults(): readonly StepEvent[];
}

/**
 * Puts a workbench together; the lease is renewed from now on.
 * @param isOpen whether new events may still be taken in
 * @throws FrontdeskError `snapshot_unreadable` when the instance was written by a newer version
 */
export function createWorkbench(
  claim: Claim,
  reducer: Reducer,
  parts: EngineParts,
  stop: AbortSignal,
  isOpen: () => boolean,
): Workbench {
  const { instance } = claim.lease;
  const { store, tuning } = parts;
  const logger = parts.logger.child({ instance: instance.id, kind: instance.kind });
  const shown = createShownText();
  const session = openSession(claim, reducer, parts, logger, shown);
  const wake = createWake();
  const results: StepEvent[] = [];
  const keeper = createLeaseKeeper({
    store,
    claim,
    leaseMs: tuning.leaseMs,
    mailboxPollMs: tuning.mailboxPollMs,
    logger,
    onRenewal: (renewal) => {
      session.adjustClock(renewal);
      if (isOpen()) session.take(renewal.inbox);
      wake.signal();
    },
  });
  const signal = AbortSignal.any([keeper.lost, stop]);
  signal.addEventListener("abort", wake.signal);
  const common = { instance, session, parts, logger, signal, onChange: wake.signal };
  const drafts = createDraftWriter({
    ...common,
    ensureLease: keeper.ensure,
    isReplying: () => outbox.isSendingReply(),
  });
  const outbox = createOutboxRunner({
    ...common,
    ensureLease: keeper.ensure,
    isDraftBusy: drafts.isBusy,
    draftSettledAt: drafts.settledAt,
  });
  const tasks = createTaskRunner({
    ...common,
    onResult: (event) => {
      results.push(event);
      wake.signal();
    },
    onProgress: (token, progress) => {
      shown.note(token, progress);
      showProgress(token, progress, session, drafts, parts);
    },
  });
  const takeResults = (): readonly StepEvent[] => results.splice(0);
  return { claim, parts, session, keeper, tasks, outbox, drafts, wake, signal, takeResults };
}

/** Text goes into a draft where the platform has drafts; everything else is shown in passing. */
function showProgress(
  token: string,
  progress: Progress,
  session: Session,
  drafts: DraftWriter,
  parts: EngineParts,
): void {
  const { context, tasks } = session.state();
  const address = session.reducer.kind.addressOf(context);
  if (address === null || !Object.values(tasks).some((task) => task.token === token)) return;
  const channel = parts.channelOf(address.platform);
  const isDrafted = channel?.drafts !== undefined && !address.ephemeral;
  if (isDrafted && progress.type !== "stage") drafts.show(token, progress);
  else channel?.progress(address, progress);
}
