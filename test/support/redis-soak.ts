import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createInbox } from "../../src/runtime/index.ts";
import { createRedisConversationStore } from "../../src/runtime/stores/redis.ts";
import { openRedisPlatform, type PlatformPost, type PlatformWork } from "./redis-platform.ts";
import { type RedisWorker, startRedisWorker } from "./redis-worker.ts";
import { messageIn } from "./runtime-machines.ts";

export interface SoakOptions {
  readonly url: string;
  readonly keyPrefix: string;
  readonly conversations: number;
  readonly messages: number;
  readonly workers: number;
  readonly killEveryMs: number;
  /** At least so many workers are killed, even when the messages are handled sooner. */
  readonly leastKills: number;
  /** Messages per second over all conversations. */
  readonly rate: number;
  readonly answerMs: number;
  readonly leaseMs: number;
  /** Decides which worker is killed when. */
  readonly seed: number;
}

export interface SoakReport {
  readonly sent: number;
  readonly replies: number;
  readonly kills: number;
  /** Messages in no reply. */
  readonly lost: number;
  /** Replies that say no message but that something went wrong. */
  readonly apologies: number;
  /** Messages in more than one reply, or twice in one. */
  readonly doubled: number;
  /** Conversations whose messages were not answered in their order. */
  readonly outOfOrder: number;
  /** Pairs of finished work on one conversation that overlap in time. */
  readonly overlaps: number;
  readonly seconds: number;
}

/**
 * Sends messages to many conversations while worker processes are killed and replaced at random; every second death is
 * told by a supervisor, of the others only the lease tells. Returns what became of the messages.
 */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const { url, keyPrefix } = options;
  const store = createRedisConversationStore({ url, keyPrefix, logger: silentLogger });
  const platform = openRedisPlatform(url, keyPrefix);
  const inbox = createInbox(store, systemClock);
  const random = seededRandom(options.seed);
  const startedAt = performance.now();
  /** Undefined while the next one is on its way. */
  const workers: (RedisWorker | undefined)[] = [];
  let hired = 0;
  let kills = 0;
  let isOver = false;

  const hire = async (): Promise<RedisWorker> => {
    hired += 1;
    return await startRedisWorker({
      url,
      keyPrefix,
      platformUrl: url,
      owner: `worker-${hired}`,
      answerMs: options.answerMs,
      notesWork: true,
      tuning: { leaseMs: options.leaseMs, pollMs: 200 },
    });
  };
  const replacing = new Set<Promise<void>>();
  const replace = async (place: number, victim: RedisWorker): Promise<void> => {
    await victim.kill9();
    kills += 1;
    if (kills % 2 === 0) await store.expireOwner(victim.owner);
    workers[place] = await hire();
  };
  const kill = async (): Promise<void> => {
    while (!isOver || kills < options.leastKills) {
      await sleep(options.killEveryMs);
      // Only among those that live, and not the last one: where starting takes longer than living, nothing would ever be done.
      const living = workers.flatMap((worker, place) => (worker === undefined ? [] : [place]));
      const place = living[Math.floor(random() * living.length)];
      const victim = place === undefined ? undefined : workers[place];
      if (place === undefined || victim === undefined || living.length === 1) continue;
      workers[place] = undefined;
      const replacement: Promise<void> = replace(place, victim).finally(() =>
        replacing.delete(replacement),
      );
      replacing.add(replacement);
    }
    await Promise.all(replacing);
  };
  const send = async (): Promise<void> => {
    const total = options.conversations * options.messages;
    const inFlight = new Set<Promise<unknown>>();
    for (let sent = 0; sent < total; sent += 1) {
      const dueMs = (sent * 1_000) / options.rate - (performance.now() - startedAt);
      if (dueMs > 1) await sleep(dueMs);
      const name = `c${sent % options.conversations}`;
      const text = String(Math.floor(sent / options.conversations));
      const sending: Promise<unknown> = inbox
        .receive(messageIn(name, text), [`${name}:${text}`])
        .finally(() => inFlight.delete(sending));
      inFlight.add(sending);
      // Each conversation's next message is far away, so its order is kept although several are under way.
      if (inFlight.size >= 32) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
  };
  const quiet = async (): Promise<void> => {
    for (;;) {
      const { ready, leased, unread } = await store.counts();
      if (ready + leased + unread === 0) return;
      await sleep(50);
    }
  };

  try {
    workers.push(...(await Promise.all(Array.from({ length: options.workers }, hire))));
    const killing = kill();
    await send();
    await quiet();
    isOver = true;
    await killing;
    await quiet();
    const seconds = (performance.now() - startedAt) / 1_000;
    return { ...judge(options, await platform.posts(), await platform.work()), kills, seconds };
  } finally {
    for (const worker of workers) await worker?.kill9();
    platform.close();
    await store.close();
  }
}

/** A reply repeats the texts it answers, joined by bars: all replies of a conversation together are its messages. */
function judge(
  options: SoakOptions,
  posts: readonly PlatformPost[],
  work: readonly PlatformWork[],
): Omit<SoakReport, "kills" | "seconds"> {
  const answered = new Map<string, number[]>();
  let apologies = 0;
  for (const { channelId, text } of posts) {
    const numbers = text.split(" | ").map(Number).filter(Number.isInteger);
    if (numbers.length === 0) apologies += 1;
    answered.set(channelId, [...(answered.get(channelId) ?? []), ...numbers]);
  }
  let [lost, doubled, outOfOrder] = [0, 0, 0];
  for (let at = 0; at < options.conversations; at += 1) {
    const numbers = answered.get(`c${at}`) ?? [];
    const distinct = new Set(numbers);
    lost += options.messages - distinct.size;
    doubled += numbers.length - distinct.size;
    const firsts = numbers.filter((number, place) => numbers.indexOf(number) === place);
    if (firsts.some((number, place) => number < (firsts[place - 1] ?? -1))) outOfOrder += 1;
  }
  const sent = options.conversations * options.messages;
  return {
    sent,
    replies: posts.length,
    lost,
    apologies,
    doubled,
    outOfOrder,
    overlaps: overlapsOf(work),
  };
}

function overlapsOf(work: readonly PlatformWork[]): number {
  const lastEnd = new Map<string, number>();
  let overlaps = 0;
  for (const { channelId, from, to } of work.toSorted((a, b) => a.from - b.from)) {
    const end = lastEnd.get(channelId) ?? 0;
    if (from < end) overlaps += 1;
    lastEnd.set(channelId, Math.max(end, to));
  }
  return overlaps;
}
