import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ingestJob, JOB_KINDS, requestOfJob } from "../../src/application/jobs/index.ts";
import {
  type CaseRecord,
  caseId,
  conversationId,
  effectKey,
  instanceKey,
  NEW_CASE_FACTS,
} from "../../src/core/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import type { Commit } from "../../src/ports/conversation-store.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import {
  countLeftInFiles,
  createSqliteDesk,
  createSqliteJobs,
  createSqliteKeyedMemory,
  createSqliteMessageLog,
  createSqliteStore,
  putAway,
} from "../../src/runtime/index.ts";
import {
  createConversationStoreOn,
  createRedisDesk,
  createRedisJobs,
  createRedisKeyedMemory,
  createRedisMessageLog,
  moveToRedis,
  openRedis,
} from "../../src/runtime/redis.ts";
import { claimOne, dialogue, say, texts } from "../contract/conversation-store-steps.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DAY_MS = 24 * 60 * 60_000;
const { signal } = new AbortController();
const call = (key: string) => ({ key: effectKey(key), signal });
const terminal = conversationId("console:default");

let redis: Pick<RedisServer, "url" | "stop">;
beforeAll(async () => {
  redis = await sharedRedis();
});
afterAll(() => redis.stop());

function commitOf(parts: Partial<Commit>): Commit {
  return {
    commitId: randomUUID(),
    consumedThrough: null,
    snapshot: "{}",
    version: 1,
    timers: [],
    release: true,
    idleTtlMs: null,
    ...parts,
  };
}

const OPEN: CaseRecord = {
  id: caseId("c-open"),
  state: "claimed",
  openedAt: 7,
  agent: "Bo",
  facts: { ...NEW_CASE_FACTS, priority: "high", claimedAt: 8 },
  entries: [{ kind: "note", name: "Bo", text: "looks into it", at: 8 }],
  packet: {
    conversationId: conversationId("slack:1"),
    customer: "Ana",
    platform: "slack",
    language: "en",
    reason: "anger",
    question: null,
    summary: "",
    transcript: [],
    confidence: null,
    tried: [],
    suggestedAnswer: null,
  },
};
const RESOLVED: CaseRecord = { ...OPEN, id: caseId("c-resolved"), state: "resolved", openedAt: 3 };

/** Conversations in every state in which a stopped or killed process may leave them. */
async function fillConversations(folder: string, dueAt: number): Promise<void> {
  const file = join(folder, "conversations.db");
  const store = createSqliteStore({ file, clock: systemClock, synchronous: "normal" });
  const finish = async (id: string, parts: Partial<Commit>): Promise<void> => {
    await say(store, dialogue(id), "old", [`old ${id}`]);
    const { lease, inbox } = await claimOne(store);
    await store.commit(lease, commitOf({ consumedThrough: inbox.at(-1)?.seq ?? null, ...parts }));
  };
  await finish("idle", { snapshot: '{"of":"idle"}', idleTtlMs: DAY_MS });
  await finish("lettered", { snapshot: '{"of":"lettered"}', deadLetters: 2 });
  await finish("timed", { version: 3, timers: [{ id: "t", token: "tok", dueAt }] });
  await finish("over", { idleTtlMs: 1 });
  await finish("held", { snapshot: '{"of":"held"}', release: false });
  await say(store, dialogue("unread"), "one", ["e1"]);
  await say(store, dialogue("unread"), "two", ["e2"]);
  await store.close();
}

async function fillTheRest(folder: string): Promise<void> {
  const clock = systemClock;
  const log = createSqliteMessageLog({ file: join(folder, "messages.db") });
  const add = (key: string, text: string) =>
    log.add({
      key: effectKey(key),
      conversationId: terminal,
      author: "user",
      name: "Ana",
      reply: null,
      text,
      replyTo: null,
      at: 5,
    });
  await add("k1", "before the reset");
  await log.hideEarlier(terminal);
  await add("k2", "after it");
  await log.remove((await add("k3", "taken back")).id);
  await log.close();
  const desk = createSqliteDesk({ file: join(folder, "desk.db") });
  await desk.publish({ type: "opened", record: OPEN }, call("d1"));
  await desk.publish({ type: "opened", record: RESOLVED }, call("d2"));
  await desk.close();
  const memory = createSqliteKeyedMemory({ file: join(folder, "memory.db"), clock });
  await memory.set("seen:a", 1, DAY_MS);
  await memory.set("seen:b", { deep: ["二"] }, DAY_MS);
  await memory.close();
  const jobs = createSqliteJobs({
    file: join(folder, "jobs.db"),
    kinds: [...JOB_KINDS, { kind: "dance", concurrency: 1, maxAttempts: 1, backoffMs: 1 }],
    clock,
    logger: silentLogger,
  });
  await jobs.enqueue(ingestJob(INGEST));
  // Of another version, or nobody's any more.
  await jobs.enqueue({ kind: "dance", payload: null, id: "tango", topic: null });
  await jobs.close();
}

const INGEST = {
  sources: ["https://docs.example/"],
  collection: "default",
  visibility: "internal",
} as const;

/** Jobs are named by kind and id. */
const aDance: unknown = expect.stringMatching(/^dance\//u);

describe("moving from SQLite to Redis", () => {
  let folder: string;
  let dueAt: number;
  let move: () => ReturnType<typeof moveToRedis>;
  let open: () => {
    store: ReturnType<typeof createConversationStoreOn>;
    log: ReturnType<typeof createRedisMessageLog>;
    desk: ReturnType<typeof createRedisDesk>;
    memory: ReturnType<typeof createRedisKeyedMemory>;
    jobs: ReturnType<typeof createRedisJobs>;
  };

  beforeEach(async () => {
    folder = temporaryFolder();
    dueAt = Date.now() + DAY_MS;
    await fillConversations(folder, dueAt);
    await fillTheRest(folder);
    const keyPrefix = `test-${randomUUID().slice(0, 13)}`;
    const logger = silentLogger;
    const connection = openRedis({ url: redis.url, keyPrefix, logger });
    const jobs = createRedisJobs({ url: redis.url, keyPrefix, kinds: JOB_KINDS, logger });
    onTestFinished(async () => {
      await jobs.close();
      await connection.close();
    });
    open = () => ({
      store: createConversationStoreOn({ connection, logger }),
      log: createRedisMessageLog({ connection, ttlSeconds: 1_000, logger }),
      desk: createRedisDesk({ connection }),
      memory: createRedisKeyedMemory({ connection }),
      jobs,
    });
    move = () =>
      moveToRedis({
        folder,
        connection,
        jobs,
        requestOf: requestOfJob,
        ttlSeconds: 1_000,
        clock: systemClock,
        signal,
        report: () => {},
      });
  });

  it("takes over conversations as they were left: what waits goes on, what was seen is known", async () => {
    const summary = await move();
    const { store } = open();

    expect(summary.conversations).toEqual({ moved: 5, there: 0 });
    const listed = await store.list({ kind: null, limit: 10 });
    expect(listed.map(({ instance }) => instance.id).toSorted()).toEqual(
      ["held", "idle", "lettered", "timed", "unread"].map((id) => dialogue(id).id).toSorted(),
    );
    expect(await store.read(dialogue("idle"))).toBe('{"of":"idle"}');
    const [lettered] = await store.deadLettered({ limit: 10 });
    expect(lettered).toMatchObject({ instance: dialogue("lettered"), deadLetters: 2 });
    const request = { owner: "w", leaseMs: 60_000, limit: 10, supports: { dialogue: 3 } };
    const claims = await store.claim(request);
    const claimed = new Map(claims.map((one) => [instanceKey(one.lease.instance), one]));
    expect([...claimed.keys()].toSorted()).toEqual(
      [dialogue("held"), dialogue("unread")].map(instanceKey).toSorted(),
    );
    const unread = claimed.get(instanceKey(dialogue("unread")));
    expect(unread?.snapshot).toBeNull();
    expect(texts(unread?.inbox ?? [])).toEqual(["one", "two"]);
    expect(claimed.get(instanceKey(dialogue("held")))?.snapshot).toBe('{"of":"held"}');
    expect(await store.counts()).toMatchObject({ instances: 5, unread: 2, timers: 1, leased: 2 });
    for (const [id, key] of [
      ["unread", "e1"],
      ["idle", "old idle"],
      ["over", "old over"],
    ] as const) {
      expect(await say(store, dialogue(id), "again", [key])).toBe(false);
    }
  });

  it("a taken over conversation is worked on, its timer fires, and it can be forgotten", async () => {
    dueAt = Date.now() - 1;
    folder = temporaryFolder();
    await fillConversations(folder, dueAt);
    await move();
    const { store } = open();
    const request = { owner: "w", leaseMs: 60_000, limit: 10, supports: { dialogue: 3 } };

    const claims = await store.claim(request);
    const timed = claims.find(({ lease }) => lease.instance.id === dialogue("timed").id);
    for (const { lease, inbox } of claims) {
      const consumedThrough = inbox.at(-1)?.seq ?? null;
      await store.commit(lease, commitOf({ version: 3, consumedThrough, idleTtlMs: 1 }));
    }

    expect(timed?.inbox.map(({ event }) => event)).toEqual([
      { type: "timer.due", id: "t", token: "tok" },
    ]);
    await eventually("those that were given back to be forgotten", async () => {
      await store.claim(request);
      return (await store.counts()).instances === 2;
    });
    expect(await store.counts()).toMatchObject({ unread: 0, timers: 0, leased: 0 });
  });

  it("takes over transcripts, cases, small things and unfinished jobs", async () => {
    const before = createSqliteMessageLog({ file: join(folder, "messages.db") });
    const query = { conversationId: terminal, afterSeq: 0, limit: 10 };
    const inSight = await before.read({ ...query, isWhole: false });
    const whole = await before.read({ ...query, isWhole: true });
    await before.close();

    const summary = await move();
    const { log, desk, memory, jobs } = open();

    expect(summary).toMatchObject({
      messages: { moved: 3, there: 0 },
      cases: { moved: 2, there: 0 },
      things: { moved: 2, there: 0 },
      jobs: { moved: 1, there: 0 },
      left: [{ what: "job", name: aDance }],
    });
    expect(await log.read({ ...query, isWhole: false })).toMatchObject(
      inSight.map(({ id, text }) => ({ id, text })),
    );
    expect((await log.read({ ...query, isWhole: true })).map(({ id }) => id)).toEqual(
      whole.map(({ id }) => id),
    );
    const body = { conversationId: terminal, author: "user", name: "Ana", at: 9 } as const;
    const again = { ...body, key: effectKey("k2"), reply: null, text: "x", replyTo: null };
    expect((await log.add(again)).text).toBe("after it");
    expect(await desk.list({ includeResolved: true })).toEqual([OPEN, RESOLVED]);
    expect(await desk.list({ includeResolved: false })).toEqual([OPEN]);
    const entry = { kind: "note", name: "Bo", text: "looks into it", at: 8 } as const;
    await desk.publish({ type: "entry", caseId: OPEN.id, entry }, call("d1"));
    expect(await desk.get(OPEN.id)).toEqual(OPEN);
    expect(await memory.list("seen:", 10)).toEqual([
      { name: "seen:b", value: { deep: ["二"] } },
      { name: "seen:a", value: 1 },
    ]);
    const [job] = await jobs.list({ states: ["waiting"], limit: 10 });
    expect(job).toMatchObject({ kind: "knowledge.ingest", payload: INGEST });
  });

  it("can be made again: what went over or was changed in Redis meanwhile stays", async () => {
    await move();
    const { store, log, desk, jobs } = open();
    const { lease } = await claimOne(store, { supports: { dialogue: 3 } });
    await store.commit(lease, commitOf({ snapshot: '{"of":"Redis"}', version: 3 }));

    const summary = await move();

    expect(summary).toMatchObject({
      conversations: { moved: 0, there: 5 },
      messages: { moved: 0, there: 3 },
      cases: { moved: 0, there: 2 },
      things: { moved: 0, there: 2 },
      jobs: { moved: 0, there: 1 },
      left: [{ what: "job", name: aDance }],
    });
    expect(await store.read(lease.instance)).toBe('{"of":"Redis"}');
    const query = { conversationId: terminal, afterSeq: 0, limit: 10, isWhole: true };
    expect(await log.read(query)).toHaveLength(2);
    expect(await desk.list({ includeResolved: true })).toHaveLength(2);
    expect((await jobs.counts()).waiting).toBe(1);
  });

  it("is told of until it was made: then the files lie aside", () => {
    expect(countLeftInFiles(folder, systemClock)).toEqual({
      conversations: 5,
      unfinished: 4,
      openCases: 1,
    });

    const away = putAway(folder, systemClock);

    expect(countLeftInFiles(folder, systemClock)).toBeNull();
    expect(readdirSync(folder)).toEqual([away.slice(folder.length + 1)]);
    expect(readdirSync(away)).toEqual(
      expect.arrayContaining(["conversations.db", "desk.db", "jobs.db", "memory.db"]),
    );
  });
});
