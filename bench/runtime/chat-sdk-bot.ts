import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createIoRedisState } from "@chat-adapter/state-ioredis";
import {
  type Adapter,
  type AdapterPostableMessage,
  Chat,
  type ChatInstance,
  Message,
  parseMarkdown,
} from "chat";
import type { BotOrder, BotPlatform, TakeIn } from "./bot-order.ts";

/** An adapter for the platform in memory, with what an echo bot needs of it. */
function createMemoryAdapter(
  platform: BotPlatform,
): Adapter & { readonly chat: () => ChatInstance } {
  let instance: ChatInstance | null = null;
  const chat = (): ChatInstance => {
    if (instance === null) throw new Error("the bot is not initialised");
    return instance;
  };
  return {
    chat,
    name: "memory",
    userName: "echo",
    initialize: async (given) => {
      instance = given;
    },
    postMessage: async (threadId, message) => {
      const id = randomUUID();
      await platform.post(id, threadId.replace(/^memory:/u, ""), textOf(message));
      return { id, threadId, raw: {} };
    },
    encodeThreadId: (data) => `memory:${String(data)}`,
    decodeThreadId: (threadId) => threadId.replace(/^memory:/u, ""),
    channelIdFromThreadId: (threadId) => threadId,
    isDM: () => false,
    handleWebhook: async () => new Response(null, { status: 200 }),
    parseMessage: () => unused("parseMessage"),
    editMessage: () => unused("editMessage"),
    deleteMessage: () => unused("deleteMessage"),
    addReaction: () => unused("addReaction"),
    removeReaction: () => unused("removeReaction"),
    renderFormatted: () => unused("renderFormatted"),
    fetchThread: () => unused("fetchThread"),
    fetchMessages: async () => ({ messages: [] }),
    startTyping: async () => {},
  };
}

function unused(name: string): never {
  throw new Error(`an echo bot does not use ${name}`);
}

function textOf(message: AdapterPostableMessage): string {
  if (typeof message === "string") return message;
  if ("markdown" in message) return message.markdown;
  return "raw" in message ? message.raw : "?";
}

/**
 * The echo bot on Vercel's Chat SDK, with its Redis state and the strategy that it advises where no message may be lost
 * (`queue`). A message is delivered when its webhook has answered: at once, while the handler goes on in the background (what
 * its guide for adapters does), or, as a polling transport, when the handler has ended.
 */
export async function openChatSdkBot(order: BotOrder, platform: BotPlatform): Promise<TakeIn> {
  const { url, keyPrefix, answerMs } = order;
  const adapter = createMemoryAdapter(platform);
  const bot = new Chat({
    userName: "echo",
    adapters: { memory: adapter },
    state: createIoRedisState({ url, keyPrefix }),
    concurrency: { strategy: "queue", maxQueueSize: 1_000 },
    logger: "silent",
  });
  bot.onNewMention(async (thread, message, context) => {
    if (answerMs > 0) await sleep(answerMs);
    const burst = [...(context?.skipped ?? []), message].map(({ text }) => text);
    await thread.post(burst.join(" | "));
  });
  await bot.initialize();
  return async ({ id, thread, text }) => {
    const message = new Message({
      id,
      threadId: `memory:${thread}`,
      text,
      formatted: parseMarkdown(text),
      raw: {},
      author: { userId: "ada", userName: "ada", fullName: "Ada", isBot: false, isMe: false },
      metadata: { dateSent: new Date(), edited: false },
      attachments: [],
      isMention: true,
    });
    const { threadId } = message;
    if (order.bot === "chat-sdk-polling") {
      await adapter.chat().processMessage(adapter, threadId, message, { deduplicate: false });
      return;
    }
    void adapter
      .chat()
      .processMessage(adapter, threadId, message)
      .catch(() => {});
  };
}
