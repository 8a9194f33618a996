import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { exportJob } from "../../src/application/jobs/index.ts";
import { childOfTests } from "../support/compiled-child-entry.ts";
import {
  CONVERSATIONS,
  type ExportOrder,
  openExportJobs,
  workOnExports,
} from "../support/export-child.ts";
import { type RedisServer, sharedRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const CHILD = childOfTests("export-child");
const STOP_AT = 7;

let redis: Pick<RedisServer, "url" | "stop">;
beforeAll(async () => {
  redis = await sharedRedis();
});
afterAll(() => redis.stop());

/** A process that hangs in the middle of the export, and is killed there. */
async function dieInTheMiddle(order: ExportOrder): Promise<void> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const isGone = once(child, "exit");
  child.kill("SIGKILL");
  await isGone;
}

describe.each([
  ["in SQLite", (): ExportOrder["place"] => ({ file: join(temporaryFolder(), "jobs.db") })],
  [
    "in Redis",
    (): ExportOrder["place"] => ({
      url: redis.url,
      keyPrefix: `test-${randomUUID().slice(0, 13)}`,
    }),
  ],
])("an export whose job lies %s", (_name, makePlace) => {
  it("shows no half file when its process is killed, and the whole one after another went on", async () => {
    const place = makePlace();
    const folder = temporaryFolder();
    const asking = openExportJobs(place);
    const job = await asking.enqueue(exportJob({ conversation: null, limit: 100, file: null }));
    await asking.close();

    await dieInTheMiddle({ place, folder, stopAt: STOP_AT });

    const [left = "", ...others] = readdirSync(folder);
    expect(left).toMatch(/\.part$/u);
    expect(others).toEqual([]);
    expect(readFileSync(join(folder, left), "utf8").trim().split("\n")).toHaveLength(STOP_AT);

    const survivor = openExportJobs(place);
    onTestFinished(() => survivor.close());
    await workOnExports(survivor, folder);
    const done = await eventually("the export", async () => {
      const seen = await survivor.read(job.id);
      return seen?.state === "done" && seen;
    });
    const file = join(folder, readdirSync(folder).join());
    expect(done).toMatchObject({ result: { file, conversations: CONVERSATIONS } });
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => line.slice(0, line.indexOf(",")))).toEqual(
      Array.from({ length: CONVERSATIONS }, (_, n) => `{"id":"c-${n}"`),
    );
  });
});
