// Messages handled from append to reply on the SQLite store: as fast as it goes, and at a steady pace.
// Usage: npm run bench:runtime [-- --messages 3000] [-- --rate 50] [-- --synchronous full|normal]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { messageId } from "../src/core/index.ts";
import type { Channel } from "../src/ports/channel.ts";
import { systemClock } from "../src/ports/clock.ts";
import { silentLogger } from "../src/ports/logger.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  createSqliteStore,
  silentObserver,
} from "../src/runtime/index.ts";
import { messageIn, smallKind } from "../test/support/runtime-machines.ts";
import { textOf } from "../test/support/runtime-world.ts";
import { median, percentile, type Row, report } from "./report.ts";

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "3000" },
    rate: { type: "string", default: "50" },
    conversations: { type: "string", default: "" },
    runs: { type: "string", default: "3" },
    synchronous: { type: "string", default: "full" },
  },
});
const messages = Number(values.messages);
// One message each unless told otherwise: messages of one conversation that wait together are answered together.
const conversations = Number(values.conversations || values.messages);
const synchronous = values.synchronous === "normal" ? "normal" : "full";

interface Outcome {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
  readonly commitsPerMessage: number;
  readonly fsyncsPerMessage: number;
  readonly fsyncMs: readonly number[];
}

/** Counts the replies and tells when the last one is there. */
function createCountingChannel(expected: number): {
  readonly channel: Channel;
  readonly done: Promise<void>;
  readonly latenciesMs: readonly number[];
} {
  const latenciesMs: number[] = [];
  const { promise: done, resolve } = withResolver();
  const channel: Channel = {
    platform: "console",
    settleMs: 0,
    post: async ({ reply, timings }) => {
      latenciesMs.push(timings["totalMs"] ?? 0);
      answered += reply.text.split(" | ").length;
      if (answered >= expected) resolve();
      return { messageId: messageId(String(answered)) };
    },
    edit: async () => {},
    remove: async () => {},
    find: async () => null,
    progress: () => {},
  };
  let answered = 0;
  return { channel, done, latenciesMs };
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** One run in a fresh store; `rate` is messages per second, null for as fast as 64 senders at once can. */
async function run(count: number, rate: number | null): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
  const fsyncMs: number[] = [];
  let commits = 0;
  const store = createSqliteStore({
    file: join(folder, "conversations.db"),
    clock: systemClock,
    synchronous,
    onCommit: (ms) => fsyncMs.push(ms),
  });
  const { channel, done, latenciesMs } = createCountingChannel(count);
  const engine = createEngine({
    store,
    registry: createRegistry([smallKind()]),
    tasks: {
      understand: async () => ({ intent: "ask" }),
      answer: async (input) => textOf(input),
    },
    effects: {},
    channels: [channel],
    logger: silentLogger,
    clock: systemClock,
    owner: "bench",
    observer: {
      ...silentObserver,
      committed: () => {
        commits += 1;
      },
    },
  });
  await engine.start();
  const inbox = createInbox(store, systemClock);
  const startedAt = performance.now();
  await send(count, rate, (index) => {
    const name = `c${index % conversations}`;
    return inbox.receive(messageIn(name, `message ${index}`), [`event:${index}`]);
  });
  await done;
  const seconds = (performance.now() - startedAt) / 1_000;
  await engine.close();
  await store.close();
  rmSync(folder, { recursive: true });
  return {
    perSecond: count / seconds,
    latenciesMs,
    commitsPerMessage: commits / count,
    fsyncsPerMessage: fsyncMs.length / count,
    fsyncMs,
  };
}

async function send(
  count: number,
  rate: number | null,
  one: (index: number) => Promise<unknown>,
): Promise<void> {
  const startedAt = performance.now();
  const pending = new Set<Promise<unknown>>();
  for (let index = 0; index < count; index += 1) {
    const waitMs = rate === null ? 0 : startedAt + (index * 1_000) / rate - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const sending: Promise<unknown> = one(index).finally(() => pending.delete(sending));
    pending.add(sending);
    if (pending.size >= 64) await Promise.race(pending);
  }
  await Promise.all(pending);
}

await run(200, null);
const fast: Outcome[] = [];
for (let round = 0; round < Number(values.runs); round += 1) fast.push(await run(messages, null));
const paced = await run(Math.min(messages, Number(values.rate) * 20), Number(values.rate));

const rows: readonly Row[] = [
  {
    figure: "messages handled",
    value: median(fast.map((o) => o.perSecond)),
    unit: "/s",
    aim: "≥ 100",
  },
  {
    figure: "commits per message",
    value: median(fast.map((o) => o.commitsPerMessage)),
    unit: "",
    aim: "≤ 3",
  },
  {
    figure: "fsyncs per message, at full speed",
    value: median(fast.map((o) => o.fsyncsPerMessage)),
    unit: "",
    aim: "",
  },
  {
    figure: `message to post p50, ${values.rate}/s`,
    value: percentile(paced.latenciesMs, 0.5),
    unit: "ms",
    aim: "",
  },
  {
    figure: `message to post p95, ${values.rate}/s`,
    value: percentile(paced.latenciesMs, 0.95),
    unit: "ms",
    aim: "",
  },
  {
    figure: `commits per message, ${values.rate}/s`,
    value: paced.commitsPerMessage,
    unit: "",
    aim: "≤ 3",
  },
  {
    figure: `fsyncs per message, ${values.rate}/s`,
    value: paced.fsyncsPerMessage,
    unit: "",
    aim: "",
  },
  { figure: "fsync p50", value: percentile(paced.fsyncMs, 0.5), unit: "ms", aim: "" },
];
report("runtime", rows, { messages, conversations, runs: Number(values.runs), synchronous });
