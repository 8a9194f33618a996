import { z } from "zod";

/** What a bot process is started with. */
export const botOrderSchema = z.object({
  /** `chat-sdk-polling` acknowledges a message when its handler has ended, as the SDK advises for polling transports. */
  bot: z.enum(["frontdesk", "chat-sdk", "chat-sdk-polling"]),
  url: z.string(),
  keyPrefix: z.string(),
  owner: z.string(),
  /** How long an answer takes. */
  answerMs: z.number(),
});
export type BotOrder = z.infer<typeof botOrderSchema>;

/** What the platform tells a bot process: a message of a person, or the answer to one of its calls. */
export const toBotSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message"), id: z.string(), thread: z.string(), text: z.string() }),
  z.object({ type: z.literal("posted"), call: z.number() }),
  z.object({ type: z.literal("found"), call: z.number(), isThere: z.boolean() }),
]);
export type ToBot = z.infer<typeof toBotSchema>;

/** What a bot process tells the platform: it is ready, has taken a message in, posts, or looks for an earlier post. */
export const fromBotSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("ack"), id: z.string() }),
  z.object({
    type: z.literal("post"),
    call: z.number(),
    key: z.string(),
    thread: z.string(),
    text: z.string(),
  }),
  z.object({ type: z.literal("find"), call: z.number(), key: z.string() }),
]);
export type FromBot = z.infer<typeof fromBotSchema>;

/** The platform as a bot process reaches it: messages in memory, over the line to its parent. */
export interface BotPlatform {
  /** Resolves when the platform has the message. */
  post(key: string, thread: string, text: string): Promise<void>;
  /** Whether a message was posted under this key. */
  find(key: string): Promise<boolean>;
}

/** An echo bot of either kind: takes a message in; resolves when the platform may count it as delivered. */
export type TakeIn = (message: Extract<ToBot, { type: "message" }>) => Promise<void>;
