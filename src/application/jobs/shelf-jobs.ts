import { z } from "zod";
import type { DocumentShelf } from "../../ports/document-shelf.ts";
import type { JobHandler, JobQueue, JobRequest } from "../../ports/jobs.ts";
import { failureOf, followJob } from "./job-ending.ts";
import { visibility } from "./knowledge-jobs.ts";

const named = { collection: z.string().min(1), name: z.string().min(1) };

/** What a job with the shelf is asked for with. */
export const shelfPayload = z.discriminatedUnion("act", [
  z.object({ act: z.literal("put"), ...named, content: z.base64(), visibility }),
  z.object({ act: z.literal("take"), ...named }),
]);
type ShelfPayload = z.infer<typeof shelfPayload>;

const kept = z.object({
  status: z.enum(["added", "updated", "unchanged"]),
  source: z.string(),
  title: z.string(),
  chunks: z.number(),
  warning: z.string().nullable(),
});

/** One act with the shelf as a job; they are done one after the other, in the order in which they were asked for. */
export function shelfJob(payload: ShelfPayload): JobRequest {
  return { kind: "knowledge.shelf", payload, id: null, topic: null };
}

/** Does what was asked for where the documents are. */
export function createShelfJob(shelf: DocumentShelf): JobHandler {
  return async (payload, { signal }) => {
    const wanted = shelfPayload.parse(payload);
    if (wanted.act === "take") return await shelf.take(wanted, { signal });
    const { content, ...document } = wanted;
    return await shelf.put({ ...document, bytes: Buffer.from(content, "base64") }, { signal });
  };
}

/**
 * A shelf by way of the queue: whichever process holds the documents puts them there, and what was asked for outlives the
 * process that asked.
 */
export function createQueuedShelf(jobs: JobQueue): DocumentShelf {
  const run = async (payload: ShelfPayload, signal: AbortSignal): Promise<unknown> => {
    const { id } = await jobs.enqueue(shelfJob(payload));
    const following = followJob(jobs, id, { signal });
    for (;;) {
      const { done, value: job } = await following.next();
      if (done !== true) continue;
      if (job.state === "failed") throw failureOf(job);
      return job.result;
    }
  };
  return {
    async put({ bytes, collection, name, visibility: who }, { signal }) {
      const content = Buffer.from(bytes).toString("base64");
      return kept.parse(
        await run({ act: "put", collection, name, content, visibility: who }, signal),
      );
    },
    async take({ collection, name }, { signal }) {
      return z.boolean().parse(await run({ act: "take", collection, name }, signal));
    },
  };
}
