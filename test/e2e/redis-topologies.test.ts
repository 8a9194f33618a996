import { afterEach, beforeAll, expect, it } from "vitest";
import type { Application } from "../../src/ports/application.ts";
import { type StartedFrontdesk, startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { attachTo, directoryWithMiller, saying, transcriptOf } from "../support/split-roles.ts";

const QUESTION = "What is the miller of the old mill called?";
const PATIENCE_MS = 60_000;
const call = { signal: new AbortController().signal };
const closers: (() => Promise<unknown>)[] = [];
let dataDir: string;

beforeAll(async () => {
  dataDir = await directoryWithMiller();
});

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function start(redisUrl: string): Promise<StartedFrontdesk> {
  const frontdesk = await startFrontdeskProcess({ dataDir, env: { REDIS_URL: redisUrl } });
  closers.push(() => frontdesk.kill());
  return frontdesk;
}

/** Asks in a conversation, again as long as it is refused, and waits for its so-manieth answer. */
async function answered(app: Application, conversation: string, count: number): Promise<void> {
  await eventually(
    `the question in ${conversation}`,
    () =>
      app.send(saying(conversation, QUESTION), call).then(
        () => true,
        () => false,
      ),
    PATIENCE_MS,
  );
  await eventually(
    `answer ${count} in ${conversation}`,
    async () => {
      const said = await transcriptOf(app, conversation).catch(() => []);
      return said.filter(({ author }) => author === "bot").length === count;
    },
    PATIENCE_MS,
  );
}

/** Each question once, each answered once, and each answer after its question. */
async function expectTalk(app: Application, conversation: string, count: number): Promise<void> {
  const said = await transcriptOf(app, conversation);
  const turns = Array.from({ length: count }, () => ["user", "bot"]).flat();
  expect(said.map(({ author }) => author)).toEqual(turns);
  for (const { author, text } of said) {
    if (author === "bot") expect(text).toContain("Odalys");
  }
}

/** What has not reached its replica dies with a master; that is another test's matter. */
async function caughtUp(master: RedisServer): Promise<void> {
  await eventually("the replica's position", async () => {
    const info = await master.command("INFO", "replication");
    const own = /master_repl_offset:(\d+)/u.exec(info)?.[1];
    return info.includes(`offset=${own},lag=`);
  });
}

async function exported(app: Application): Promise<unknown> {
  const task = { type: "export", conversation: null, limit: 10, file: null } as const;
  const { id } = await app.startJob(task, call);
  const done = await eventually(
    "the export",
    async () => {
      const job = await app.readJob(id, call).catch(() => null);
      return job?.state === "done" && job;
    },
    PATIENCE_MS,
  );
  return done.result;
}

it("works on a Redis Cluster, jobs included, and goes on when one of its masters is killed", async () => {
  const cluster = await startRedisCluster();
  closers.push(() => cluster.stop());
  const frontdesk = await start(cluster.url);
  const app = attachTo(dataDir);
  const conversations = ["a", "b", "c", "d"];

  for (const one of conversations) await answered(app, one, 1);
  const before = await exported(app);
  const [first] = cluster.masters;
  if (first === undefined) throw new Error("a Cluster without masters");
  await caughtUp(first);
  await first.kill9();
  for (const one of conversations) await answered(app, one, 2);
  const after = await exported(app);

  for (const one of conversations) await expectTalk(app, one, 2);
  for (const result of [before, after]) expect(result).toMatchObject({ conversations: 4 });
  expect(await frontdesk.stop()).toBe(0);
});

it("follows Sentinel to the replica that takes over, with what was said and the jobs", async () => {
  const [master, replica] = [await startRedis(), await startRedis()];
  closers.push(
    () => master.stop(),
    () => replica.stop(),
  );
  await replica.command("REPLICAOF", "127.0.0.1", String(master.port));
  const sentinel = await startRedis({ sentinelOf: master.port });
  closers.push(() => sentinel.stop());
  await eventually("the replica, as the sentinel sees it", async () =>
    (await sentinel.command("SENTINEL", "REPLICAS", "main")).includes("master-link-status,ok"),
  );
  const frontdesk = await start(`redis-sentinel://127.0.0.1:${sentinel.port}/main`);
  const app = attachTo(dataDir);

  await answered(app, "a", 1);
  await caughtUp(master);
  await master.kill9();
  await answered(app, "a", 2);
  const result = await exported(app);

  await expectTalk(app, "a", 2);
  expect(result).toMatchObject({ conversations: 1 });
  expect(await frontdesk.stop()).toBe(0);
});
