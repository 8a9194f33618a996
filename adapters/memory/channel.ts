import {
  type EffectKey,
  FrontdeskError,
  type MessageId,
  messageId,
  type Platform,
  type Reply,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Channel, OutboundMessage } from "../../src/ports/channel.ts";

/** A message as it stands. */
interface MemoryPost {
  readonly id: MessageId;
  readonly key: EffectKey;
  readonly address: ReplyAddress;
  readonly reply: Reply;
}

/** A platform of which everything that was said can be looked at. */
export interface MemoryChannel extends Channel {
  /** What stands now, oldest first. */
  posts(): readonly MemoryPost[];
}

/** A messaging platform in memory, for rehearsing conversations: nothing of it is kept. */
export function createMemoryChannel(options: { readonly platform: Platform }): MemoryChannel {
  const posts = new Map<MessageId, MemoryPost>();
  const byKey = new Map<EffectKey, MessageId>();
  let count = 0;
  const replace = (id: MessageId, { reply }: OutboundMessage): void => {
    const found = posts.get(id);
    if (found === undefined) {
      throw new FrontdeskError("delivery_rejected", `There is no message ${id} to be changed.`);
    }
    posts.set(id, { ...found, reply });
  };
  return {
    platform: options.platform,
    settleMs: 0, // a post is there at once or never
    async post({ key, address, reply }, { signal }) {
      signal.throwIfAborted();
      const known = byKey.get(key);
      if (known !== undefined) return { messageId: known };
      count += 1;
      const id = messageId(`memory:${count}`);
      posts.set(id, { id, key, address, reply });
      byKey.set(key, id);
      return { messageId: id };
    },
    async edit(id, message, { signal }) {
      signal.throwIfAborted();
      replace(id, message);
    },
    async remove(id, _address, { signal }) {
      signal.throwIfAborted();
      const found = posts.get(id);
      if (found !== undefined) byKey.delete(found.key);
      posts.delete(id);
    },
    async find(key, _address, { signal }) {
      signal.throwIfAborted();
      const id = byKey.get(key);
      return id === undefined ? null : { messageId: id };
    },
    progress: () => {},
    posts: () => [...posts.values()],
  };
}
