import { existsSync } from "node:fs";
import { join } from "node:path";
import { effectKey } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import { JOB_STATES, type JobQueue, type JobRequest } from "../../ports/jobs.ts";
import { openJobTable } from "../jobs/sqlite-job-table.ts";
import type { RedisConnection } from "../stores/redis-connection.ts";
import { createRedisDesk } from "../stores/redis-desk.ts";
import { createRedisKeyedMemory } from "../stores/redis-keyed-memory.ts";
import { createSqliteDesk } from "../stores/sqlite-desk.ts";
import { openConversationsSource } from "./conversations-source.ts";
import { createRedisRestoration, type RedisRestoration } from "./restore-in-redis.ts";
import { openMessagesSource, readKeyedMemory, readShownUpdates } from "./transcripts-source.ts";

/** How many of a kind went over, and how many were there already and stayed as they are there. */
interface Moved {
  readonly moved: number;
  readonly there: number;
}

/** Something that could not be moved, since this version does not know it. */
interface LeftBehind {
  readonly what: "job" | "case";
  /** Its id. */
  readonly name: string;
}

/** What a move has done. */
export interface MoveSummary {
  readonly conversations: Moved;
  readonly messages: Moved;
  readonly cases: Moved;
  /** Settings made in chat, feedback, how far channels were read. */
  readonly things: Moved;
  readonly jobs: Moved;
  /** What lies in the files only. */
  readonly left: readonly LeftBehind[];
}

export interface MoveOptions {
  /** The data directory, which this process owns: nobody else works on its files. */
  readonly folder: string;
  readonly connection: RedisConnection;
  readonly jobs: JobQueue;
  /** The request that makes a job of this kind and payload again; null when it cannot be made. */
  readonly requestOf: (kind: string, payload: unknown) => JobRequest | null;
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly report: (done: number, of: number, note: string) => void;
}

type Step = MoveOptions & {
  readonly restoration: RedisRestoration;
  readonly leave: (left: LeftBehind) => void;
};

const MOST_JOBS = 100_000;
const NOTHING: Moved = { moved: 0, there: 0 };

/** Goes through items one by one and counts which were new. */
async function each<Item>(
  { signal, report }: MoveOptions,
  note: string,
  items: readonly Item[],
  put: (item: Item) => Promise<boolean>,
): Promise<Moved> {
  let moved = 0;
  for (const [index, item] of items.entries()) {
    signal.throwIfAborted();
    report(index, items.length, note);
    if (await put(item)) moved += 1;
  }
  return { moved, there: items.length - moved };
}

async function moveConversations(step: Step, file: string): Promise<Moved> {
  const source = openConversationsSource(file);
  const { restoration, clock } = step;
  try {
    // First, so that what a platform sends again is known wherever it arrives.
    for (const seen of source.seen()) await restoration.seen(seen, clock.now());
    // Cases have instances of their own; they are told of as cases.
    let { moved, there } = NOTHING;
    await each(step, "conversations", source.ids(clock.now()), async (id) => {
      const kept = source.read(id);
      if (kept === null) return false;
      const isNew = await restoration.instance(kept, clock.now());
      if (kept.kind === "dialogue" && isNew) moved += 1;
      if (kept.kind === "dialogue" && !isNew) there += 1;
      return isNew;
    });
    return { moved, there };
  } finally {
    source.close();
  }
}

async function moveMessages(step: Step, file: string): Promise<Moved> {
  const source = openMessagesSource(file);
  try {
    const all = source.conversations().flatMap((conversation) => {
      const hiddenUntil = source.hiddenUntil(conversation);
      const messages = source.messages(conversation);
      const lastHidden = messages.findLast(({ seq }) => seq <= hiddenUntil)?.seq;
      return messages.map((kept) => ({ conversation, kept, isLast: kept.seq === lastHidden }));
    });
    return await each(step, "messages", all, ({ conversation, kept, isLast }) =>
      step.restoration.message(conversation, kept, isLast),
    );
  } finally {
    source.close();
  }
}

async function moveDesk(step: Step, file: string): Promise<Moved> {
  const { connection, signal } = step;
  const source = createSqliteDesk({ file });
  const desk = createRedisDesk({ connection });
  try {
    const cases = (await source.list({ includeResolved: true })).toReversed();
    const counted = await each(step, "cases", cases, async (record) => {
      if ((await desk.get(record.id)) !== null) return false;
      const key = effectKey(`moved:${record.id}`.slice(0, 512));
      await desk.publish({ type: "opened", record }, { key, signal });
      return true;
    });
    for (const id of source.newerCases()) step.leave({ what: "case", name: id });
    await step.restoration.shown(readShownUpdates(file));
    return counted;
  } finally {
    await desk.close();
    await source.close();
  }
}

async function moveMemory(step: Step, file: string): Promise<Moved> {
  const { connection, clock } = step;
  const memory = createRedisKeyedMemory({ connection });
  const things = readKeyedMemory(file, clock.now());
  return each(step, "notes of the platforms", things, ({ name, value, expires }) =>
    memory.claim(name, value, Math.max(1, expires - clock.now())),
  );
}

async function moveJobs(step: Step, file: string): Promise<Moved> {
  const table = openJobTable(file);
  try {
    const unfinished = table.list(["waiting", "running"], MOST_JOBS).toReversed();
    const requests = unfinished.flatMap(({ id, kind, payload }) => {
      const request = step.requestOf(kind, payload);
      if (request === null) step.leave({ what: "job", name: id });
      return request === null ? [] : [request];
    });
    const there = await step.jobs.list({ states: JOB_STATES, limit: MOST_JOBS });
    const known = new Set(there.map(({ id }) => id));
    return await each(step, "jobs", requests, async (request) => {
      const { id } = await step.jobs.enqueue(request);
      return !known.has(id);
    });
  } finally {
    table.close();
  }
}

/**
 * Copies everything that the SQLite files of a data directory hold of conversations to Redis: snapshots, unread events, timers
 * and what was seen of each; transcripts, cases, small things of the platforms, unfinished jobs. The files stay as they are.
 * What is in Redis already is left alone, so it may be broken off at any point and made again.
 * @throws FrontdeskError those of the stores
 */
export async function moveToRedis(options: MoveOptions): Promise<MoveSummary> {
  const left: LeftBehind[] = [];
  const restoration = createRedisRestoration(options);
  const step: Step = { ...options, restoration, leave: (one) => void left.push(one) };
  const from = async (
    name: string,
    move: (step: Step, file: string) => Promise<Moved>,
  ): Promise<Moved> => {
    const file = join(options.folder, name);
    return existsSync(file) ? move(step, file) : NOTHING;
  };
  // Cases before conversations: whoever goes on with one finds its case at the desk.
  const cases = await from("desk.db", moveDesk);
  const messages = await from("messages.db", moveMessages);
  const things = await from("memory.db", moveMemory);
  const conversations = await from("conversations.db", moveConversations);
  const jobs = await from("jobs.db", moveJobs);
  return { conversations, messages, cases, things, jobs, left };
}
