import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createEngine, createInbox, createRegistry } from "../../src/runtime/index.ts";
import { childOfTests } from "../support/compiled-child-entry.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createFileChannel } from "../support/runtime-file-channel.ts";
import {
  BEFORE_DEPLOY,
  KILL_POINTS,
  type KillPoint,
  replyTo,
} from "../support/runtime-kill-points.ts";
import { messageIn, smallKind } from "../support/runtime-machines.ts";
import { openStoreAt, type StorePlace } from "../support/store-place.ts";

const CHILD = childOfTests("runtime-worker-child");
const PATIENCE_MS = 40_000;

let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

/** Where one round takes place. */
interface Scene {
  readonly place: StorePlace;
  readonly channelFile: string;
}

async function sceneOn(
  store: StoreName,
  onTestFinished: (clean: () => Promise<void>) => void,
): Promise<Scene> {
  const folder = await mkdtemp(join(tmpdir(), "frontdesk-kill-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const channelFile = join(folder, "platform.db");
  if (store === "SQLite") {
    return { place: { kind: "sqlite", file: join(folder, "conversations.db") }, channelFile };
  }
  const keyPrefix = `kill-${randomUUID().slice(0, 8)}`;
  return { place: { kind: "redis", url: server.url, keyPrefix }, channelFile };
}

type StoreName = "SQLite" | "Redis";

/** Starts a worker in a process of its own that does something to itself at this point. */
function startChild(scene: Scene, point: KillPoint, owner: string): ChildProcess {
  const { place: store, channelFile: channel } = scene;
  const argument = { store, channel, owner, text: "hello", point, leaseMs: 250 };
  return spawn(process.execPath, [CHILD, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a worker until it has killed itself; what it said of itself is shown when it ended otherwise. */
async function runUntilKilled(scene: Scene, point: KillPoint, owner: string): Promise<void> {
  const child = startChild(scene, point, owner);
  const complaints = child.stderr?.setEncoding("utf8").toArray();
  const ended: unknown = await once(child, "exit");
  expect({ ended, complaints: await complaints }).toEqual({
    ended: [null, "SIGKILL"],
    complaints: [],
  });
}

async function isStopped({ pid }: ChildProcess): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8");
  return / \(.*\) T /u.test(status);
}

/** The machine of the worker that goes on; after a deploy it is the newer one, too. */
function kindAfter(point: KillPoint) {
  if (point === "between-parts") return smallKind({ followUpMs: 0 });
  if (point !== "during-migration") return smallKind();
  return smallKind({ version: 2, migrations: { 1: (old) => old } });
}

/** Everything that stands on the platform when all is over. */
function textsAfter(point: KillPoint): readonly string[] {
  const answer = replyTo({ text: "hello" });
  if (point === "between-parts") return [answer, "anything else?"];
  if (point === "during-migration") return [replyTo({ text: BEFORE_DEPLOY }), answer];
  return [answer];
}

/** Works here until everything is quiet; returns what stands on the platform. */
async function survive(
  { place, channelFile }: Scene,
  owner: string,
  point: KillPoint,
): Promise<readonly string[]> {
  const isDrafting = point.includes("draft");
  const expected = textsAfter(point).length;
  const channel = createFileChannel(
    channelFile,
    isDrafting ? { drafts: { minIntervalMs: 1 } } : {},
  );
  const store = openStoreAt(place);
  const engine = createEngine({
    store,
    registry: createRegistry([kindAfter(point)]),
    tasks: { understand: async () => ({}), answer: async (input) => replyTo(input) },
    effects: {},
    channels: [channel],
    logger: silentLogger,
    clock: systemClock,
    owner,
    tuning: { pollMs: 10, leaseMs: 250, deliveryRetryMs: 5 },
  });
  try {
    await engine.start();
    const isQuiet = async (): Promise<boolean> => {
      const { ready, leased, unread, timers } = await store.counts();
      return channel.texts().length >= expected && ready + leased + unread + timers === 0;
    };
    await eventually("quiet after a reply", isQuiet, PATIENCE_MS);
    const isRedelivered = await createInbox(store, systemClock).receive(messageIn("c", "hello"), [
      "event:1",
    ]);
    expect(isRedelivered).toBe(false);
    return channel.texts();
  } finally {
    await engine.close();
    await store.close();
    channel.close();
  }
}

/** What SQLite says of a file that a killed process left. */
function integrityOf(file: string): unknown {
  const database = new Database(file);
  try {
    return database.prepare("PRAGMA integrity_check").all([]);
  } finally {
    database.close();
  }
}

// The same name: the next start of the same process takes over at once. Another name: the lease has to run out.
const rounds = KILL_POINTS.filter((point) => point !== "stopped-in-task").flatMap((point) => [
  { point, survivor: "same", owner: "desk" },
  { point, survivor: "other", owner: "another" },
]);

describe.each<StoreName>(["SQLite", "Redis"])(
  "on %s, a worker that is killed with SIGKILL",
  (name) => {
    test("is killed in 24 rounds at twelve points", () => {
      expect(rounds).toHaveLength(24);
    });

    // Side by side: most of a round is waiting, for a process, a disk or the end of a lease.
    test.concurrent.for(rounds)(
      "$point: the $survivor worker ends the turn, with one reply",
      async (round, { expect: expectHere, onTestFinished }) => {
        const scene = await sceneOn(name, onTestFinished);
        await runUntilKilled(scene, round.point, "desk");

        const texts = await survive(scene, round.owner, round.point);

        expectHere(texts).toEqual(textsAfter(round.point));
        if (scene.place.kind === "redis") return;
        expectHere(integrityOf(scene.place.file)).toMatchObject([{ integrity_check: "ok" }]);
      },
    );
  },
);

describe.each<StoreName>(["SQLite", "Redis"])(
  "on %s, a worker that hangs beyond its lease",
  (name) => {
    test("finds its lease lost when it comes back, and says nothing", async ({
      onTestFinished,
    }) => {
      const scene = await sceneOn(name, onTestFinished);
      const child = startChild(scene, "stopped-in-task", "hanging");
      const exit = once(child, "exit");
      const output = child.stdout?.setEncoding("utf8").toArray() ?? Promise.resolve([]);
      await eventually("the worker to hang", () => isStopped(child));

      const texts = await survive(scene, "another", "stopped-in-task");
      child.kill("SIGCONT");

      expect(await exit).toEqual([0, null]);
      expect(await output).toEqual(["lease lost\n"]);
      expect(texts).toEqual([replyTo({ text: "hello" })]);
      const channel = createFileChannel(scene.channelFile);
      expect(channel.texts()).toEqual(texts);
      channel.close();
    });
  },
);
