import { detectLanguage, type EffectKey, type Reply, type ReplyAddress } from "../core/index.ts";
import type { Channel, OutboundMessage } from "../ports/channel.ts";
import { replyAddressSchema } from "./effect-params.ts";
import type { EngineParts } from "./engine-options.ts";
import type { Session } from "./session.ts";
import type { Draft } from "./snapshot.ts";

/** Where a draft stands. */
export interface DraftPlace {
  readonly channel: Channel;
  readonly address: ReplyAddress;
}

/** Where the running task's text may be shown as a draft; null when its platform has none, or nobody else may see it. */
export function draftTarget(session: Session, parts: EngineParts): ReplyAddress | null {
  const address = session.reducer.kind.addressOf(session.state().context);
  if (address === null || address.ephemeral) return null;
  return parts.channelOf(address.platform)?.drafts === undefined ? null : address;
}

/** Null when its platform is no longer configured. */
export function placeOf(draft: Draft, parts: Pick<EngineParts, "channelOf">): DraftPlace | null {
  const address = replyAddressSchema.safeParse(draft.address);
  if (!address.success) return null;
  const channel = parts.channelOf(address.data.platform);
  return channel === null ? null : { channel, address: address.data };
}

/** How long a post of an earlier worker, of which nothing was heard, may still arrive. */
export function unsettledMs(session: Session, parts: EngineParts): number {
  const { draft } = session.state();
  if (draft === null || draft.messageId !== null) return 0;
  const settleMs = placeOf(draft, parts)?.channel.settleMs ?? parts.tuning.sendTimeoutMs;
  return Math.max(0, draft.attemptedAt + settleMs - session.now());
}

/** What is shown of an answer that is still being written. */
export function draftMessage(key: EffectKey, address: ReplyAddress, text: string): OutboundMessage {
  const reply: Reply = {
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
  return { key, address, reply, timings: {}, isDraft: true };
}
