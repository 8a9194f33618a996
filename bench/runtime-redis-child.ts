import type { Claim, ConversationStore } from "../src/ports/conversation-store.ts";
import { silentLogger } from "../src/ports/logger.ts";
import { createRedisConversationStore } from "../src/runtime/stores/redis.ts";

/** What the bench tells a child to do; the child answers with the last two. */
export interface ChildOrder {
  readonly role: "producer" | "worker";
  readonly url: string;
  readonly keyPrefix: string;
  readonly conversations: number;
  readonly messages: number;
  /** Messages per second, null for as fast as it goes. */
  readonly rate: number | null;
  readonly concurrency: number;
}
export type ChildReport =
  | { readonly type: "ready" }
  | { readonly type: "handled"; readonly count: number }
  | { readonly type: "sent"; readonly startedAt: number }
  | { readonly type: "done"; readonly endedAt: number; readonly latenciesMs: readonly number[] };

const SNAPSHOT = JSON.stringify({ value: "idle", context: { text: "x".repeat(300) } });
const TEXT = "y".repeat(140);

// CLOCK_MONOTONIC: the same for all processes of one machine.
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const report = (message: ChildReport): void => void process.send?.(message);

async function produce(store: ConversationStore, order: ChildOrder): Promise<void> {
  const startedAt = now();
  const inFlight = new Set<Promise<unknown>>();
  for (let sent = 0; sent < order.messages; sent += 1) {
    if (order.rate !== null) {
      const due = startedAt + (sent * 1_000) / order.rate;
      const pause = due - now();
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    const sending: Promise<unknown> = store
      .append({
        instance: { kind: "dialogue", id: `slack:T1:C1:${sent % order.conversations}` },
        event: { type: "message.received", at: now(), text: TEXT },
        dedupeKeys: [`event:${sent}`, `message:${sent}`],
      })
      .finally(() => inFlight.delete(sending));
    inFlight.add(sending);
    if (inFlight.size >= 256) await Promise.race(inFlight);
  }
  await Promise.all(inFlight);
  report({ type: "sent", startedAt });
}

async function work(store: ConversationStore, order: ChildOrder): Promise<void> {
  const latenciesMs: number[] = [];
  const owner = `bench-${process.pid}`;
  let active = 0;
  let endedAt = 0;
  let isClaiming = false;
  let isNudged = false;

  const handle = async ({ lease, inbox }: Claim): Promise<void> => {
    const last = inbox.at(-1);
    await store.commit(lease, {
      commitId: `${lease.fence}`,
      consumedThrough: last?.seq ?? null,
      snapshot: SNAPSHOT,
      version: 1,
      timers: [],
      release: true,
      idleTtlMs: 86_400_000,
    });
    endedAt = now();
    for (const { event } of inbox) {
      if (typeof event === "object" && event !== null && "at" in event) {
        latenciesMs.push(endedAt - Number(event.at));
      }
    }
    report({ type: "handled", count: inbox.length });
  };
  const claim = async (): Promise<void> => {
    isNudged = true;
    if (isClaiming) return;
    isClaiming = true;
    while (isNudged && active < order.concurrency) {
      isNudged = false;
      const limit = order.concurrency - active;
      const claims = await store.claim({
        owner,
        leaseMs: 10_000,
        limit,
        supports: { dialogue: 1 },
      });
      active += claims.length;
      if (claims.length > 0) isNudged = true;
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
  const poll = setInterval(() => void claim(), 250);
  process.once("message", () => {
    clearInterval(poll);
    report({ type: "done", endedAt, latenciesMs });
    setTimeout(() => process.exit(0), 50);
  });
}

process.once("message", (order: ChildOrder) => {
  const { url, keyPrefix } = order;
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  void store.claim({ owner: "warm-up", leaseMs: 1, limit: 1, supports: {} }).then(async () => {
    if (order.role === "worker") {
      await work(store, order);
      report({ type: "ready" });
      return;
    }
    await produce(store, order);
    process.exit(0);
  });
});
