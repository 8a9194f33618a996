import { z } from "zod";
import { messageId } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { systemClock } from "../../src/ports/clock.ts";
import type { Claim, ConversationStore } from "../../src/ports/conversation-store.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createEngine, createInbox, createRegistry } from "../../src/runtime/index.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { messageIn, smallKind } from "../../test/support/runtime-machines.ts";
import { textOf } from "../../test/support/runtime-world.ts";
import { type ChildOrder, type ChildReport, childOrderSchema } from "./redis-order.ts";

const SNAPSHOT = JSON.stringify({ value: "idle", context: { text: "x".repeat(300) } });
const PADDING = "y".repeat(140);

// CLOCK_MONOTONIC: the same for all processes of one machine.
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const tell = (report: ChildReport): void => void process.send?.(report);

const handled = { latenciesMs: [] as number[], endedAt: 0 };

function note(sentAt: readonly number[]): void {
  handled.endedAt = now();
  handled.latenciesMs.push(...sentAt.map((at) => handled.endedAt - at));
  tell({ type: "handled", count: sentAt.length });
}

async function produce(store: ConversationStore, order: ChildOrder): Promise<void> {
  const inbox = createInbox(store, systemClock);
  const startedAt = now();
  const inFlight = new Set<Promise<unknown>>();
  const send = (index: number): Promise<boolean> => {
    const keys = [`event:${index}`, `message:${index}`];
    const name = `T0123456:C0123456:${index % order.conversations}`;
    if (order.part === "engine") return inbox.receive(messageIn(name, String(now())), keys);
    return store.append({
      instance: { kind: "dialogue", id: `slack:${name}` },
      event: { type: "message.received", at: now(), text: PADDING },
      dedupeKeys: keys,
    });
  };
  for (let index = 0; index < order.messages; index += 1) {
    const pauseMs = order.rate === null ? 0 : startedAt + (index * 1_000) / order.rate - now();
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    const sending: Promise<unknown> = send(index).finally(() => inFlight.delete(sending));
    inFlight.add(sending);
    if (inFlight.size >= 256) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  tell({ type: "sent", startedAt });
}

/** The store alone, with a handler that does nothing: append, claim, commit. */
function workOnStore(store: ConversationStore, order: ChildOrder): void {
  const owner = `bench-${process.pid}`;
  let active = 0;
  let isClaiming = false;
  let isNudged = false;

  const handle = async ({ lease, inbox }: Claim): Promise<void> => {
    await store.commit(lease, {
      commitId: String(lease.fence),
      consumedThrough: inbox.at(-1)?.seq ?? null,
      snapshot: SNAPSHOT,
      version: 1,
      timers: [],
      release: true,
      idleTtlMs: 86_400_000,
    });
    const sentAt = inbox.map(({ event }) => z.object({ at: z.number() }).parse(event).at);
    note(sentAt);
  };
  const claim = async (): Promise<void> => {
    isNudged = true;
    if (isClaiming) return;
    isClaiming = true;
    while (isNudged && active < order.concurrency) {
      const limit = order.concurrency - active;
      isNudged = false;
      const claims = await store.claim({
        owner,
        leaseMs: 10_000,
        limit,
        supports: { dialogue: 1 },
      });
      active += claims.length;
      isNudged ||= claims.length > 0;
      for (const taken of claims) {
        void handle(taken).finally(() => {
          active -= 1;
          void claim();
        });
      }
    }
    isClaiming = false;
  };
  store.watch(() => void claim());
  setInterval(() => void claim(), 250);
}

/** The whole engine: machine, two tasks that end at once, outbox, a channel in memory. */
async function workAsEngine(store: ConversationStore, order: ChildOrder): Promise<void> {
  const channel: Channel = {
    platform: "console",
    settleMs: 0,
    post: async ({ reply, key }) => {
      note(reply.text.split(" | ").map(Number));
      return { messageId: messageId(key) };
    },
    edit: async () => {},
    remove: async () => {},
    find: async () => null,
    progress: () => {},
  };
  const engine = createEngine({
    store,
    registry: createRegistry([smallKind({ idleTtlMs: 86_400_000 })]),
    tasks: {
      understand: async () => ({ intent: "ask" }),
      answer: async (input) => textOf(input),
    },
    effects: {},
    channels: [channel],
    logger: silentLogger,
    clock: systemClock,
    owner: `bench-${process.pid}`,
    tuning: { concurrency: order.concurrency },
  });
  await engine.start();
}

async function main(order: ChildOrder): Promise<void> {
  const { url, keyPrefix } = order;
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  await store.check();
  if (order.role === "producer") {
    await produce(store, order);
    process.exit(0);
  }
  if (order.part === "store") workOnStore(store, order);
  else await workAsEngine(store, order);
  process.once("message", () => {
    process.send?.({ type: "done", ...handled } satisfies ChildReport, () => process.exit(0));
  });
  tell({ type: "ready" });
}

process.once("message", (order: unknown) => void main(childOrderSchema.parse(order)));
