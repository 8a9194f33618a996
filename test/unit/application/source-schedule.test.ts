import { expect, it, onTestFinished } from "vitest";
import { keepSchedule } from "../../../src/application/jobs/index.ts";
import type { JobRequest } from "../../../src/ports/jobs.ts";
import { SOURCE_DEFAULTS, type SourceSummary } from "../../../src/ports/knowledge-base.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const MINUTE = 60_000;

function source(root: string, everyMinutes: number | null, updatedAt: number): SourceSummary {
  return {
    collection: "default",
    root,
    visibility: "internal",
    documents: 1,
    chunks: 1,
    languages: ["en"],
    updatedAt,
    settings: { ...SOURCE_DEFAULTS, everyMinutes },
  };
}

it("brings up to date what is due, once for each time, and leaves the rest alone", async () => {
  const clock = createFakeClock();
  const start = clock.now();
  const enqueued: JobRequest[] = [];
  let looks = 0;
  const schedule = keepSchedule({
    clock,
    logger: silentLogger,
    everyMs: 1,
    knowledge: {
      sources: () => {
        looks += 1;
        return Promise.resolve([
          source("/due", 30, start - 31 * MINUTE),
          source("/fresh", 30, start - 29 * MINUTE),
          source("/never", null, 0),
        ]);
      },
    },
    jobs: {
      enqueue: (request) => {
        enqueued.push(request);
        return Promise.reject(new Error("the queue is away"));
      },
    },
  });
  onTestFinished(() => schedule.close());
  const roots = (): readonly unknown[] => enqueued.map(({ payload }) => payload);
  const lookTwice = async (): Promise<void> => {
    const from = looks;
    await expect.poll(() => looks, { interval: 1 }).toBeGreaterThan(from + 2);
  };

  await lookTwice();
  expect(roots()).toEqual([{ sources: ["/due"], collection: "default", visibility: "internal" }]);

  clock.advance(2 * MINUTE);
  await lookTwice();
  expect(roots()).toMatchObject([{ sources: ["/due"] }, { sources: ["/fresh"] }]);
});
