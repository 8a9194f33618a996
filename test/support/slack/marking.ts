import type { Dispatch } from "./dispatch.ts";
import { type SlackMessage, type SlackUser, threadKey, type World } from "./world.ts";

/** What people put on messages and take away again. */
export interface Marking {
  react(user: SlackUser, message: SlackMessage, name: string): Promise<void>;
  unreact(user: SlackUser, message: SlackMessage, name: string): Promise<void>;
  pin(user: SlackUser, message: SlackMessage): Promise<void>;
  unpin(user: SlackUser, message: SlackMessage): Promise<void>;
}

export function createMarking(world: World, dispatch: Dispatch): Marking {
  const keyOf = ({ channel, ts }: SlackMessage): string => threadKey(channel, ts);

  const reaction = (type: string, user: string, message: SlackMessage, name: string) => {
    const item = { type: "message", channel: message.channel, ts: message.ts };
    return dispatch.event({ type, user, reaction: name, item, item_user: message.user });
  };
  const pinning = (type: string, user: string, message: SlackMessage) => {
    const { channel, ts } = message;
    const pinned = {
      type: "message",
      channel,
      message: { ts, text: message.text },
      created_by: user,
    };
    return dispatch.event({ type, user, channel_id: channel, item: pinned });
  };

  return {
    async react(user, message, name) {
      world.reactions.push({ message: keyOf(message), name, user: user.id });
      await reaction("reaction_added", user.id, message, name);
    },
    async unreact(user, message, name) {
      const index = world.reactions.findIndex(
        (one) => one.message === keyOf(message) && one.name === name && one.user === user.id,
      );
      world.reactions.splice(index, 1);
      await reaction("reaction_removed", user.id, message, name);
    },
    async pin(user, message) {
      world.pins.add(keyOf(message));
      await pinning("pin_added", user.id, message);
    },
    async unpin(user, message) {
      world.pins.delete(keyOf(message));
      await pinning("pin_removed", user.id, message);
    },
  };
}
