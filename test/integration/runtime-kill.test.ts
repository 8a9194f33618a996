import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

let folder: string;
let channelFile: string;
let server: RedisServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(async () => {
  await server.stop();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "frontdesk-kill-"));
  channelFile = join(folder, "platform.db");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

type StoreName = "SQLite" | "Redis";

function placeOf(store: StoreName): StorePlace {
  if (store === "SQLite") return { kind: "sqlite", file: join(folder, "conversations.db") };
  return { kind: "redis", url: server.url, keyPrefix: `kill-${randomUUID().slice(0, 8)}` };
}

/** Starts a worker in a process of its own that does something to itself at this point. */
function startChild(store: StorePlace, point: KillPoint, owner: string): ChildProcess {
  const argument = { store, channel: channelFile, owner, text: "hello", point, leaseMs: 250 };
  return spawn(process.execPath, [CHILD, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a worker until it has killed itself; what it said of itself is shown when it ended otherwise. */
async function runUntilKilled(store: StorePlace, point: KillPoint, owner: string): Promise<void> {
  const child = startChild(store, point, owner);
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
  place: StorePlace,
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
    await eventually("quiet after a reply", async () => {
      const { ready, leased, unread, timers } = await store.counts();
      return channel.texts().length >= expected && ready + leased + unread + timers === 0;
    });
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

    test.each(rounds)(
      "$point: the $survivor worker ends the turn, with one reply",
      async (round) => {
        const place = placeOf(name);
        await runUntilKilled(place, round.point, "desk");

        const texts = await survive(place, round.owner, round.point);

        expect(texts).toEqual(textsAfter(round.point));
        if (place.kind === "redis") return;
        expect(integrityOf(place.file)).toMatchObject([{ integrity_check: "ok" }]);
      },
    );
  },
);

describe.each<StoreName>(["SQLite", "Redis"])(
  "on %s, a worker that hangs beyond its lease",
  (name) => {
    test("finds its lease lost when it comes back, and says nothing", async () => {
      const place = placeOf(name);
      const child = startChild(place, "stopped-in-task", "hanging");
      const exit = once(child, "exit");
      const output = child.stdout?.setEncoding("utf8").toArray() ?? Promise.resolve([]);
      await eventually("the worker to hang", () => isStopped(child));

      const texts = await survive(place, "another", "stopped-in-task");
      child.kill("SIGCONT");

      expect(await exit).toEqual([0, null]);
      expect(await output).toEqual(["lease lost\n"]);
      expect(texts).toEqual([replyTo({ text: "hello" })]);
      const channel = createFileChannel(channelFile);
      expect(channel.texts()).toEqual(texts);
      channel.close();
    });
  },
);
