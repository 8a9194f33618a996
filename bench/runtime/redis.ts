import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { childEntry } from "../../src/core/index.ts";
import type { RedisServer } from "../../test/support/redis-server.ts";
import { median, percentile, type Row } from "../report.ts";
import { type ChildOrder, type ChildReport, childReportSchema } from "./redis-order.ts";

/** What is measured on Redis. */
interface RedisOptions {
  readonly server: RedisServer;
  readonly messages: number;
  /** Messages per second of the steady part. */
  readonly rate: number;
  readonly runs: number;
}

const CONVERSATIONS = 1_000;
const PACED_SECONDS = 10;
/** The engine does some thirty times as much per message. */
const ENGINE_SHARE = 0.2;

interface Outcome {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

type Scenario = Pick<ChildOrder, "part" | "rate" | "messages"> & { readonly workers: number };

function start(order: ChildOrder, onReport: (report: ChildReport) => void): ChildProcess {
  const { url, execArgv } = childEntry(import.meta.url, "redis-child");
  const child = fork(fileURLToPath(url), { execArgv: [...execArgv] });
  child.on("message", (message) => onReport(childReportSchema.parse(message)));
  child.send(order);
  return child;
}

async function run(server: RedisServer, { part, workers, ...load }: Scenario): Promise<Outcome> {
  const common = {
    part,
    url: server.url,
    keyPrefix: `bench-${randomUUID().slice(0, 8)}`,
    conversations: CONVERSATIONS,
    concurrency: 50,
    ...load,
  };
  const latencies: number[] = [];
  let [handled, ready, done, startedAt, endedAt] = [0, 0, 0, Number.NaN, 0];
  const listen = (told: ChildReport): void => {
    if (told.type === "ready") ready += 1;
    else if (told.type === "handled") handled += told.count;
    else if (told.type === "sent") startedAt = told.startedAt;
    else {
      done += 1;
      endedAt = Math.max(endedAt, told.endedAt);
      for (const latency of told.latenciesMs) latencies.push(latency);
    }
  };
  const children = Array.from({ length: workers }, () =>
    start({ ...common, role: "worker" }, listen),
  );
  await until(() => ready === workers);
  start({ ...common, role: "producer" }, listen);
  await until(() => handled >= load.messages && !Number.isNaN(startedAt));
  for (const child of children) child.send("report");
  await until(() => done === workers);
  await server.command("FLUSHALL");
  return {
    perSecond: (load.messages * 1_000) / (endedAt - startedAt),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function measure(
  { server, messages, rate, runs }: RedisOptions,
  part: ChildOrder["part"],
  workers: number,
): Promise<readonly Row[]> {
  const full = {
    part,
    workers,
    rate: null,
    messages: Math.round(messages * (part === "engine" ? ENGINE_SHARE : 1)),
  };
  const paced = { part, workers, rate, messages: rate * PACED_SECONDS };
  const fast: Outcome[] = [];
  const steady: Outcome[] = [];
  for (let round = 0; round < runs; round += 1) {
    fast.push(await run(server, full));
    steady.push(await run(server, paced));
  }
  const name = `Redis ${part}, ${workers} worker${workers === 1 ? "" : "s"}`;
  const isStore = part === "store";
  return [
    {
      figure: `${name}: messages handled`,
      value: median(fast.map(({ perSecond }) => perSecond)),
      unit: "/s",
      aim: isStore ? (workers === 1 ? "≥ 10,000; study 18,600" : "") : "",
    },
    {
      figure: `${name}: added p50 at ${rate}/s`,
      value: median(steady.map(({ p50 }) => p50)),
      unit: "ms",
      aim: "",
    },
    {
      figure: `${name}: added p99 at ${rate}/s`,
      value: median(steady.map(({ p99 }) => p99)),
      unit: "ms",
      aim: isStore ? (workers === 2 ? "≤ 20; study 11.4" : "study 14.5") : "",
    },
  ];
}

/**
 * Messages through Redis: the store's calls alone (append, claim, commit; a handler that does nothing) and the whole engine
 * (machine, two tasks, outbox), with one and two worker processes, at full speed and at a steady pace. Producer, workers and
 * server share this machine.
 */
export async function measureRedis(options: RedisOptions): Promise<readonly Row[]> {
  await run(options.server, { part: "store", workers: 1, rate: null, messages: 2_000 });
  const rows: Row[] = [];
  for (const part of ["store", "engine"] as const) {
    for (const workers of [1, 2]) rows.push(...(await measure(options, part, workers)));
  }
  return rows;
}
