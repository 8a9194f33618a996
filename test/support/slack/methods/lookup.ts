import { ApiError } from "../api-error.ts";
import type { SlackChannel, SlackMessage, SlackUser, World } from "../world.ts";

/** A channel that the bot can see. @throws ApiError `channel_not_found` */
export function channelFor(world: World, id: string): SlackChannel {
  const channel = world.channels.get(id);
  const isHidden = channel?.kind !== "public" && !channel?.members.has(world.bot.id);
  if (channel === undefined || isHidden) throw new ApiError("channel_not_found");
  return channel;
}

/** A channel that the bot can write to. @throws ApiError `not_in_channel`, `is_archived`, … */
export function writableChannel(world: World, id: string): SlackChannel {
  const channel = channelFor(world, id);
  if (channel.isArchived) throw new ApiError("is_archived");
  if (!channel.members.has(world.bot.id)) throw new ApiError("not_in_channel");
  return channel;
}

/** @throws ApiError `user_not_found` */
export function userFor(world: World, id: string): SlackUser {
  const user = world.users.get(id);
  if (user === undefined) throw new ApiError("user_not_found");
  return user;
}

/** A message of the bot. @throws ApiError `message_not_found`, `cant_update_message` */
export function ownMessage(
  world: World,
  channel: string,
  ts: string,
  refusal: string,
): SlackMessage {
  const message = world.find(channel, ts);
  if (message === null || message.ephemeralTo !== null) throw new ApiError("message_not_found");
  if (message.user !== world.bot.id) throw new ApiError(refusal);
  return message;
}

/** The root of a thread. @throws ApiError with `code` when there is none */
export function threadRoot(world: World, channel: string, ts: string, code: string): SlackMessage {
  const message = world.find(channel, ts);
  if (message === null || message.ephemeralTo !== null) throw new ApiError(code);
  return message;
}
