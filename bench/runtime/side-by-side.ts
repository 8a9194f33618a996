import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { childEntry } from "../../src/core/index.ts";
import { percentile } from "../report.ts";
import { type BotOrder, type FromBot, fromBotSchema, type ToBot } from "./bot-order.ts";

/** One run of an echo bot. */
export interface Trial {
  readonly bot: BotOrder["bot"];
  readonly url: string;
  readonly workers: number;
  readonly conversations: number;
  readonly messages: number;
  /** Messages per second; null for as fast as 256 at a time can. */
  readonly rate: number | null;
  readonly answerMs: number;
  /** A worker is killed (-9) this often and replaced; null for never. */
  readonly killEveryMs: number | null;
  /** One worker is killed (-9) when half is sent, and not replaced. */
  readonly killsOnce: boolean;
  /** Is told of every death at once, as by a supervisor. */
  readonly onDeath: ((keyPrefix: string, owner: string) => Promise<unknown>) | null;
  /** How long to wait for what is missing after everything was sent. */
  readonly patienceMs: number;
}

export interface TrialReport {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly kills: number;
  /** Messages that stand in no reply. */
  readonly lost: number;
  /** Messages that stand in more than one. */
  readonly doubled: number;
  /** Conversations whose messages were not answered in their order. */
  readonly outOfOrder: number;
  /** From the only kill to the last reply to a message that was waiting then; of those that were answered. */
  readonly recoveryMs: number;
  /** Messages that were waiting at the only kill. */
  readonly inFlight: number;
}

interface Sent {
  readonly id: string;
  readonly thread: string;
  readonly text: string;
  readonly at: number;
  answeredAt: number | null;
}

interface Worker {
  readonly owner: string;
  readonly child: ChildProcess;
  readonly unacknowledged: Map<string, Sent>;
  isAlive: boolean;
}

const IN_FLIGHT = 256;
const GRACE_MS = 2_000;

/** Runs an echo bot before a platform in memory: this process. What was not acknowledged by a bot that died is sent again. */
export async function runTrial(trial: Trial): Promise<TrialReport> {
  const keyPrefix = `trial-${randomUUID().slice(0, 8)}`;
  const workers: Worker[] = [];
  const sent = new Map<string, Sent>();
  const posts: { readonly thread: string; readonly text: string }[] = [];
  const keys = new Set<string>();
  const waiting = new Map<string, readonly Sent[]>();
  let [hired, kills, turn, answered] = [0, 0, 0, 0];
  let killedAt: number | null = null;
  let isOver = false;

  const onPost = (worker: Worker, message: Extract<FromBot, { type: "post" }>): void => {
    posts.push(message);
    keys.add(message.key);
    const at = performance.now();
    for (const text of message.text.split(" | ")) {
      const one = sent.get(`${message.thread}:${text}`);
      if (one === undefined || one.answeredAt !== null) continue;
      one.answeredAt = at;
      answered += 1;
    }
    answer(worker, { type: "posted", call: message.call });
  };
  const answer = (worker: Worker, message: ToBot): void => {
    if (worker.child.connected) worker.child.send(message, () => {});
  };
  /** The next message of a thread goes out when the one before was acknowledged: else their order means nothing. */
  const send = (message: Sent): void => {
    const queue = waiting.get(message.thread) ?? [];
    waiting.set(message.thread, [...queue, message]);
    if (queue.length === 0) deliver(message);
  };
  const acknowledge = (worker: Worker, id: string): void => {
    const message = worker.unacknowledged.get(id);
    if (message === undefined) return;
    worker.unacknowledged.delete(id);
    const [next, ...rest] = (waiting.get(message.thread) ?? []).slice(1);
    waiting.set(message.thread, next === undefined ? [] : [next, ...rest]);
    if (next !== undefined) deliver(next);
  };
  const deliver = (message: Sent): void => {
    const alive = workers.filter(({ isAlive }) => isAlive);
    turn += 1;
    const worker = alive[turn % alive.length];
    if (worker === undefined) {
      setTimeout(deliver, 50, message);
      return;
    }
    worker.unacknowledged.set(message.id, message);
    const { id, thread, text } = message;
    answer(worker, { type: "message", id, thread, text });
  };
  const hire = async (): Promise<Worker> => {
    hired += 1;
    const owner = `bot-${hired}`;
    const { url, execArgv } = childEntry(import.meta.url, "bot-child");
    const child = fork(fileURLToPath(url), { execArgv: [...execArgv] });
    const worker: Worker = { owner, child, unacknowledged: new Map(), isAlive: false };
    workers.push(worker);
    const ready = new Promise<void>((resolve) => {
      child.on("message", (received) => {
        const message = fromBotSchema.parse(received);
        if (message.type === "ready") resolve();
        else if (message.type === "ack") acknowledge(worker, message.id);
        else if (message.type === "post") onPost(worker, message);
        else {
          answer(worker, { type: "found", call: message.call, isThere: keys.has(message.key) });
        }
      });
    });
    const { bot, answerMs } = trial;
    child.send({ bot, url: trial.url, keyPrefix, owner, answerMs } satisfies BotOrder);
    await ready;
    worker.isAlive = true;
    return worker;
  };
  const kill = async (worker: Worker): Promise<void> => {
    worker.isAlive = false;
    const closed = new Promise((resolve) => worker.child.once("close", resolve));
    worker.child.kill("SIGKILL");
    kills += 1;
    await closed;
    for (const message of worker.unacknowledged.values()) deliver(message);
    await trial.onDeath?.(keyPrefix, worker.owner);
  };
  const killAgainAndAgain = async (everyMs: number): Promise<void> => {
    while (!isOver) {
      await sleep(everyMs);
      const alive = workers.filter(({ isAlive }) => isAlive);
      const victim = alive[kills % alive.length];
      if (isOver || victim === undefined) continue;
      await kill(victim);
      await hire();
    }
  };
  const sendAll = async (): Promise<void> => {
    const startedAt = performance.now();
    for (let index = 0; index < trial.messages; index += 1) {
      if (trial.rate === null) {
        while (index - answered >= IN_FLIGHT) await new Promise((resolve) => setImmediate(resolve));
      } else {
        const pauseMs = startedAt + (index * 1_000) / trial.rate - performance.now();
        if (pauseMs > 1) await sleep(pauseMs);
      }
      const thread = `t${index % trial.conversations}`;
      const text = String(Math.floor(index / trial.conversations));
      const id = `${thread}:${text}`;
      const message: Sent = { id, thread, text, at: performance.now(), answeredAt: null };
      sent.set(id, message);
      send(message);
      if (trial.killsOnce && index === Math.floor(trial.messages / 2)) {
        const [victim] = workers;
        killedAt = performance.now();
        if (victim !== undefined) void kill(victim);
      }
    }
  };

  await Promise.all(Array.from({ length: trial.workers }, hire));
  const startedAt = performance.now();
  const killing = trial.killEveryMs === null ? null : killAgainAndAgain(trial.killEveryMs);
  await sendAll();
  isOver = true;
  await killing;
  const deadline = performance.now() + trial.patienceMs;
  while (answered < trial.messages && performance.now() < deadline) await sleep(5);
  const lastAt = Math.max(...[...sent.values()].map((one) => one.answeredAt ?? 0));
  if (kills > 0) await sleep(GRACE_MS);
  for (const { child } of workers) child.kill("SIGKILL");
  const replied = [...sent.values()].flatMap((one) =>
    one.answeredAt === null ? [] : [{ ...one, answeredAt: one.answeredAt }],
  );
  const latencies = replied.map(({ at, answeredAt }) => answeredAt - at);
  const at = killedAt ?? Number.NaN;
  const caught = replied.filter((one) => one.at <= at && one.answeredAt > at);
  return {
    perSecond: (replied.length * 1_000) / (lastAt - startedAt),
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    kills,
    recoveryMs: Math.max(...caught.map(({ answeredAt }) => answeredAt - at)),
    inFlight: [...sent.values()].filter(
      (one) => one.at <= at && (one.answeredAt === null || one.answeredAt > at),
    ).length,
    ...judge([...sent.values()], posts),
  };
}

/** A reply repeats the texts it answers, joined by bars. */
function judge(
  sent: readonly Sent[],
  posts: readonly { readonly thread: string; readonly text: string }[],
): Pick<TrialReport, "lost" | "doubled" | "outOfOrder"> {
  const answered = new Map<string, number[]>();
  for (const { thread, text } of posts) {
    const numbers = text.split(" | ").map(Number);
    answered.set(thread, [...(answered.get(thread) ?? []), ...numbers]);
  }
  let doubled = 0;
  let outOfOrder = 0;
  for (const numbers of answered.values()) {
    const distinct = [...new Set(numbers)];
    doubled += numbers.length - distinct.length;
    if (distinct.some((number, place) => number < (distinct[place - 1] ?? -1))) outOfOrder += 1;
  }
  return { lost: sent.filter(({ answeredAt }) => answeredAt === null).length, doubled, outOfOrder };
}
