import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import {
  createEngine,
  createInbox,
  createRegistry,
  createSqliteStore,
} from "../../src/runtime/index.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { createFileChannel } from "../support/runtime-file-channel.ts";
import { KILL_POINTS, type KillPoint, replyTo } from "../support/runtime-kill-points.ts";
import { messageIn, smallKind } from "../support/runtime-machines.ts";

const CHILD = fileURLToPath(new URL("../support/runtime-worker-child.ts", import.meta.url));

let folder: string;
let storeFile: string;
let channelFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "frontdesk-kill-"));
  storeFile = join(folder, "conversations.db");
  channelFile = join(folder, "platform.db");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Starts a worker in a process of its own that does something to itself at this point. */
function startChild(point: KillPoint, owner: string): ChildProcess {
  const argument = {
    store: storeFile,
    channel: channelFile,
    owner,
    text: "hello",
    point,
    leaseMs: 250,
  };
  return spawn(process.execPath, ["--import", "tsx", CHILD, JSON.stringify(argument)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a worker until it has killed itself; what it said of itself is shown when it ended otherwise. */
async function runUntilKilled(point: KillPoint, owner: string): Promise<void> {
  const child = startChild(point, owner);
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

/** Works here until everything is quiet; returns what stands on the platform. */
async function survive(owner: string, isDrafting: boolean): Promise<readonly string[]> {
  const channel = createFileChannel(
    channelFile,
    isDrafting ? { drafts: { minIntervalMs: 1 } } : {},
  );
  const store = createSqliteStore({ file: storeFile, clock: systemClock, synchronous: "full" });
  const engine = createEngine({
    store,
    registry: createRegistry([smallKind()]),
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
      return channel.texts().length > 0 && ready + leased + unread + timers === 0;
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

function integrity(): unknown {
  const database = new Database(storeFile);
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

describe("a worker that is killed with SIGKILL", () => {
  test("is killed in twenty rounds at ten points", () => {
    expect(rounds).toHaveLength(20);
  });

  test.each(rounds)("$point: the $survivor worker ends the turn, with one reply", async (round) => {
    const isDrafting = round.point.includes("draft");
    await runUntilKilled(round.point, "desk");

    const texts = await survive(round.owner, isDrafting);

    expect(texts).toEqual([replyTo({ text: "hello" })]);
    expect(integrity()).toMatchObject([{ integrity_check: "ok" }]);
  });
});

describe("a worker that hangs beyond its lease", () => {
  test("finds its lease lost when it comes back, and says nothing", async () => {
    const child = startChild("stopped-in-task", "hanging");
    const exit = once(child, "exit");
    const output = child.stdout?.setEncoding("utf8").toArray() ?? Promise.resolve([]);
    await eventually("the worker to hang", () => isStopped(child));

    const texts = await survive("another", false);
    child.kill("SIGCONT");

    expect(await exit).toEqual([0, null]);
    expect(await output).toEqual(["lease lost\n"]);
    expect(texts).toEqual([replyTo({ text: "hello" })]);
    const channel = createFileChannel(channelFile);
    expect(channel.texts()).toEqual(texts);
    channel.close();
  });
});
