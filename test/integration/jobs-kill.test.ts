import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { childOfTests } from "../support/compiled-child-entry.ts";
import { type JobsOrder, openJobs } from "../support/jobs-worker-child.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const CHILD = childOfTests("jobs-worker-child");
const JOBS = 200;
const KILLS = 4;

let redis: Pick<RedisServer, "url" | "stop">;
beforeAll(async () => {
  redis = await sharedRedis();
});
afterAll(() => redis.stop());

async function startWorker(order: JobsOrder): Promise<ChildProcess> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  // A job may take it down before it could say that it works.
  await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const isGone = once(child, "exit");
  child.kill("SIGKILL");
  await isGone;
}

function linesOf(journal: string): readonly string[] {
  return existsSync(journal) ? readFileSync(journal, "utf8").trim().split("\n") : [];
}

describe.each([
  ["in SQLite", (): JobsOrder["place"] => ({ file: join(temporaryFolder(), "jobs.db") })],
  [
    "in Redis",
    (): JobsOrder["place"] => ({
      url: redis.url,
      keyPrefix: `test-${randomUUID().slice(0, 13)}`,
    }),
  ],
])("jobs %s, when their process is killed", (_name, place) => {
  it("are all done, none lost", async () => {
    const order = { place: place(), journal: join(temporaryFolder(), "journal") };
    const asking = openJobs(order.place);
    const ids: string[] = [];
    for (let n = 0; n < JOBS; n += 1) {
      const request = { kind: "work", payload: `job-${n}`, id: null, topic: null };
      ids.push((await asking.enqueue(request)).id);
    }
    // The file belongs to one process at a time.
    if ("file" in order.place) await asking.close();

    let worker = await startWorker(order);
    for (let kills = 1; kills <= KILLS; kills += 1) {
      const before = linesOf(order.journal).length;
      await eventually("some jobs have begun", () => linesOf(order.journal).length > before + 5);
      await kill(worker);
      worker = await startWorker(order);
    }
    await eventually(
      "every job was begun",
      () => new Set(linesOf(order.journal).map((line) => line.split(" ")[0])).size === JOBS,
      30_000,
    );
    await sleep(50);
    if ("file" in order.place) await kill(worker);

    const jobs = "file" in order.place ? openJobs(order.place) : asking;
    onTestFinished(() => jobs.close());
    await jobs.work({ work: async (payload) => payload });
    await eventually("all are done", async () => (await jobs.counts()).done === JOBS, 30_000);
    expect(await jobs.counts()).toEqual({ waiting: 0, running: 0, done: JOBS, failed: 0 });
    for (const id of ids) expect((await jobs.read(id))?.state).toBe("done");
    // Somebody was in the middle of something at each kill, else this shows nothing.
    expect(linesOf(order.journal).some((line) => !line.endsWith(" 1"))).toBe(true);
  });

  it("fail after their last attempt when it is they who take it down", async () => {
    const order = { place: place(), journal: join(temporaryFolder(), "journal") };
    const asking = openJobs(order.place);
    const request = { kind: "poison", payload: null, id: null, topic: null };
    const { id } = await asking.enqueue(request);
    await asking.close();

    for (const attempt of [1, 2, 3]) {
      const worker = await startWorker(order);
      if (worker.exitCode === null && worker.signalCode === null) await once(worker, "exit");
      expect(linesOf(order.journal)).toHaveLength(attempt);
    }
    const survivor = await startWorker(order);
    if (!("file" in order.place)) {
      const watching = openJobs(order.place);
      onTestFinished(() => watching.close());
      await eventually("it failed", async () => (await watching.read(id))?.state === "failed");
    }
    expect(survivor.signalCode).toBeNull();
    await kill(survivor);
    const after = openJobs(order.place);
    onTestFinished(() => after.close());
    expect(await after.read(id)).toMatchObject({
      state: "failed",
      attempts: 3,
      reason: "The process ended while the job ran.",
    });
    expect(linesOf(order.journal)).toHaveLength(3);
  });
});
