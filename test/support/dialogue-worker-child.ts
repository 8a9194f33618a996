import { z } from "zod";
import { caseKind, createDialogueTasks, dialogueKind } from "../../flows/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createDeskEffect, createEngine, createRegistry } from "../../src/runtime/index.ts";
import { createConversationStoreOn, createRedisDesk, openRedis } from "../../src/runtime/redis.ts";
import { QUICK_SETTINGS } from "./flows-dialogue.ts";
import { aRetriever } from "./flows-knowledge.ts";
import { openRedisPlatform } from "./redis-platform.ts";

// What an earlier build is frozen with (scripts/freeze-worker.ts): it uses nothing that a build of 27 November 2026 lacks.

const orderSchema = z.object({
  url: z.string(),
  keyPrefix: z.string(),
  platformUrl: z.string(),
  owner: z.string(),
});

/** The real dialogues and cases on Redis, over a small handbook and without a model. */
async function work(order: z.infer<typeof orderSchema>): Promise<void> {
  const { url, keyPrefix, platformUrl, owner } = order;
  const connection = openRedis({ url, keyPrefix, logger: silentLogger });
  const engine = createEngine({
    store: createConversationStoreOn({ connection, logger: silentLogger }),
    registry: createRegistry([dialogueKind(QUICK_SETTINGS), caseKind(QUICK_SETTINGS)]),
    tasks: createDialogueTasks({
      retriever: aRetriever(),
      chatModel: null,
      webSearch: null,
      logger: silentLogger,
      settings: QUICK_SETTINGS,
    }),
    effects: {
      "desk.publish": createDeskEffect(createRedisDesk({ connection })),
      "turn.settled": () => Promise.resolve(),
      "turn.reviewed": () => Promise.resolve(),
    },
    channels: [openRedisPlatform(platformUrl, keyPrefix).channel()],
    logger: silentLogger,
    clock: systemClock,
    owner,
    tuning: { leaseMs: 600, pollMs: 50, mailboxPollMs: 200 },
  });
  await engine.start();
  process.send?.({ type: "ready" });
  process.once("SIGTERM", () => {
    void engine.drain({ timeoutMs: 2_000 }).then(() => process.exit(0));
  });
}

process.once("message", (order: unknown) => {
  void work(orderSchema.parse(order));
});
process.once("disconnect", () => process.exit(0));
