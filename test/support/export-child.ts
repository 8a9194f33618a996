import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { KeptConversations } from "../../src/application/index.ts";
import { createExportJob, JOB_KINDS } from "../../src/application/jobs/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import type { JobWorker } from "../../src/ports/jobs.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createRecordFiles, createSqliteJobs } from "../../src/runtime/index.ts";
import { createRedisJobs } from "../../src/runtime/jobs/bull-jobs.ts";

const placeSchema = z.union([
  z.object({ file: z.string() }),
  z.object({ url: z.string(), keyPrefix: z.string() }),
]);
/** What the parent asks of the child. */
const order = z.object({
  place: placeSchema,
  /** Where exports go. */
  folder: z.string(),
  /** It writes no further than this conversation, and says so. */
  stopAt: z.number(),
});
export type ExportOrder = z.infer<typeof order>;

export const CONVERSATIONS = 20;

const KINDS = JOB_KINDS.map((kind) => ({ ...kind, backoffMs: 1 }));

/** Opens the jobs; a dead process is noticed after half a second. */
export function openExportJobs(place: ExportOrder["place"]): JobWorker {
  const common = { kinds: KINDS, logger: silentLogger };
  return "file" in place
    ? createSqliteJobs({ ...place, ...common, clock: systemClock })
    : createRedisJobs({ ...place, ...common, lockMs: 500 });
}

/** Does exports of twenty conversations. */
export async function workOnExports(
  jobs: JobWorker,
  folder: string,
  onRead: (number: number) => Promise<void> = async () => {},
): Promise<void> {
  const kept: KeptConversations = {
    conversations: async () =>
      Array.from({ length: CONVERSATIONS }, (_, n) => ({
        instance: { kind: "dialogue", id: `c-${n}` },
        version: 1,
        updatedAt: 1,
        unread: 0,
        isLeased: false,
        timers: 0,
        deadLetters: 0,
      })),
    transcript: async () => [],
    readConversation: async (id) => {
      await onRead(Number(id.slice(2)));
      return JSON.stringify({ text: "x".repeat(1_000) });
    },
  };
  await jobs.work({ "conversations.export": createExportJob(kept, createRecordFiles({ folder })) });
}

async function work(): Promise<void> {
  const { place, folder, stopAt } = order.parse(JSON.parse(process.argv[2] ?? ""));
  await workOnExports(openExportJobs(place), folder, async (number) => {
    if (number < stopAt) return;
    process.stdout.write("stopped\n");
    await sleep(3_600_000);
  });
}

if (process.argv[2] !== undefined && process.argv[1] === import.meta.filename) await work();
