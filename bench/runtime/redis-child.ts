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
/** So many messages are on their way at a time. */
const IN_FLIGHT = 256;
const sentSchema = z.object({ at: z.number() });
const PADDING = "y".repeat(140);

// CLOCK_MONOTONIC: the same for all processes of one machine.
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const tell = (report: ChildReport): void => void process.send?.(report);

const handled = { latenciesMs: [] as number[], endedAt: 0 };
let cpu = process.cpuUsage();

// The parent only wants to know when all is done; a message to it for every commit would cost more than the commit.
const TELL_MS = 5;
let untold = 0;

function note(sentAt: readonly number[]): void {
  handled.endedAt = now();
  for (const at of sentAt) handled.latenciesMs.push(handled.endedAt - at);
  if (untold === 0) setTimeout(tellHandled, TELL_MS);
  untold += sentAt.length;
}

function tellHandled(): void {
  tell({ type: "handled", count: untold });
  untold = 0;
}

async function produce(store: ConversationStore, order: ChildOrder): Promise<void> {
  const send = senderOf(store, order);
  await sendAll(order.warmUp, order.rate, (index) => send(`warm-up:${index}`, index));
  const told = new Promise((resolve) => process.once("message", resolve));
  tell({ type: "warm" });
  await told;
  const startedAt = now();
  await sendAll(order.messages, order.rate, (index) => send(`message:${index}`, index));
  tell({ type: "sent", startedAt });
}

function senderOf(
  store: ConversationStore,
  order: ChildOrder,
): (key: string, index: number) => Promise<boolean> {
  const inbox = createInbox(store, systemClock);
  return (key, index) => {
    const keys = [`event:${key}`, key];
    const name = `T0123456:C0123456:${index % order.conversations}`;
    if (order.part === "engine") return inbox.receive(messageIn(name, String(now())), keys);
    return store.append({
      instance: { kind: "dialogue", id: `slack:${name}` },
      event: { type: "message.received", at: now(), text: PADDING },
      dedupeKeys: keys,
    });
  };
}

async function sendAll(
  count: number,
  rate: number | null,
  send: (index: number) => Promise<boolean>,
): Promise<void> {
  const startedAt = now();
  // One promise for the next that comes back: a race of all that are on their way costs more than sending.
  let [inFlight, onBack] = [0, (): void => {}];
  const back = (): Promise<void> =>
    new Promise((resolve) => {
      onBack = resolve;
    });
  for (let index = 0; index < count; index += 1) {
    const pauseMs = rate === null ? 0 : startedAt + (index * 1_000) / rate - now();
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    inFlight += 1;
    void send(index).then(() => {
      inFlight -= 1;
      onBack();
    });
    while (inFlight >= IN_FLIGHT) await back();
  }
  while (inFlight > 0) await back();
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
    note(inbox.map(({ event }) => sentSchema.parse(event).at));
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
  process.on("message", (word) => {
    if (word === "go") forgetWarmUp();
    else process.send?.(outcome(), () => process.exit(0));
  });
  tell({ type: "ready" });
}

function forgetWarmUp(): void {
  handled.latenciesMs.length = 0;
  cpu = process.cpuUsage();
  tell({ type: "ready" });
}

function outcome(): ChildReport {
  const { user, system } = process.cpuUsage(cpu);
  return { type: "done", ...handled, cpuMs: (user + system) / 1_000 };
}

process.once("message", (order: unknown) => void main(childOrderSchema.parse(order)));
