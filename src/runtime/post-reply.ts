import { type EffectKey, isFrontdeskError, type MessageId, messageId } from "../core/index.ts";
import type { Channel, OutboundMessage } from "../ports/channel.ts";
import type { Draft } from "./snapshot.ts";

/** How a reply is to be posted. */
export interface PostOptions {
  /** An earlier attempt may have arrived. */
  readonly isAmbiguous: boolean;
  /** A message that already shows a part of this reply, with the key under which it was posted. */
  readonly draft: { readonly messageId: Draft["messageId"]; readonly key: EffectKey } | null;
  readonly signal: AbortSignal;
}

/**
 * Posts a reply, or turns the draft into it. True when an earlier attempt is found to have arrived.
 * @throws what the channel throws
 */
export async function postReply(
  channel: Channel,
  message: OutboundMessage,
  { isAmbiguous, draft, signal }: PostOptions,
): Promise<boolean> {
  const { key, address } = message;
  const call = { signal };
  if (isAmbiguous && (await channel.find(key, address, call)) !== null) return true;
  if (draft !== null) {
    const found = draft.messageId ?? (await channel.find(draft.key, address, call))?.messageId;
    const final = { ...message, key: draft.key };
    if (found !== undefined) {
      if (await edited(channel, messageId(found), final, signal)) return false;
      await channel.post(message, call);
      // Half an answer above the whole one. Tried once: most likely somebody has deleted it.
      await channel.remove(messageId(found), address, call).catch(() => {});
      return false;
    }
  }
  await channel.post(message, call);
  return false;
}

/** False when there is nothing to edit any more: the draft was deleted, or may not be touched. */
async function edited(
  channel: Channel,
  id: MessageId,
  message: OutboundMessage,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await channel.edit(id, message, { signal });
    return true;
  } catch (error) {
    if (isFrontdeskError(error, "delivery_rejected")) return false;
    throw error;
  }
}
