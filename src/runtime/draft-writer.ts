import {
  type EffectKey,
  type InstanceAddress,
  isFrontdeskError,
  type MessageId,
  messageId,
  type Progress,
  timeLimit,
} from "../core/index.ts";
import type { ChannelCall, Receipt } from "../ports/channel.ts";
import type { Logger } from "../ports/logger.ts";
import { orAborted, pause } from "./backoff.ts";
import { type DraftPlace, draftMessage, draftTarget, placeOf, unsettledMs } from "./draft-place.ts";
import type { EngineParts } from "./engine-options.ts";
import { keyOf } from "./keys.ts";
import type { Session } from "./session.ts";
import type { Draft } from "./snapshot.ts";

/** Shows the text of a running task as one message that grows by edits; never two calls at once, the last text wins. */
export interface DraftWriter {
  /** Takes a further piece of text of the task with this token. */
  show(token: string, progress: Progress): void;
  /** Begins a draft when there is something to show; true when its mark must be committed first. */
  prepare(): boolean;
  /** Begins the next post or edit when it is time. */
  advance(): void;
  /** Whether a call to the platform is under way. */
  isBusy(): boolean;
  /**
   * Until when (store's clock) a post of which nothing was heard may still arrive: a reply that would replace it must wait.
   * 0 when there is none.
   */
  settledAt(): number;
  /** Whether the platform's message id was learned and is not committed yet. */
  wantsCommit(): boolean;
  /** Milliseconds until the next edit may be made; null when none waits. */
  waitMs(): number | null;
  /** Takes a draft back that no reply followed. */
  dismiss(): void;
}

export interface DraftWriterOptions {
  readonly instance: InstanceAddress;
  readonly session: Session;
  readonly parts: EngineParts;
  readonly logger: Logger;
  readonly signal: AbortSignal;
  /** Rejects when the lease is lost: another worker may have turned the draft into the reply by then. */
  readonly ensureLease: () => Promise<void>;
  /** Whether a reply is being sent, which may turn the draft into itself: no edits then. */
  readonly isReplying: () => boolean;
  readonly onChange: () => void;
}

/** Waits for an answer of the platform, but not beyond the end of the call. */
type Ask = <T>(answer: Promise<T>) => Promise<T>;

/** After a call that failed for a passing reason, wait at least this long. */
const RETRY_MS = 1_000;

/** Makes the writer of one claimed instance. A draft that an earlier worker left is found and written on. */
export function createDraftWriter(options: DraftWriterOptions): DraftWriter {
  const { instance, session, parts, logger } = options;
  let task: string | null = null;
  let text = "";
  let shown: string | null = null;
  let isAmbiguous = session.state().draft?.messageId === null;
  let isMarked = false;
  let isGivenUp = false;
  let isBusy = false;
  let posts = 0;
  let notBefore = performance.now() + unsettledMs(session, parts);

  const setDraft = (draft: Draft | null): void => session.update((state) => ({ ...state, draft }));

  const forget = ({ token }: Draft): void => {
    if (session.state().draft?.token === token) setDraft(null);
  };

  const keyOfDraft = ({ token }: Draft): EffectKey => keyOf(instance, session.state(), token);

  // Once its message is known a draft needs no more marks; before that every attempt to post it has one of its own.
  const isReady = (draft: Draft): boolean => {
    if (draft.messageId !== null) return true;
    return isMarked && session.committed()?.draft?.attemptedAt === draft.attemptedAt;
  };

  const isCurrent = (): boolean =>
    Object.values(session.state().tasks).some(({ token }) => token === task);

  const hasNews = (): boolean =>
    text.trim() !== "" && text !== shown && !isGivenUp && isCurrent() && !options.isReplying();

  const run = (
    name: string,
    work: (ask: Ask, call: ChannelCall) => Promise<void>,
    delayMs = 0,
  ): void => {
    isBusy = true;
    let timeout: AbortSignal | null = null;
    const begin = async (): Promise<void> => {
      if (delayMs > 0) await pause(delayMs, options.signal);
      await options.ensureLease();
      timeout = timeLimit(parts.tuning.sendTimeoutMs);
      const signal = AbortSignal.any([options.signal, timeout]);
      await work((answer) => orAborted(answer, signal), { signal });
    };
    begin()
      .catch((error: unknown) => {
        if (options.signal.aborted) return;
        const isTooSlow = timeout?.aborted === true;
        const isPassing = isTooSlow || (isFrontdeskError(error) && error.retryable);
        // Where many write at once a platform shows only some of it: that is no fault.
        const level = isFrontdeskError(error, "rate_limited") ? "debug" : "warn";
        logger[level]({ err: error, isPassing }, `a draft could not be ${name}`);
        isMarked = false;
        const askedMs = isFrontdeskError(error) ? (error.retryAfterMs ?? 0) : 0;
        const lostMs = isAmbiguous ? unsettledMs(session, parts) : 0;
        notBefore = performance.now() + Math.max(RETRY_MS, askedMs, lostMs);
        if (isPassing) return;
        isGivenUp = true;
        isAmbiguous = false;
        // One that stands there is kept in mind: the reply takes its place, or it is taken back.
        const { draft } = session.state();
        if (draft?.messageId === null) setDraft(null);
      })
      .finally(() => {
        isBusy = false;
        options.onChange();
      });
  };

  const post = (draft: Draft, { channel, address }: DraftPlace, sent: string): void => {
    const message = draftMessage(keyOfDraft(draft), address, sent);
    run("posted", async (ask, call) => {
      const found = isAmbiguous ? await ask(channel.find(message.key, address, call)) : null;
      const { messageId: id } = found ?? (await ask(placed(channel.post(message, call))));
      isAmbiguous = false;
      shown = found === null ? sent : null;
      notBefore = performance.now() + (channel.drafts?.minIntervalMs ?? 0);
      setDraft({ ...draft, messageId: id });
    });
  };

  /** Unless it was refused for its rate, a post that failed may have arrived. */
  const placed = (answer: Promise<Receipt>): Promise<Receipt> => {
    const wasAmbiguous = isAmbiguous;
    isAmbiguous = true;
    posts += 1;
    const mine = posts;
    return answer.catch((error: unknown) => {
      // Heard of too late, it says nothing of the post that was begun since.
      if (mine === posts && isFrontdeskError(error, "rate_limited")) isAmbiguous = wasAmbiguous;
      throw error;
    });
  };

  const edit = (draft: Draft, id: MessageId, place: DraftPlace, sent: string): void => {
    const { channel, address } = place;
    run("edited", async (ask, call) => {
      await ask(channel.edit(id, draftMessage(keyOfDraft(draft), address, sent), call));
      shown = sent;
      notBefore = performance.now() + (channel.drafts?.minIntervalMs ?? 0);
    });
  };

  return {
    show: (token, progress) => {
      if (progress.type === "stage") return;
      if (token !== task || progress.type === "reset") text = "";
      if (token !== task) isGivenUp = false;
      task = token;
      if (progress.type === "text") text += progress.delta;
      options.onChange();
    },
    prepare: () => {
      const { draft, rev } = session.state();
      if (!hasNews()) return false;
      if (draft !== null && (isBusy || isReady(draft) || performance.now() < notBefore))
        return false;
      const address = draft === null ? draftTarget(session, parts) : draft.address;
      isGivenUp = address === null;
      if (address === null) return false;
      isMarked = true;
      const attemptedAt = session.now();
      if (draft === null) shown = null;
      setDraft({ token: draft?.token ?? `${rev}.draft`, address, messageId: null, attemptedAt });
      return true;
    },
    advance: () => {
      const { draft } = session.state();
      if (draft === null || isBusy || !hasNews() || !isReady(draft)) return;
      const place = placeOf(draft, parts);
      isGivenUp = place === null;
      if (place === null || performance.now() < notBefore) return;
      if (draft.messageId === null) post(draft, place, text);
      else edit(draft, messageId(draft.messageId), place, text);
    },
    isBusy: () => isBusy,
    settledAt: () => {
      const { draft } = session.state();
      const isLost = isAmbiguous && draft !== null && draft.messageId === null;
      return isLost ? session.now() + unsettledMs(session, parts) : 0;
    },
    wantsCommit: () => {
      const id = session.state().draft?.messageId ?? null;
      return id !== null && session.committed()?.draft?.messageId !== id;
    },
    waitMs: () => (hasNews() && !isBusy ? Math.max(0, notBefore - performance.now()) : null),
    dismiss: () => {
      const { draft } = session.state();
      if (draft === null || isBusy) return;
      const place = placeOf(draft, parts);
      if (place === null) {
        forget(draft);
        return;
      }
      const { channel, address } = place;
      const takeBack = async (ask: Ask, call: ChannelCall): Promise<void> => {
        try {
          const known =
            draft.messageId ??
            (await ask(channel.find(keyOfDraft(draft), address, call)))?.messageId;
          if (known !== undefined) await ask(channel.remove(messageId(known), address, call));
        } finally {
          // Tried once: a half answer that stays is a blemish, a conversation that waits for it is worse. But whoever
          // stops in the middle leaves it to the next holder.
          if (!options.signal.aborted) forget(draft);
        }
      };
      run("taken back", takeBack, unsettledMs(session, parts));
    },
  };
}
