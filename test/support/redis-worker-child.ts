import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { TaskHandlers } from "../../src/ports/task.ts";
import { createEngine, createRegistry, silentObserver } from "../../src/runtime/index.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { openRedisPlatform, type RedisPlatform } from "./redis-platform.ts";
import { type WorkerOrder, type WorkerReport, workerOrderSchema } from "./redis-worker.ts";
import { smallKind } from "./runtime-machines.ts";
import { textOf } from "./runtime-world.ts";

const tell = (report: WorkerReport): void => void process.send?.(report);

/** Waits for the parent's next word, or for the end of the task. */
async function word(signal: AbortSignal): Promise<void> {
  await once(process, "message", { signal });
}

function tasksOf(order: WorkerOrder, platform: RedisPlatform): TaskHandlers {
  let isToBlock = order.blockMs > 0;
  const block = (): void => {
    if (!isToBlock) return;
    isToBlock = false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, order.blockMs);
  };
  return {
    understand: async () => ({ intent: "ask" }),
    answer: async (input, { signal, instance }) => {
      const channelId = instance.id.replace(/^console:/u, "");
      tell({ type: "began", channelId });
      const from = Date.now();
      block();
      try {
        if (order.holdsAnswers) await word(signal);
        else if (order.answerMs > 0) await sleep(order.answerMs, null, { signal });
      } catch (error) {
        tell({ type: "aborted", channelId });
        throw error;
      }
      if (order.notesWork) {
        await platform.noteWork({ channelId, pid: process.pid, from, to: Date.now() });
      }
      return textOf(input);
    },
  };
}

/** Sets this process' clock wrong, for everything in it that asks what time it is. */
function shiftClock(offsetMs: number): void {
  const right = Date.now;
  Date.now = () => right() + offsetMs;
}

async function work(order: WorkerOrder): Promise<void> {
  shiftClock(order.clockOffsetMs);
  const { url, keyPrefix, platformUrl, owner } = order;
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  const platform = openRedisPlatform(platformUrl, keyPrefix);
  const afterPost = async (): Promise<void> => {
    tell({ type: "posted" });
    if (order.hangsAfterPost) await new Promise(() => {});
  };
  const engine = createEngine({
    store,
    registry: createRegistry([
      smallKind({
        version: order.version,
        followUpMs: order.followUpMs,
        migrations: order.version > 1 ? { 1: (old) => old } : {},
      }),
    ]),
    tasks: tasksOf(order, platform),
    effects: {},
    channels: [platform.channel({ afterPost })],
    logger: silentLogger,
    clock: systemClock,
    owner,
    observer: { ...silentObserver, leaseLost: () => tell({ type: "leaseLost" }) },
    tuning: order.tuning,
  });
  await engine.start();
  tell({ type: "ready" });
  process.once("SIGTERM", () => {
    void engine.drain({ timeoutMs: 2_000 }).then(() => process.exit(0));
  });
}

// Every held answer waits for the parent's word.
process.setMaxListeners(0);
process.once("message", (order: unknown) => {
  void work(workerOrderSchema.parse(order));
});
process.once("disconnect", () => process.exit(0));
