import { createHash } from "node:crypto";
import { z } from "zod";
import { conversationId, FrontdeskError } from "../../core/index.ts";
import type { JobContext, JobHandler, JobRequest } from "../../ports/jobs.ts";
import type { RecordFiles } from "../../ports/record-file.ts";
import { type KeptConversations, readConversation } from "../conversation-records.ts";

/** What an export is asked for with. */
export const exportPayload = z.object({
  conversation: z.string().min(1).nullable(),
  limit: z.int().min(1),
  file: z.string().min(1).nullable(),
});

/** Which conversations are written, and where to. */
export interface ExportRequest {
  /** Null for all. */
  readonly conversation: string | null;
  /** The newest so many. */
  readonly limit: number;
  /** An absolute path; null for a file in the exports folder of the machine that does the job. */
  readonly file: string | null;
}

/** An export as a job; asked for twice while it goes on, it is one. */
export function exportJob({ conversation, limit, file }: ExportRequest): JobRequest {
  const payload = { conversation, limit, file };
  const topic = createHash("sha256").update(JSON.stringify(payload)).digest("base64url");
  return { kind: "conversations.export", payload, id: null, topic };
}

function nameOf(jobId: string): string {
  return `conversations-${jobId.slice(jobId.indexOf("/") + 1).replaceAll(/[^\w-]/gu, "")}.jsonl`;
}

/**
 * Writes conversations to a file, one JSON object on each line, as `conversations export` prints them. Begun again it writes
 * the same file anew.
 */
export function createExportJob(kept: KeptConversations, files: RecordFiles): JobHandler {
  return async (payload, context) => {
    const { conversation, limit, file } = exportPayload.parse(payload);
    const { signal } = context;
    const ids =
      conversation === null
        ? (await kept.conversations({ limit }, { signal })).map(({ instance }) => instance.id)
        : [conversation];
    const told = { conversations: 0 };
    const lines = linesOf(ids, context, told, conversation !== null);
    const { path, bytes, machine } = await files.write(file ?? nameOf(context.id), lines, {
      signal,
    });
    return { file: path, machine, conversations: told.conversations, bytes };
  };

  async function* linesOf(
    ids: readonly string[],
    { signal, report }: JobContext,
    told: { conversations: number },
    isNamed: boolean,
  ): AsyncGenerator<string> {
    for (const [index, id] of ids.entries()) {
      report({ done: index, of: ids.length, note: "writing conversations" });
      const record = await readConversation(kept, conversationId(id), { signal });
      if (record !== null) {
        told.conversations += 1;
        yield JSON.stringify(record);
      } else if (isNamed) {
        const advice = "frontdesk conversations lists them.";
        throw new FrontdeskError("export_failed", `There is no conversation ${id}; ${advice}`);
      }
    }
  }
}
