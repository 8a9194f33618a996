import { errorMessage, type InstanceAddress, type StageTimings } from "../core/index.ts";
import type { Logger } from "../ports/logger.ts";
import { type Attempt, createDelivery } from "./delivery.ts";
import { replyAddressSchema, replyPostSchema } from "./effect-params.ts";
import type { EngineParts } from "./engine-options.ts";
import type { Session } from "./session.ts";
import type { Draft, OutboxEntry } from "./snapshot.ts";

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
  readonly onChange: () => void;
}

/** Makes the runner of one claimed instance. What was marked by an earlier worker is looked for before it is sent again. */
export function createOutboxRunner(options: OutboxRunnerOptions): OutboxRunner {
  const { instance, session, parts, logger } = options;
  const delivery = createDelivery(instance, parts);
  const ambiguous = new Set<string>();
  let sending: OutboxEntry | null = null;
  for (const entry of session.state().outbox) {
    if (entry.attemptedAt === null) continue;
    ambiguous.add(entry.token);
    const settledAt = entry.attemptedAt + delivery.settleMs(entry);
    if (settledAt > session.now()) replace({ ...entry, notBefore: settledAt });
  }

  function replace(changed: OutboxEntry): void {
    session.update((state) => ({
      ...state,
      outbox: state.outbox.map((entry) => (entry.token === changed.token ? changed : entry)),
    }));
  }

  const head = (): OutboxEntry | null => session.state().outbox[0] ?? null;

  const isDue = (entry: OutboxEntry): boolean => (entry.notBefore ?? 0) <= session.now();

  // A `tell` needs no mark: appended twice it counts once. But it must not run ahead of the commit that made it.
  const isMarked = ({ token, type, attemptedAt }: OutboxEntry): boolean => {
    const isKept = session
      .committed()
      ?.outbox.some(
        (kept) => kept.token === token && (type === "tell" || kept.attemptedAt !== null),
      );
    return isKept === true && (type === "tell" || attemptedAt !== null);
  };

  const settle = (entry: OutboxEntry, attempt: Attempt, draft: Draft | null): void => {
    const isFound = attempt.type === "sent" && attempt.isReconciled;
    const outcome = isFound ? "reconciled" : OUTCOMES[attempt.type];
    const attempts = entry.attempts + 1;
    parts.observer.delivered({ kind: instance.kind, type: entry.type, outcome, attempts });
    if (attempt.type === "retry") {
      if (attempt.entry.attemptedAt !== null) ambiguous.add(entry.token);
      logger.warn({ effect: entry.type, attempts }, "an effect is tried again later");
      replace(attempt.entry);
      return;
    }
    const letters = attempt.type === "dead" ? [attempt.letter] : [];
    if (attempt.type === "dead") {
      const { code, reason } = attempt.letter;
      logger.error({ effect: entry.type, code, reason }, "an effect cannot be delivered");
    }
    session.update((state) => ({
      ...state,
      outbox: state.outbox.filter(({ token }) => token !== entry.token),
      draft: draft !== null && attempt.type === "sent" ? null : state.draft,
      turn: isReply(entry) && Object.keys(state.tasks).length === 0 ? null : state.turn,
      deadLetters: [...state.deadLetters, ...letters],
    }));
  };

  const send = async (entry: OutboxEntry): Promise<void> => {
    await options.ensureLease();
    const state = session.state();
    const now = session.now();
    const timings = timingsOf(session);
    const draft = draftFor(entry, state.draft);
    const isAmbiguous = ambiguous.has(entry.token);
    const { signal } = options;
    const attempt = await delivery
      .attempt({ entry, isAmbiguous, state, draft, timings, now, signal })
      .catch((error: unknown): Attempt => {
        if (signal.aborted) throw error;
        const { token, type, params } = entry;
        const reason = errorMessage(error);
        const letter = {
          token,
          type,
          params,
          attempts: 1,
          code: "internal",
          reason,
          at: now,
        } as const;
        return { type: "dead", letter };
      });
    if (attempt.type === "sent") reportTurn(entry, timings);
    settle(entry, attempt, draft);
  };

  const reportTurn = (entry: OutboxEntry, own: StageTimings): void => {
    const params = isReply(entry) ? replyPostSchema.safeParse(entry.params) : null;
    if (params?.success !== true) return;
    const { decision, timings } = params.data.reply;
    parts.observer.turnFinished({
      kind: instance.kind,
      decision,
      timings: { ...timings, ...own },
    });
  };

  return {
    prepare: () => {
      if (sending !== null) return false;
      const next = head();
      if (next === null || !isDue(next) || isMarked(next)) return false;
      const attemptedAt = session.now();
      const upTo = session.state().outbox.findIndex(({ type }) => type !== "tell");
      const first = session.state().outbox[upTo];
      if (first !== undefined && first.attemptedAt === null && isDue(first)) {
        replace({ ...first, attemptedAt });
      }
      return true;
    },
    advance: () => {
      const next = head();
      if (sending !== null || next === null || !isDue(next) || !isMarked(next)) return;
      if (isReply(next) && options.isDraftBusy()) return;
      sending = next;
      send(next)
        .catch((error: unknown) => {
          // The lease is gone or the worker stops: the mark stays, and the next holder looks before it sends.
          if (!options.signal.aborted) logger.warn({ err: error }, "an effect was not begun");
        })
        .finally(() => {
          sending = null;
          options.onChange();
        });
    },
    isSending: () => sending !== null,
    isSendingReply: () => sending !== null && isReply(sending),
    dueAt: () => {
      const next = head();
      return next === null ? null : (next.notBefore ?? 0);
    },
  };
}

const OUTCOMES = { sent: "sent", retry: "retried", dead: "dead" } as const;

function isReply({ type }: OutboxEntry): boolean {
  return type === "reply.post";
}

/** The draft, when it stands where this reply goes. */
function draftFor(entry: OutboxEntry, draft: Draft | null): Draft | null {
  if (draft === null || !isReply(entry)) return null;
  const reply = replyPostSchema.safeParse(entry.params);
  const place = replyAddressSchema.safeParse(draft.address);
  if (!reply.success || !place.success) return null;
  const { address } = reply.data;
  const isSamePlace =
    address.platform === place.data.platform &&
    address.conversationId === place.data.conversationId &&
    address.channelId === place.data.channelId &&
    address.threadId === place.data.threadId &&
    !address.ephemeral;
  return isSamePlace ? draft : null;
}

/** What the runtime itself took of a turn. */
function timingsOf(session: Session): StageTimings {
  const { turn } = session.state();
  if (turn === null) return {};
  const totalMs = Math.max(0, Math.round(session.now() - turn.receivedAt));
  return { queueMs: turn.queueMs, commitMs: Math.round(session.commitMs() * 10) / 10, totalMs };
}
