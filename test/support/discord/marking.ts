import type { DiscordMessage, DiscordUser, Emit, World } from "./world.ts";

/** What people put on messages and take away again. */
export interface Marking {
  react(user: DiscordUser, message: DiscordMessage, emoji: string): void;
  unreact(user: DiscordUser, message: DiscordMessage, emoji: string): void;
  pin(message: DiscordMessage): void;
  unpin(message: DiscordMessage): void;
}

export function createMarking(world: World, emit: Emit): Marking {
  const guildOf = ({ channelId }: DiscordMessage): string | null =>
    world.channels.get(channelId)?.guildId ?? null;

  const reaction = (name: string, user: string, message: DiscordMessage, emoji: string): void => {
    const guild = guildOf(message);
    const where = guild === null ? {} : { guild_id: guild };
    const of = { channel_id: message.channelId, message_id: message.id };
    const data = { user_id: user, ...of, ...where, emoji: { id: null, name: emoji } };
    emit(name, data, guild, message.channelId);
  };
  const pinning = (message: DiscordMessage): void => {
    const guild = guildOf(message);
    const data = { guild_id: guild, channel_id: message.channelId };
    emit("CHANNEL_PINS_UPDATE", data, guild, message.channelId);
  };

  return {
    react: ({ id }, message, emoji) => reaction("MESSAGE_REACTION_ADD", id, message, emoji),
    unreact: ({ id }, message, emoji) => reaction("MESSAGE_REACTION_REMOVE", id, message, emoji),
    pin(message) {
      world.pins.add(message.id);
      pinning(message);
    },
    unpin(message) {
      world.pins.delete(message.id);
      pinning(message);
    },
  };
}
