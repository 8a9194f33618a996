import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { conversationId, effectKey } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { KeptInstance, KeptSeen } from "../../src/runtime/move/conversations-source.ts";
import { createRedisRestoration } from "../../src/runtime/move/restore-in-redis.ts";
import {
  createConversationStoreOn,
  createRedisDesk,
  createRedisKeyedMemory,
  createRedisMessageLog,
  openRedis,
  type RedisConnection,
} from "../../src/runtime/redis.ts";
import type { ScriptName } from "../../src/runtime/stores/redis-scripts/index.ts";
import { claimOne, dialogue, say, settle, texts } from "../contract/conversation-store-steps.ts";
import { startTcpProxy, type TcpProxy } from "../support/redis-proxy.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { aCase, aReply } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";

let server: RedisServer;
let proxy: TcpProxy;
/** Reaches Redis through the proxy. */
let line: RedisConnection;
let keyPrefix: string;

beforeAll(async () => {
  server = await startRedis();
  proxy = await startTcpProxy(server.port);
});

afterAll(async () => {
  await proxy.stop();
  await server.stop();
});

function open(port: number): RedisConnection {
  const url = `redis://127.0.0.1:${port}`;
  const connection = openRedis({ url, keyPrefix, watchMs: 3_600_000, logger: silentLogger });
  onTestFinished(() => connection.close());
  return connection;
}

/** Everything that is kept, over one connection. */
function storesOn(connection: RedisConnection) {
  const logger = silentLogger;
  return {
    store: createConversationStoreOn({ connection, logger }),
    log: createRedisMessageLog({ connection, ttlSeconds: 1_000, logger }),
    desk: createRedisDesk({ connection }),
    memory: createRedisKeyedMemory({ connection }),
    restoration: createRedisRestoration({ connection, ttlSeconds: 1_000 }),
  };
}

let here: ReturnType<typeof storesOn>;
/** Reaches Redis directly, as another machine would. */
let there: ReturnType<typeof storesOn>;

beforeEach(async () => {
  keyPrefix = `test-${randomUUID().slice(0, 13)}`;
  line = open(proxy.port);
  await line.check();
  here = storesOn(line);
  there = storesOn(open(server.port));
});

/** From where the connection that makes the calls comes; the one that listens has a port of its own. */
function portOf({ client }: RedisConnection): number {
  const port = client instanceof Redis ? client.stream.localPort : undefined;
  if (port === undefined) throw new Error("the connection stands");
  return port;
}

/** Makes the call, lets the server do it, and loses the reply together with the connection. */
async function lost(call: () => Promise<unknown>): Promise<void> {
  const before = proxy.swallowed();
  // Of this connection alone: what is published to the one that listens is no sign that the call was done.
  proxy.swallowReplies(portOf(line));
  const outcome = call().then(
    () => "answered",
    (error: unknown) => error,
  );
  await eventually("the server's reply", () => proxy.swallowed() > before);
  proxy.heal();
  expect(await outcome).toMatchObject({ code: "store_unavailable", retryable: true });
  await eventually("the connection", () =>
    line.check().then(
      () => true,
      () => false,
    ),
  );
}

/** Makes a call whose reply is lost, and then makes it again. */
async function repeated<Result>(call: () => Promise<Result>): Promise<Result> {
  await lost(call);
  return call();
}

const ann = conversationId("console:ann");
const { signal } = new AbortController();
const query = { conversationId: ann, afterSeq: 0, limit: 10, isWhole: false };

function saying(key: string) {
  const said = { conversationId: ann, author: "user", name: "Ann", reply: null } as const;
  return { ...said, key: effectKey(key), text: "hello", replyTo: null, at: 5 };
}

const opened = { type: "opened", record: aCase() } as const;
const kept: KeptInstance = {
  key: "dialogue/kept",
  kind: "dialogue",
  snapshot: '"kept"',
  version: 1,
  deadLetters: 0,
  updatedAt: 5,
  expiresAt: null,
  wasHeld: false,
  events: [{ at: 5, event: '{"type":"said","text":"one"}' }],
  timers: [{ id: "t", token: "1.1", dueAt: Number.MAX_SAFE_INTEGER }],
};
const seen: KeptSeen = { instance: "dialogue/a", keys: [{ key: "e", at: Date.now() }] };
const message = { seq: 1, id: "m-1", key: "k", body: JSON.stringify(saying("k")), removed: 0 };

/** The five of the mailboxes are tried in `redis-faults.test.ts`. */
type Tried = Exclude<ScriptName, "fdAppend" | "fdClaim" | "fdRenew" | "fdCommit" | "fdExpireOwner">;

const CASES: Readonly<Record<Tried, () => Promise<void>>> = {
  fdDeskForget: async () => {
    await there.desk.publish(opened, { key: effectKey("1"), signal });
    expect(await repeated(() => here.desk.forget(aCase().id))).toBe(false);
    expect(await there.desk.list({ includeResolved: true })).toEqual([]);
  },
  fdPeek: async () => {
    await say(there.store, dialogue("a"), "one");
    const parameters = [10, 1, "dialogue", 1];
    const waiting = await repeated(() => line.run("fdPeek", 0, parameters, "look"));
    expect(await line.run("fdPeek", 0, parameters, "look")).toEqual(waiting);
    expect(texts((await claimOne(there.store)).inbox)).toEqual(["one"]);
  },
  fdList: async () => {
    await settle(there.store, dialogue("a"));
    const all = { kind: null, limit: 10 };
    expect(await repeated(() => here.store.list(all))).toEqual(await there.store.list(all));
  },
  fdDeadLettered: async () => {
    await settle(there.store, dialogue("a"), { deadLetters: 2 });
    const found = await repeated(() => here.store.deadLettered({ limit: 10 }));
    expect(found).toMatchObject([{ instance: dialogue("a"), deadLetters: 2 }]);
  },
  fdRead: async () => {
    await settle(there.store, dialogue("a"), { snapshot: '"said"' });
    expect(await repeated(() => here.store.read(dialogue("a")))).toBe('"said"');
  },
  fdRemove: async () => {
    await settle(there.store, dialogue("a"));
    await settle(there.store, dialogue("b"));
    expect(await repeated(() => here.store.remove(dialogue("a")))).toBeNull();
    expect((await there.store.counts()).instances).toBe(1);
  },
  fdCounts: async () => {
    await settle(there.store, dialogue("a"), { deadLetters: 3 });
    const counts = { instances: 1, leased: 0, deadLetters: 3 };
    expect(await repeated(() => here.store.counts())).toMatchObject(counts);
  },
  fdLogAdd: async () => {
    const added = await repeated(() => here.log.add(saying("k")));
    expect(await there.log.read(query)).toEqual([added]);
  },
  fdLogChange: async () => {
    const { id } = await there.log.add(saying("k"));
    const change = (body: object, isRemoval: 0 | 1) => () =>
      line.runAt("log", "fdLogChange", [id, JSON.stringify(body), isRemoval, "c", "s"], "change");
    expect(await repeated(change({ ...saying("k"), text: "new" }, 0))).toBe(1);
    expect((await there.log.read(query)).map(({ text }) => text)).toEqual(["new"]);
    expect(await repeated(change({ ...saying("k"), text: "" }, 1))).toBe(0);
    expect(await there.log.read(query)).toEqual([]);
  },
  fdLogClear: async () => {
    await there.log.add(saying("k"));
    expect(await repeated(() => here.log.removeAll(ann))).toBe(0);
    expect(await there.log.read({ ...query, isWhole: true })).toEqual([]);
  },
  fdLogFind: async () => {
    const added = await there.log.add(saying("k"));
    expect(await repeated(() => here.log.find(effectKey("k")))).toEqual(added);
  },
  fdLogGet: async () => {
    const { id } = await there.log.add(saying("k"));
    await repeated(() => here.log.replace(id, aReply({ text: "new" })));
    expect((await there.log.read(query)).map(({ text }) => text)).toEqual(["new"]);
  },
  fdLogHide: async () => {
    const added = await there.log.add(saying("k"));
    await repeated(() => here.log.hideEarlier(ann));
    expect(await there.log.read(query)).toEqual([]);
    expect(await there.log.read({ ...query, isWhole: true })).toEqual([added]);
  },
  fdLogLast: async () => {
    await there.log.add(saying("k"));
    expect(await repeated(() => line.runAt("log", "fdLogLast", [], "ask"))).toBe(1);
  },
  fdLogPass: async () => {
    // Words of an answer under way: nothing is kept of them, and nobody listens here.
    const pass = () => line.runAt("log", "fdLogPass", ["c", "{}"], "pass on");
    expect(await repeated(pass)).toBe(0);
    expect(await there.log.read(query)).toEqual([]);
  },
  fdLogRead: async () => {
    const added = await there.log.add(saying("k"));
    expect(await repeated(() => here.log.read(query))).toEqual([added]);
  },
  fdDeskGet: async () => {
    await there.desk.publish(opened, { key: effectKey("1"), signal });
    expect(await repeated(() => here.desk.get(aCase().id))).toEqual(aCase());
  },
  fdDeskList: async () => {
    await there.desk.publish(opened, { key: effectKey("1"), signal });
    expect(await repeated(() => here.desk.list({ includeResolved: true }))).toEqual([aCase()]);
  },
  fdDeskPublish: async () => {
    const entry = { kind: "note", name: "Bo", text: "looks into it", at: 8 } as const;
    await repeated(() => here.desk.publish(opened, { key: effectKey("1"), signal }));
    const note = { type: "entry", caseId: aCase().id, entry } as const;
    await repeated(() => here.desk.publish(note, { key: effectKey("2"), signal }));
    expect(await there.desk.list({ includeResolved: true })).toEqual([
      { ...aCase(), entries: [...aCase().entries, entry] },
    ]);
  },
  fdMemoryClaim: async () => {
    // At most one is told yes; whoever asks again after a lost reply is told no.
    expect(await repeated(() => here.memory.claim("n", "mine", 60_000))).toBe(false);
    expect(await there.memory.get("n")).toBe("mine");
  },
  fdMemoryDelete: async () => {
    await there.memory.set("n", 1, 60_000);
    await repeated(() => here.memory.delete("n"));
    expect(await there.memory.list("", 10)).toEqual([]);
  },
  fdMemoryGet: async () => {
    await there.memory.set("n", { of: "this" }, 60_000);
    expect(await repeated(() => here.memory.get("n"))).toEqual({ of: "this" });
  },
  fdMemoryList: async () => {
    await there.memory.set("n", 1, 60_000);
    expect(await repeated(() => here.memory.list("n", 10))).toEqual([{ name: "n", value: 1 }]);
  },
  fdMemorySet: async () => {
    await repeated(() => here.memory.set("n", 2, 60_000));
    expect(await there.memory.list("", 10)).toEqual([{ name: "n", value: 2 }]);
  },
  fdRestoreInstance: async () => {
    expect(await repeated(() => here.restoration.instance(kept, 0))).toBe(false);
    const { inbox, snapshot } = await claimOne(there.store);
    expect([texts(inbox), snapshot]).toEqual([["one"], '"kept"']);
    expect(await there.store.counts()).toMatchObject({ instances: 1, timers: 1 });
  },
  fdRestoreMessage: async () => {
    expect(await repeated(() => here.restoration.message(ann, message, false))).toBe(false);
    expect(await there.log.read(query)).toMatchObject([{ id: "m-1", text: "hello" }]);
  },
  fdRestoreSeen: async () => {
    await repeated(() => here.restoration.seen(seen, Date.now()));
    expect(await say(there.store, dialogue("a"), "again", ["e"])).toBe(false);
    expect(await say(there.store, dialogue("b"), "another's", ["e"])).toBe(true);
  },
  fdRestoreShown: async () => {
    await repeated(() => here.restoration.shown(["1"]));
    await there.desk.publish(opened, { key: effectKey("1"), signal });
    expect(await there.desk.list({ includeResolved: true })).toEqual([]);
  },
};

test.each(Object.entries(CASES))(
  "%s whose reply is lost on the wire can be made again, and does nothing twice",
  async (_script, tryIt) => {
    await tryIt();
  },
);

test("listening is taken up again on a new connection with one command for each channel", async () => {
  const heard = async () => {
    const list = await server.command("CLIENT", "LIST", "TYPE", "pubsub");
    return [...list.matchAll(/ sub=(\d+)/gu)].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const commands = async () => {
    const stats = await server.command("INFO", "commandstats");
    return Number(/cmdstat_subscribe:calls=(\d+)/u.exec(stats)?.[1] ?? 0);
  };
  // Two connections listen to nudges and to the log, and this one to three channels more.
  for (const channel of ["a", "b", "c"]) line.subscriber.listen(channel, { onMessage: () => {} });
  await eventually("listeners", async () => (await heard()) === 7);
  const before = await commands();

  await server.command("CLIENT", "KILL", "TYPE", "pubsub");
  await eventually("listeners again", async () => (await heard()) === 7);

  expect((await commands()) - before).toBe(7);
});
