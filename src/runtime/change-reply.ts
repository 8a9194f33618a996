import { type EffectKey, isFrontdeskError, type ReplyAddress } from "../core/index.ts";
import type { Channel, OutboundMessage } from "../ports/channel.ts";

/**
 * Changes a reply that was posted, in its place; where it is gone or cannot be changed, `instead` is said. True when an earlier
 * attempt is found to have done so.
 * @throws what the channel throws
 */
export async function editReply(
  channel: Channel,
  message: OutboundMessage,
  options: {
    /** Under a key of its own. */
    readonly instead: OutboundMessage;
    /** An earlier attempt may have had its effect. */
    readonly isAmbiguous: boolean;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { instead, isAmbiguous, signal } = options;
  const { address, key } = message;
  const call = { signal };
  if (isAmbiguous && (await channel.find(instead.key, address, call)) !== null) return true;
  const found = await channel.find(key, address, call);
  if (found !== null) {
    try {
      await channel.edit(found.messageId, message, call);
      return false;
    } catch (error) {
      if (!isFrontdeskError(error, "delivery_rejected")) throw error;
    }
  }
  await channel.post(instead, call);
  return false;
}

/** Takes a reply back; one that is gone counts as taken back. */
export async function removeReply(
  channel: Channel,
  key: EffectKey,
  address: ReplyAddress,
  signal: AbortSignal,
): Promise<void> {
  const found = await channel.find(key, address, { signal });
  if (found !== null) await channel.remove(found.messageId, address, { signal });
}
