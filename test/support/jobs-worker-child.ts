import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { systemClock } from "../../src/ports/clock.ts";
import type { JobWorker } from "../../src/ports/jobs.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createSqliteJobs } from "../../src/runtime/index.ts";
import { createRedisJobs } from "../../src/runtime/jobs/bull-jobs.ts";

/** What the parent asks of a worker process. */
const order = z.object({
  place: z.union([
    z.object({ file: z.string() }),
    z.object({ url: z.string(), keyPrefix: z.string() }),
  ]),
  /** A line is added for each attempt, before it does anything. */
  journal: z.string(),
});
export type JobsOrder = z.infer<typeof order>;

/** The kinds of the test. */
export const KILLED_KINDS = [
  { kind: "work", concurrency: 4, maxAttempts: 50, backoffMs: 1 },
  { kind: "poison", concurrency: 1, maxAttempts: 3, backoffMs: 1 },
] as const;

/** Opens the jobs of an order; a dead process is noticed after half a second. */
export function openJobs(place: JobsOrder["place"]): JobWorker {
  if ("file" in place) {
    return createSqliteJobs({
      file: place.file,
      kinds: KILLED_KINDS,
      clock: systemClock,
      logger: silentLogger,
    });
  }
  return createRedisJobs({ ...place, kinds: KILLED_KINDS, logger: silentLogger, lockMs: 500 });
}

async function work(): Promise<void> {
  const { place, journal } = order.parse(JSON.parse(process.argv[2] ?? ""));
  await openJobs(place).work({
    work: async (payload, { attempt }) => {
      appendFileSync(journal, `${String(payload)} ${attempt}\n`);
      await sleep(5);
      return payload;
    },
    poison: async (_payload, { attempt }) => {
      appendFileSync(journal, `poison ${attempt}\n`);
      process.kill(process.pid, "SIGKILL");
    },
  });
  process.stdout.write("ready\n");
}

if (process.argv[2] !== undefined && process.argv[1] === import.meta.filename) await work();
