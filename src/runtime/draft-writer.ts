import {
  detectLanguage,
  type InstanceAddress,
  isFrontdeskError,
  messageId,
  type Progress,
  type Reply,
  type ReplyAddress,
} from "../core/index.ts";
import type { Channel, ChannelCall, OutboundMessage } from "../ports/channel.ts";
import type { Logger } from "../ports/logger.ts";
import { replyAddressSchema } from "./effect-params.ts";
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
  readonly channelOf: (platform: string) => Channel | null;
  /** Whether a reply is being sent, which may turn the draft into itself: no edits then. */
  readonly isReplying: () => boolean;
  readonly onChange: () => void;
}

/** After a call that failed for a passing reason, wait at least this long. */
const RETRY_MS = 1_000;

/** Makes the writer of one claimed instance. A draft that an earlier worker left is found and written on. */
export function createDraftWriter(options: DraftWriterOptions): DraftWriter {
  const { instance, session, logger } = options;
  let task: string | null = null;
  let text = "";
  let shown: string | null = null;
  let isAmbiguous = session.state().draft?.messageId === null;
  let isGivenUp = false;
  let isBusy = false;
  let notBefore = settledAt();

  const setDraft = (draft: Draft | null): void => session.update((state) => ({ ...state, draft }));

  const target = (): ReplyAddress | null => {
    const address = session.reducer.kind.addressOf(session.state().context);
    if (address === null || address.ephemeral) return null;
    return options.channelOf(address.platform)?.drafts === undefined ? null : address;
  };

  const isCommitted = (draft: Draft): boolean => session.committed()?.draft?.token === draft.token;

  const isCurrent = (): boolean =>
    Object.values(session.state().tasks).some(({ token }) => token === task);

  const hasNews = (): boolean =>
    text.trim() !== "" && text !== shown && !isGivenUp && isCurrent() && !options.isReplying();

  const run = (name: string, work: (call: ChannelCall) => Promise<void>): void => {
    isBusy = true;
    const timeout = AbortSignal.timeout(options.parts.tuning.sendTimeoutMs);
    work({ signal: AbortSignal.any([options.signal, timeout]) })
      .catch((error: unknown) => {
        if (options.signal.aborted) return;
        const isPassing = timeout.aborted || (isFrontdeskError(error) && error.retryable);
        logger.warn({ err: error, isPassing }, `a draft could not be ${name}`);
        const asked = isFrontdeskError(error) ? (error.retryAfterMs ?? 0) : 0;
        notBefore = performance.now() + Math.max(RETRY_MS, asked);
        if (isPassing) return;
        isGivenUp = true;
        setDraft(null);
      })
      .finally(() => {
        isBusy = false;
        options.onChange();
      });
  };

  const place = (draft: Draft, channel: Channel, address: ReplyAddress): void => {
    const sent = text;
    const message = messageOf(draft, address, sent);
    run("posted", async (call) => {
      const found = isAmbiguous ? await channel.find(message.key, address, call) : null;
      isAmbiguous = true;
      const receipt = found ?? (await channel.post(message, call));
      isAmbiguous = false;
      shown = found === null ? sent : null;
      notBefore = performance.now() + (channel.drafts?.minIntervalMs ?? 0);
      setDraft({ ...draft, messageId: receipt.messageId });
    });
  };

  const messageOf = (draft: Draft, address: ReplyAddress, shownText: string): OutboundMessage => ({
    key: keyOf(instance, session.state(), draft.token),
    address,
    reply: draftReply(shownText),
    timings: {},
    isDraft: true,
  });

  function whereIs(draft: Draft): { channel: Channel; address: ReplyAddress } | null {
    const address = replyAddressSchema.safeParse(draft.address);
    if (!address.success) return null;
    const channel = options.channelOf(address.data.platform);
    return channel === null ? null : { channel, address: address.data };
  }

  /** A post of an earlier worker may still arrive until then. */
  function settledAt(): number {
    const { draft } = session.state();
    if (draft === null || draft.messageId !== null) return 0;
    const settleMs = whereIs(draft)?.channel.settleMs ?? options.parts.tuning.sendTimeoutMs;
    return performance.now() + Math.max(0, draft.attemptedAt + settleMs - session.now());
  }

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
      if (draft !== null) return hasNews() && !isCommitted(draft);
      if (!hasNews()) return false;
      const address = target();
      if (address === null) {
        isGivenUp = true;
        return false;
      }
      shown = null;
      setDraft({ token: `${rev}.draft`, address, messageId: null, attemptedAt: session.now() });
      return true;
    },
    advance: () => {
      const { draft } = session.state();
      if (draft === null || isBusy || !hasNews() || !isCommitted(draft)) return;
      const where = whereIs(draft);
      if (where === null) {
        isGivenUp = true;
        return;
      }
      if (performance.now() < notBefore) return;
      const { channel, address } = where;
      if (draft.messageId === null) {
        place(draft, channel, address);
        return;
      }
      const id = messageId(draft.messageId);
      const sent = text;
      run("edited", async (call) => {
        await channel.edit(id, messageOf(draft, address, sent), call);
        shown = sent;
        notBefore = performance.now() + (channel.drafts?.minIntervalMs ?? 0);
      });
    },
    isBusy: () => isBusy,
    wantsCommit: () => {
      const { draft } = session.state();
      const kept = session.committed()?.draft ?? null;
      return draft !== null && draft.messageId !== null && kept?.messageId !== draft.messageId;
    },
    waitMs: () => (hasNews() && !isBusy ? Math.max(0, notBefore - performance.now()) : null),
    dismiss: () => {
      const { draft } = session.state();
      if (draft === null || isBusy) return;
      const where = whereIs(draft);
      run("taken back", async (call) => {
        // Tried once: a half answer that stays is a blemish, a conversation that waits for it is worse.
        setDraft(null);
        if (where === null) return;
        const { channel, address } = where;
        const key = keyOf(instance, session.state(), draft.token);
        const known = draft.messageId ?? (await channel.find(key, address, call))?.messageId;
        if (known !== undefined) await channel.remove(messageId(known), address, call);
      });
    },
  };
}

/** What is shown of an answer that is still being written. */
function draftReply(text: string): Reply {
  return {
    decision: "answer",
    text,
    language: detectLanguage(text),
    confidence: null,
    question: null,
    citations: [],
    options: [],
    case: null,
    marks: [],
    timings: {},
    speaker: { kind: "bot" },
  };
}
