import type { InstanceAddress, StageTimings } from "../core/index.ts";
import type { Logger } from "../ports/logger.ts";
import { type Attempt, createDelivery } from "./delivery.ts";
import { replyPostSchema } from "./effect-params.ts";
import type { EngineParts } from "./engine-options.ts";
import {
  afterAttempt,
  draftFor,
  isReply,
  outcomeOf,
  timingsOf,
  withEntry,
} from "./outbox-entries.ts";
import type { Session } from "./session.ts";
import type { OutboxEntry } from "./snapshot.ts";

/** Has the effects of one instance, strictly in order, each marked in a commit before it is tried. */
export interface OutboxRunner {
  /** Marks what is to be tried next; true when that mark must be committed first. */
  prepare(): boolean;
  /** Begins the next attempt if there is one to begin. */
  advance(): void;
  isSending(): boolean;
  isSendingReply(): boolean;
  /** When the next attempt is due by the store's clock; null when the outbox is empty. */
  dueAt(): number | null;
  /** The same, but null while it is held up by something that will tell of its end. */
  waitsUntil(): number | null;
}

export interface OutboxRunnerOptions {
  readonly instance: InstanceAddress;
  readonly session: Session;
  readonly parts: EngineParts;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Rejects when the lease is lost. */
  readonly ensureLease: () => Promise<void>;
  /** Whether the draft is being posted or edited; a reply waits for the end of that. */
  readonly isDraftBusy: () => boolean;
  /** Until when (store's clock) a draft of which nothing was heard may still appear. */
  readonly draftSettledAt: () => number;
  readonly onChange: () => void;
}

/** Makes the runner of one claimed instance. What an earlier worker had marked is looked for before it is sent again. */
export function createOutboxRunner(options: OutboxRunnerOptions): OutboxRunner {
  const { instance, session, parts } = options;
  const delivery = createDelivery(instance, parts);
  const ambiguous = new Set<string>();
  const marked = new Set<string>();
  let sending: OutboxEntry | null = null;

  const replace = (entry: OutboxEntry): void => session.update((state) => withEntry(state, entry));

  for (const entry of session.state().outbox) {
    if (entry.attemptedAt === null) continue;
    ambiguous.add(entry.token);
    const settledAt = entry.attemptedAt + delivery.settleMs(entry);
    replace({ ...entry, notBefore: Math.max(entry.notBefore ?? 0, settledAt) });
  }

  const head = (): OutboxEntry | null => session.state().outbox[0] ?? null;

  // A draft that may still appear would be a second reply beside this one.
  const dueTime = (entry: OutboxEntry): number => {
    const hasDraft = draftFor(entry, session.state().draft) !== null;
    return Math.max(entry.notBefore ?? 0, hasDraft ? options.draftSettledAt() : 0);
  };

  const isDue = (entry: OutboxEntry): boolean => dueTime(entry) <= session.now();

  // A `tell` needs no mark: appended twice it counts once. But it must not run ahead of the commit that made it.
  const isReady = ({ token, type, attemptedAt }: OutboxEntry): boolean => {
    const kept = session.committed()?.outbox.find((entry) => entry.token === token);
    if (kept === undefined) return false;
    return type === "tell" || (marked.has(token) && kept.attemptedAt === attemptedAt);
  };

  const isHeldUp = (): boolean => {
    const next = head();
    return next !== null && isReply(next) && options.isDraftBusy();
  };

  const dueAt = (): number | null => {
    const next = head();
    return next === null ? null : dueTime(next);
  };

  const send = async (entry: OutboxEntry): Promise<void> => {
    await options.ensureLease();
    const [state, now] = [session.state(), session.now()];
    const draft = draftFor(entry, state.draft);
    const timings = timingsOf(state, now, session.commitMs());
    const attempt = await delivery.attempt({
      entry,
      isAmbiguous: ambiguous.has(entry.token),
      state,
      draft,
      timings,
      now,
      signal: options.signal,
    });
    marked.delete(entry.token);
    if (attempt.type === "retry" && attempt.entry.attemptedAt !== null) ambiguous.add(entry.token);
    session.update((current) => afterAttempt(current, entry, attempt, draft));
    report(entry, attempt, timings, options);
  };

  return {
    prepare: () => {
      const next = head();
      if (sending !== null || next === null || !isDue(next) || isReady(next)) return false;
      const first = session.state().outbox.find(({ type }) => type !== "tell");
      // A mark says when the send began: one that has to wait for the draft is marked after that.
      if (first !== undefined && isReply(first) && options.isDraftBusy()) return first !== next;
      if (first !== undefined && isDue(first) && !marked.has(first.token)) {
        marked.add(first.token);
        replace({ ...first, attemptedAt: session.now() });
      }
      return true;
    },
    advance: () => {
      const next = head();
      if (sending !== null || next === null || !isDue(next) || !isReady(next)) return;
      if (isHeldUp()) return;
      sending = next;
      send(next)
        .catch((error: unknown) => {
          // The lease is gone or the worker stops: the mark stays, and the next holder looks before it sends.
          if (!options.signal.aborted)
            options.logger.warn({ err: error }, "an effect was not begun");
        })
        .finally(() => {
          sending = null;
          options.onChange();
        });
    },
    isSending: () => sending !== null,
    isSendingReply: () => sending !== null && isReply(sending),
    dueAt,
    waitsUntil: () => (sending !== null || isHeldUp() ? null : dueAt()),
  };
}

function report(
  entry: OutboxEntry,
  attempt: Attempt,
  own: StageTimings,
  { instance, parts, logger }: OutboxRunnerOptions,
): void {
  const { kind } = instance;
  const [outcome, attempts] = [outcomeOf(attempt), entry.attempts + 1];
  parts.observer.delivered({ kind, type: entry.type, outcome, attempts });
  if (attempt.type === "retry") {
    const { code, message: reason } = attempt.error;
    logger.warn({ effect: entry.type, attempts, code, reason }, "an effect is tried again later");
  } else if (attempt.type === "dead") {
    const { code, reason } = attempt.letter;
    logger.error({ effect: entry.type, code, reason }, "an effect cannot be delivered");
  } else if (attempt.type === "obsolete") {
    logger.info({ effect: entry.type }, "an effect was left out: it came too late");
  } else if (isReply(entry)) {
    const { decision, timings } = replyPostSchema.parse(entry.params).reply;
    parts.observer.turnFinished({ kind, decision, timings: { ...timings, ...own } });
  }
}
