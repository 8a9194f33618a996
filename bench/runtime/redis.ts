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
const WARM_UP_SHARE = 0.5;

interface Outcome {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of processor time for 1,000 messages. */
  readonly workerCpu: number;
  readonly serverCpu: number;
}

type Scenario = Pick<ChildOrder, "part" | "rate" | "messages" | "warmUp"> & {
  readonly workers: number;
};

function start(order: ChildOrder, onReport: (report: ChildReport) => void): ChildProcess {
  const { url, execArgv } = childEntry(import.meta.url, "redis-child");
  const child = fork(fileURLToPath(url), { execArgv: [...execArgv] });
  child.on("message", (message) => onReport(childReportSchema.parse(message)));
  child.send(order);
  return child;
}

async function run(server: RedisServer, { workers, ...load }: Scenario): Promise<Outcome> {
  const common = {
    url: server.url,
    keyPrefix: `bench-${randomUUID().slice(0, 8)}`,
    conversations: CONVERSATIONS,
    concurrency: 50,
    ...load,
  };
  const told = createTally();
  const children = Array.from({ length: workers }, () =>
    start({ ...common, role: "worker" }, told.listen),
  );
  await until(() => told.ready === workers);
  const producer = start({ ...common, role: "producer" }, told.listen);
  await until(() => told.isWarm && told.handled >= load.warmUp);
  for (const child of children) child.send("go");
  await until(() => told.ready === 2 * workers);
  told.handled = 0;
  const cpuBefore = await serverCpuMs(server);
  producer.send("go");
  await until(() => told.handled >= load.messages && !Number.isNaN(told.startedAt));
  const cpuAfter = await serverCpuMs(server);
  for (const child of children) child.send("report");
  await until(() => told.done === workers);
  await server.command("FLUSHALL");
  return {
    perSecond: (load.messages * 1_000) / (told.endedAt - told.startedAt),
    p50: percentile(told.latencies, 0.5),
    p99: percentile(told.latencies, 0.99),
    workerCpu: (told.cpuMs * 1_000) / load.messages,
    serverCpu: ((cpuAfter - cpuBefore) * 1_000) / load.messages,
  };
}

/** Adds up what the processes of one run tell. */
function createTally() {
  const tally = {
    ...{ handled: 0, ready: 0, done: 0, isWarm: false, cpuMs: 0 },
    ...{ startedAt: Number.NaN, endedAt: 0 },
    latencies: [] as number[],
    listen: (told: ChildReport): void => {
      if (told.type === "ready") tally.ready += 1;
      else if (told.type === "warm") tally.isWarm = true;
      else if (told.type === "handled") tally.handled += told.count;
      else if (told.type === "sent") tally.startedAt = told.startedAt;
      else {
        tally.done += 1;
        tally.cpuMs += told.cpuMs;
        tally.endedAt = Math.max(tally.endedAt, told.endedAt);
        for (const latency of told.latenciesMs) tally.latencies.push(latency);
      }
    },
  };
  return tally;
}

async function serverCpuMs(server: RedisServer): Promise<number> {
  const lines = (await server.command("INFO", "cpu")).split("\r\n");
  const of = (name: string): number =>
    Number(lines.find((line) => line.startsWith(`${name}:`))?.split(":")[1]);
  return (of("used_cpu_sys") + of("used_cpu_user")) * 1_000;
}

async function until(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function measure(
  { server, messages, rate, runs }: RedisOptions,
  part: ChildOrder["part"],
  workers: number,
): Promise<readonly Row[]> {
  const count = Math.round(messages * (part === "engine" ? ENGINE_SHARE : 1));
  const full = { part, workers, rate: null, messages: count, warmUp: count * WARM_UP_SHARE };
  const paced = { part, workers, rate, messages: rate * PACED_SECONDS, warmUp: rate };
  const fast: Outcome[] = [];
  const steady: Outcome[] = [];
  for (let round = 0; round < runs; round += 1) {
    fast.push(await run(server, full));
    steady.push(await run(server, paced));
  }
  const row = rowsOf(`Redis ${part}, ${workers} worker${workers === 1 ? "" : "s"}`);
  const isStore = part === "store";
  const isAlone = workers === 1;
  return [
    row("messages handled", fast, "perSecond", "/s", isStore && isAlone ? FAST_AIM : ""),
    row("CPU of the workers for 1,000 messages", fast, "workerCpu", "ms"),
    row("CPU of redis-server for 1,000 messages", fast, "serverCpu", "ms"),
    row(`added p50 at ${rate}/s`, steady, "p50", "ms"),
    row(`added p99 at ${rate}/s`, steady, "p99", "ms", isStore ? steadyAim(workers) : ""),
  ];
}

const FAST_AIM = "≥ 10,000; study 18,600";
const steadyAim = (workers: number): string => (workers === 2 ? "≤ 20; study 11.4" : "study 14.5");

type RowOf = (
  what: string,
  outcomes: readonly Outcome[],
  value: keyof Outcome,
  unit: string,
  aim?: string,
) => Row;

function rowsOf(name: string): RowOf {
  return (what, outcomes, value, unit, aim = "") => ({
    figure: `${name}: ${what}`,
    value: median(outcomes.map((outcome) => outcome[value])),
    unit,
    aim,
  });
}

/**
 * Messages through Redis: the store's calls alone (append, claim, commit; a handler that does nothing) and the whole engine
 * (machine, two tasks, outbox), with one and two worker processes, at full speed and at a steady pace. Producer, workers and
 * server share this machine.
 */
export async function measureRedis(options: RedisOptions): Promise<readonly Row[]> {
  const { server, messages, runs } = options;
  const cold = { part: "store", workers: 1, rate: null, warmUp: 0 } as const;
  await run(server, { ...cold, messages: 2_000 });
  const fresh: Outcome[] = [];
  for (let round = 0; round < runs; round += 1) {
    fresh.push(await run(server, { ...cold, messages }));
  }
  const rows = [
    rowsOf("Redis store, 1 worker")("by processes just started", fresh, "perSecond", "/s"),
  ];
  for (const part of ["store", "engine"] as const) {
    for (const workers of [1, 2]) rows.push(...(await measure(options, part, workers)));
  }
  return rows;
}
