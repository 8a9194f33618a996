import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageId } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  createSqliteStore,
  silentObserver,
} from "../../src/runtime/index.ts";
import { messageIn, smallKind } from "../../test/support/runtime-machines.ts";
import { textOf } from "../../test/support/runtime-world.ts";
import { median, percentile, type Row } from "../report.ts";

/** What is measured on SQLite. */
interface SqliteOptions {
  readonly messages: number;
  /** Messages per second of the steady part. */
  readonly rate: number;
  readonly runs: number;
}

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
    synchronous: "full",
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
    // One message each: messages of one conversation that wait together are answered together.
    const name = `c${index}`;
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

/** Messages handled from append to reply on SQLite with `synchronous` FULL: as fast as it goes, and at a steady pace. */
export async function measureSqlite(options: SqliteOptions): Promise<readonly Row[]> {
  const { messages, rate, runs } = options;
  await run(200, null);
  const fast: Outcome[] = [];
  for (let round = 0; round < runs; round += 1) fast.push(await run(messages, null));
  const steady = await run(Math.min(messages, rate * 20), rate);
  const row = (figure: string, value: number, unit = "", aim = ""): Row => ({
    figure: `SQLite FULL: ${figure}`,
    value,
    unit,
    aim,
  });
  return [
    row("messages handled", median(fast.map((one) => one.perSecond)), "/s", "≥ 100"),
    row("commits per message", median(fast.map((one) => one.commitsPerMessage)), "", "≤ 3"),
    row("fsyncs per message", median(fast.map((one) => one.fsyncsPerMessage))),
    row(`message to post p50 at ${rate}/s`, percentile(steady.latenciesMs, 0.5), "ms"),
    row(`message to post p99 at ${rate}/s`, percentile(steady.latenciesMs, 0.99), "ms"),
    row(`fsyncs per message at ${rate}/s`, steady.fsyncsPerMessage),
    row("fsync p50", percentile(steady.fsyncMs, 0.5), "ms", "study 5.6"),
  ];
}
