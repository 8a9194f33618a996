import { ChannelType } from "discord.js";
import type { Logger } from "../../src/ports/logger.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { channelSchema, type DiscordChannel } from "./payloads.ts";

/** Where something was said. */
export interface Place {
  /** Null in direct messages. */
  readonly guild: string | null;
  /** The channel; of a thread the one that it belongs to. */
  readonly channel: string;
  /** The thread or forum post; null for what stands in the channel itself. */
  readonly thread: string | null;
  readonly isDirect: boolean;
  /** The thread's title; empty elsewhere. */
  readonly title: string;
}

/** Channels and threads, as Discord told of them. */
export interface Places {
  /**
   * A thread is not taken for a plain channel, nor one channel for another: rules and readers hang on it.
   * @throws FrontdeskError `rate_limited` | `delivery_uncertain` (retryable) when Discord does not say, `delivery_rejected`
   */
  of(channel: string, guild: string | null, call: DiscordCall): Promise<Place>;
  put(channel: DiscordChannel): void;
  forget(channel: string): void;
  /** How a channel or thread is called, for whoever looks after the bot; null when that is not known. */
  nameOf(channel: string): string | null;
}

const CHANNEL_MS = 30 * 60_000;
const THREADS: ReadonlySet<number> = new Set([
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
]);

/** Whether a channel is a thread or a forum post. */
function isThread(type: number): boolean {
  return THREADS.has(type);
}

/** What a channel is, with the server that an event named. */
export function placeOf(channel: DiscordChannel, guild: string | null): Place {
  const { id, type, name, parent_id: parent } = channel;
  const isDirect = type === ChannelType.DM || type === ChannelType.GroupDM;
  const common = { guild: channel.guild_id ?? guild, isDirect };
  if (isThread(type) && typeof parent === "string") {
    return { ...common, channel: parent, thread: id, title: name ?? "" };
  }
  return { ...common, channel: id, thread: null, title: "" };
}

export function createPlaces(options: {
  readonly api: Pick<DiscordApi, "call">;
  readonly logger: Logger;
}): Places {
  const { api, logger } = options;
  const known = createTtlCache<DiscordChannel>(CHANNEL_MS);
  return {
    async of(channel, guild, call) {
      try {
        const load = () =>
          api.call({ method: "GET", route: `/channels/${channel}` }, channelSchema, call);
        return placeOf(await known.get(channel, load), guild);
      } catch (error) {
        call.signal.throwIfAborted();
        logger.debug({ err: error, channel }, "a channel could not be looked up");
        // What a channel belongs to never changes.
        const earlier = known.peek(channel);
        if (earlier === null) throw error;
        return placeOf(earlier, guild);
      }
    },
    put: (channel) => known.put(channel.id, channel),
    forget: (channel) => known.forget(channel),
    nameOf: (channel) => known.peek(channel)?.name ?? null,
  };
}
