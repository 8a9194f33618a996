import { Redis } from "ioredis";
import { z } from "zod";
import { messageId, type Platform } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";

const postSchema = z.object({
  channelId: z.string(),
  key: z.string(),
  text: z.string(),
  decision: z.string(),
  /** Id of the message that it answers. */
  replyTo: z.string().nullable(),
  pid: z.number(),
});
const workSchema = z.object({
  channelId: z.string(),
  pid: z.number(),
  from: z.number(),
  to: z.number(),
});

/** A message as it stands on the platform. */
export type PlatformPost = z.infer<typeof postSchema>;
/** A piece of work that was done to its end, by the clock of the machine. */
export type PlatformWork = z.infer<typeof workSchema>;

/**
 * A messaging platform that lives in a Redis of its own, so that several worker processes share it and outlive one
 * another. Like Slack it takes the same key twice without a word: doubles show. Like Slack it can be asked what arrived.
 */
export interface RedisPlatform {
  channel(options?: { readonly afterPost?: () => Promise<void> }): Channel;
  posts(): Promise<readonly PlatformPost[]>;
  noteWork(work: PlatformWork): Promise<void>;
  work(): Promise<readonly PlatformWork[]>;
  close(): void;
}

/** Opens the platform that all processes with this URL and name share. */
export function openRedisPlatform(url: string, name: string): RedisPlatform {
  const client = new Redis(url, { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 1 });
  // A killed test's connection says nothing of interest.
  client.on("error", () => {});
  const key = (part: string): string => `platform-${name}:${part}`;

  const channel: RedisPlatform["channel"] = (options = {}) => ({
    platform: "console" satisfies Platform,
    // A killed worker's last bytes are still on their way for a moment.
    settleMs: 200,
    post: async (message) => {
      const { channelId, replyTo } = message.address;
      const { text, decision } = message.reply;
      const post = { channelId, key: message.key, text, decision, replyTo, pid: process.pid };
      await client
        .multi()
        .rpush(key("posts"), JSON.stringify(post))
        .sadd(key("keys"), message.key)
        .exec();
      await options.afterPost?.();
      return { messageId: messageId(message.key) };
    },
    edit: async () => {},
    remove: async () => {},
    find: async (sought) =>
      (await client.sismember(key("keys"), sought)) === 1 ? { messageId: messageId(sought) } : null,
    progress: () => {},
  });

  return {
    channel,
    posts: async () =>
      (await client.lrange(key("posts"), 0, -1)).map((text) => postSchema.parse(JSON.parse(text))),
    noteWork: async (work) => {
      await client.rpush(key("work"), JSON.stringify(work));
    },
    work: async () =>
      (await client.lrange(key("work"), 0, -1)).map((text) => workSchema.parse(JSON.parse(text))),
    close: () => client.disconnect(),
  };
}
