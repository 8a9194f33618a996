import { errorMessage } from "../../core/index.ts";
import type { Clock } from "../../ports/clock.ts";
import type { JobQueue } from "../../ports/jobs.ts";
import type { KnowledgeBase, SourceSummary } from "../../ports/knowledge-base.ts";
import type { Logger } from "../../ports/logger.ts";
import { every } from "../every.ts";
import { ingestJob } from "./knowledge-jobs.ts";

const LOOK_EVERY_MS = 60_000;
const MINUTE_MS = 60_000;

/** Brings sources that have a schedule up to date, as jobs. Several processes may do this: an ingest that waits is one. */
export function keepSchedule(options: {
  readonly knowledge: Pick<KnowledgeBase, "sources">;
  readonly jobs: Pick<JobQueue, "enqueue">;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 60,000. */
  readonly everyMs?: number;
}): { close(): Promise<void> } {
  const { knowledge, jobs, clock, logger } = options;
  // A source that cannot be reached is not asked every minute: each try counts as a run.
  const begun = new Map<string, number>();
  const isDue = (source: SourceSummary): boolean => {
    const { everyMinutes } = source.settings;
    if (everyMinutes === null) return false;
    const last = Math.max(source.updatedAt, begun.get(keyOf(source)) ?? 0);
    return clock.now() - last >= everyMinutes * MINUTE_MS;
  };
  const look = async (): Promise<void> => {
    for (const source of await knowledge.sources()) {
      if (!isDue(source)) continue;
      const { root, collection, visibility } = source;
      begun.set(keyOf(source), clock.now());
      await jobs.enqueue(ingestJob({ sources: [root], collection, visibility }));
    }
  };
  // Not at once: a command that asks one thing and ends is not the one to begin with a whole site.
  return every(options.everyMs ?? LOOK_EVERY_MS, look, (error) => {
    logger.warn({ reason: errorMessage(error) }, "the schedule of sources could not be kept");
  });
}

function keyOf({ collection, root }: SourceSummary): string {
  return JSON.stringify([collection, root]);
}
