import { afterEach, describe, expect, test } from "vitest";
import { isFrontdeskError } from "../../src/core/index.ts";
import { type Logger, silentLogger } from "../../src/ports/logger.ts";
import {
  createRedisConversationStore,
  type RedisConversationStore,
} from "../../src/runtime/stores/redis.ts";
import type { RedisOptions } from "../../src/runtime/stores/redis-connection.ts";
import {
  claiming,
  claimOne,
  committing,
  dialogue,
  say,
  settle,
  texts,
} from "../contract/conversation-store-steps.ts";
import { type RedisServer, type RedisServerOptions, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

async function serverWith(options: RedisServerOptions = {}): Promise<RedisServer> {
  const server = await startRedis(options);
  cleanups.push(() => server.stop());
  return server;
}

function openStore(
  server: RedisServer,
  options: Partial<RedisOptions> = {},
): RedisConversationStore {
  const { url } = server;
  const store = createRedisConversationStore({ url, logger: silentLogger, ...options });
  cleanups.push(() => store.close());
  return store;
}

/** Notes what operators are told. */
function recordingLogger(): { readonly logger: Logger; readonly told: readonly string[] } {
  const told: string[] = [];
  const tell = (fields: object, message: string): void => {
    told.push(`${message} ${JSON.stringify(fields)}`);
  };
  const logger: Logger = { ...silentLogger, info: tell, error: tell, child: () => logger };
  return { logger, told };
}

async function recovered(store: RedisConversationStore): Promise<void> {
  await eventually("the connection", () =>
    store.check().then(
      () => true,
      () => false,
    ),
  );
}

describe("a killed server with an append-only file", () => {
  test("has every acknowledged event, snapshot, lease and timer after its restart", async () => {
    // With "everysec" a write may be acknowledged while it waits for a running fsync, and dies with the process.
    const server = await serverWith({ appendOnly: "always" });
    const store = openStore(server);
    await settle(store, dialogue("settled"), { snapshot: '"kept"' });
    await say(store, dialogue("held"), "one");
    const held = await claimOne(store);
    await store.commit(
      held.lease,
      committing({
        snapshot: '"working"',
        timers: [{ id: "t", token: "1.1", dueAt: held.now + 3_600_000 }],
      }),
    );
    const acknowledged: string[] = [];
    const appending = (async () => {
      for (let index = 0; ; index += 1) {
        await say(store, dialogue("busy"), String(index), [String(index)]);
        acknowledged.push(String(index));
      }
    })().catch((error: unknown) => error);
    await eventually("some appends", () => acknowledged.length >= 50);

    await server.kill9();
    expect(await appending).toMatchObject({ code: "store_unavailable", retryable: true });
    await server.restart();
    await recovered(store);

    const counts = await store.counts();
    // The last one may have been written without its reply having come.
    expect(counts.unread - acknowledged.length - 1).toBeGreaterThanOrEqual(0);
    expect(counts.unread - acknowledged.length - 1).toBeLessThanOrEqual(1);
    expect(counts).toMatchObject({ instances: 3, leased: 1, timers: 1 });
    expect(await store.read(dialogue("settled"))).toBe('"kept"');
    expect(texts((await store.renew(held.lease, 60_000))?.inbox ?? [])).toEqual(["one"]);
    const busy = await claimOne(store);
    const sure = acknowledged.slice(0, 64);
    expect(texts(busy.inbox).slice(0, sure.length)).toEqual(sure);
    expect(await say(store, dialogue("busy"), "0", ["0"])).toBe(false);
  });
});

describe("a server whose memory is full", () => {
  test("takes no further event, while what it holds is worked off; then it takes events again", async () => {
    const server = await serverWith();
    const store = openStore(server);
    await say(store, dialogue("a"), "one");
    await say(store, dialogue("b"), "two");
    const [first, second] = await store.claim(claiming());
    await server.command("CONFIG", "SET", "maxmemory", "1");

    await expect(say(store, dialogue("a"), "three", ["k"])).rejects.toMatchObject({
      code: "disk_full",
    });
    await expect(say(store, dialogue("new"), "hello", [])).rejects.toMatchObject({
      code: "disk_full",
    });

    for (const claim of [first, second]) {
      if (claim === undefined) throw new Error("two instances were claimed");
      expect(texts((await store.renew(claim.lease, 60_000))?.inbox ?? [])).toHaveLength(1);
      await store.commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox.at(-1)?.seq ?? null,
          snapshot: '"handled"',
          timers: [{ id: "t", token: "1.1", dueAt: claim.now }],
          release: true,
        }),
      );
    }
    expect((await store.claim(claiming())).map(({ inbox }) => inbox.length)).toEqual([1, 1]);
    expect(await store.counts()).toMatchObject({ instances: 2, unread: 2, timers: 0 });

    await server.command("CONFIG", "SET", "maxmemory", "0");
    expect(await say(store, dialogue("a"), "three", ["k"])).toBe(true);
  });
});

describe("a server that is not fit to hold conversations", () => {
  test("is refused when it may evict, and taken once that is set right", async () => {
    const server = await serverWith({ policy: "allkeys-lru" });
    const store = openStore(server);

    const refusal = await store.check().catch((error: unknown) => error);

    expect(refusal).toMatchObject({ code: "config_invalid" });
    expect(String(refusal)).toMatch(/allkeys-lru.*noeviction/u);
    await expect(say(store, dialogue("a"), "one")).rejects.toMatchObject({
      code: "config_invalid",
    });

    await server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await store.check();
    expect(await say(store, dialogue("a"), "one")).toBe(true);
  });

  test("is noticed while it is used, without anybody asking, and taken again once that is set right", async () => {
    const server = await serverWith();
    const { logger, told } = recordingLogger();
    const store = openStore(server, { logger, watchMs: 10 });
    await say(store, dialogue("a"), "one", ["k"]);
    const held = await claimOne(store);

    await server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    await eventually("a word in the log", () =>
      told.some((line) => line.includes("is not fit") && line.includes("allkeys-lru")),
    );

    // Not an error that would give up what was begun.
    const waiting = { code: "store_unavailable", retryable: true };
    await expect(say(store, dialogue("a"), "two", ["l"])).rejects.toMatchObject(waiting);
    await expect(store.commit(held.lease, committing())).rejects.toMatchObject(waiting);
    await server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await eventually("its recovery", () => told.some((line) => line.includes("fit to hold")));
    expect(await say(store, dialogue("a"), "two", ["l"])).toBe(true);
    expect(texts((await store.renew(held.lease, 60_000))?.inbox ?? [])).toEqual(["one", "two"]);
  });

  test("is waited for when it comes up like that while it is waited for", async () => {
    const server = await serverWith({ policy: "allkeys-lru" });
    await server.kill9();
    const store = openStore(server);
    const waiting = { code: "store_unavailable", retryable: true };
    await expect(say(store, dialogue("a"), "one", ["k"])).rejects.toMatchObject(waiting);
    await server.restart();

    const refusal = await eventually("its refusal", () =>
      say(store, dialogue("a"), "one", ["k"]).catch((error: unknown) =>
        String(error).includes("allkeys-lru") ? error : null,
      ),
    );
    await server.command("CONFIG", "SET", "maxmemory-policy", "noeviction");
    await recovered(store);

    expect(refusal).toMatchObject(waiting);
    expect(await say(store, dialogue("a"), "one", ["k"])).toBe(true);
  });

  test("is waited for when it is a replica", async () => {
    const [master, replica] = [await serverWith(), await serverWith()];
    await replica.command("REPLICAOF", "127.0.0.1", String(master.port));
    const store = openStore(replica);

    await expect(store.check()).rejects.toMatchObject({
      code: "store_unavailable",
      retryable: true,
    });

    await replica.command("REPLICAOF", "NO", "ONE");
    await store.check();
    expect(await say(store, dialogue("a"), "one")).toBe(true);
  });

  test("becomes unavailable, and comes back, when it loses and regains its rank", async () => {
    const [master, server] = [await serverWith(), await serverWith()];
    const store = openStore(server);
    await store.check();
    await server.command("REPLICAOF", "127.0.0.1", String(master.port));
    await eventually("a refusal", () =>
      say(store, dialogue("a"), "one").then(
        () => false,
        (error: unknown) => isFrontdeskError(error, "store_unavailable") && error.retryable,
      ),
    );

    await server.command("REPLICAOF", "NO", "ONE");
    await recovered(store);

    expect(await say(store, dialogue("a"), "again")).toBe(true);
  });

  test("a server that cannot be reached is told by its kind of trouble", async () => {
    const server = await serverWith();
    await server.kill9();

    for (const url of [server.url, `redis-sentinel://127.0.0.1:${server.port}/main`]) {
      const error = await openStore(server, { url })
        .check()
        .catch((reason: unknown) => reason);

      expect(error).toMatchObject({ code: "store_unavailable", retryable: true });
      expect(String(error)).toMatch(/ECONNREFUSED|sentinels are unreachable/u);
    }
  });

  test("a missing password is told, and never repeated", async () => {
    const server = await serverWith();
    await server.command("CONFIG", "SET", "requirepass", "s3cret-word");
    const wrong = openStore(server, {
      url: server.url.replace("//", "//default:wr0ng-word@"),
    });

    const error = await wrong.check().catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: "store_unavailable" });
    expect(String(error)).toMatch(/WRONGPASS|password/u);
    expect(String(error)).not.toContain("wr0ng-word");
    await openStore(server, { url: server.url.replace("//", "//:s3cret-word@") }).check();
  });
});

describe("a server under Sentinel", () => {
  test("is followed to the replica that takes over from a killed master", async () => {
    const [master, replica] = [await serverWith(), await serverWith()];
    await replica.command("REPLICAOF", "127.0.0.1", String(master.port));
    const sentinel = await serverWith({ sentinelOf: master.port });
    const url = `redis-sentinel://127.0.0.1:${sentinel.port}/main`;
    const store = openStore(master, { url });
    await eventually("the replica, as the sentinel sees it", async () =>
      (await sentinel.command("SENTINEL", "REPLICAS", "main")).includes("master-link-status,ok"),
    );
    await say(store, dialogue("a"), "before", ["k"]);
    await eventually("its copy", async () =>
      (await replica.command("KEYS", "*")).includes("i:dialogue/a"),
    );

    await master.kill9();

    await eventually(
      "the new master",
      () =>
        say(store, dialogue("a"), "after", ["after"]).then(
          () => true,
          () => false,
        ),
      20_000,
    );
    expect(await say(store, dialogue("a"), "before", ["k"])).toBe(false);
    expect(texts((await claimOne(store)).inbox)).toEqual(["before", "after"]);
  });
});

describe("shards", () => {
  test("whoever comes later takes the number that was decided, and one that insists on another is refused", async () => {
    const server = await serverWith();
    const keyPrefix = "divided";
    const first = openStore(server, { keyPrefix, shards: 5 });
    for (let index = 0; index < 20; index += 1) await say(first, dialogue(`i${index}`), "hello");

    const follower = openStore(server, { keyPrefix });
    const insisting = openStore(server, { keyPrefix, shards: 7 });

    await expect(insisting.check()).rejects.toMatchObject({ code: "config_invalid" });
    expect(await follower.claim(claiming({ limit: 50 }))).toHaveLength(20);
    expect(await first.counts()).toMatchObject({ instances: 20, leased: 20, ready: 0 });
  });

  test("the longest waiting of all shards come first", async () => {
    const server = await serverWith();
    const store = openStore(server, { shards: 16 });
    const ids = Array.from({ length: 12 }, (_, index) => `i${index}`);
    for (const id of ids) {
      await say(store, dialogue(id), "hello");
      await new Promise((resolve) => setTimeout(resolve, 2));
    }

    const first = await store.claim(claiming({ limit: 5 }));
    const rest = await store.claim(claiming({ limit: 50 }));

    expect([...first, ...rest].map(({ lease }) => lease.instance.id)).toEqual(ids);
  });
});
