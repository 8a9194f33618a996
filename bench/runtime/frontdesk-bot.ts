import { setTimeout as sleep } from "node:timers/promises";
import { messageId } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createEngine, createInbox, createRegistry } from "../../src/runtime/index.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { messageIn, smallKind } from "../../test/support/runtime-machines.ts";
import { textOf } from "../../test/support/runtime-world.ts";
import type { BotOrder, BotPlatform, TakeIn } from "./bot-order.ts";

/** As `frontdesk start` sets it on Redis. */
export const LEASE_MS = 4_000;

/** What a killed process has written is read by its parent within this time. */
const SETTLE_MS = 200;

/** The small assistant on Frontdesk's engine, with its echo. A message is delivered when it is stored. */
export async function openFrontdeskBot(order: BotOrder, platform: BotPlatform): Promise<TakeIn> {
  const { url, keyPrefix, owner, answerMs } = order;
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  const channel: Channel = {
    platform: "console",
    settleMs: SETTLE_MS,
    post: async ({ key, address, reply }) => {
      await platform.post(key, address.channelId, reply.text);
      return { messageId: messageId(key) };
    },
    find: async (key) => ((await platform.find(key)) ? { messageId: messageId(key) } : null),
    edit: async () => {},
    remove: async () => {},
    progress: () => {},
  };
  const engine = createEngine({
    store,
    registry: createRegistry([smallKind({ idleTtlMs: 86_400_000 })]),
    tasks: {
      understand: async () => ({ intent: "ask" }),
      answer: async (input, { signal }) => {
        if (answerMs > 0) await sleep(answerMs, null, { signal });
        return textOf(input);
      },
    },
    effects: {},
    channels: [channel],
    logger: silentLogger,
    clock: systemClock,
    owner,
    tuning: { leaseMs: LEASE_MS, concurrency: 64 },
  });
  await engine.start();
  const inbox = createInbox(store, systemClock);
  return async ({ id, thread, text }) => {
    await inbox.receive(messageIn(thread, text), [id]);
  };
}
