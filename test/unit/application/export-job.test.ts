import { describe, expect, it } from "vitest";
import type { KeptConversations } from "../../../src/application/index.ts";
import { createExportJob, exportJob } from "../../../src/application/jobs/index.ts";
import type { JobContext, JobProgress } from "../../../src/ports/jobs.ts";
import type { RecordFiles } from "../../../src/ports/record-file.ts";

const ALL = { conversation: null, limit: 10, file: null };

function kept(ids: readonly string[], gone: readonly string[] = []): KeptConversations {
  return {
    conversations: async ({ limit }) =>
      ids.slice(0, limit).map((id) => ({
        instance: { kind: "dialogue", id },
        version: 1,
        updatedAt: 1,
        unread: 0,
        isLeased: false,
        timers: 0,
        deadLetters: 0,
      })),
    transcript: async () => [],
    readConversation: async (id) =>
      ids.includes(id) && !gone.includes(id) ? JSON.stringify({ of: id }) : null,
  };
}

/** Files in memory. */
function memoryFiles() {
  const written = new Map<string, string>();
  const files: RecordFiles = {
    async write(path, lines) {
      const all: string[] = [];
      for await (const line of lines) all.push(line);
      written.set(path, all.join("\n"));
      return { path: `/exports/${path}`, bytes: 7, machine: "here" };
    },
  };
  return { written, files };
}

function context(told: JobProgress[] = []): JobContext {
  const { signal } = new AbortController();
  const report = (progress: JobProgress): void => void told.push(progress);
  return { signal, id: "conversations.export/a-1", attempt: 1, report };
}

describe("an export in the background", () => {
  it("writes a line for each conversation, says how far it is and where the file lies", async () => {
    const { written, files } = memoryFiles();
    const told: JobProgress[] = [];

    const result = await createExportJob(kept(["a", "b"]), files)(ALL, context(told));

    const file = "conversations-a-1.jsonl";
    expect(result).toEqual({
      file: `/exports/${file}`,
      machine: "here",
      conversations: 2,
      bytes: 7,
    });
    expect(written.get(file)).toBe(
      '{"id":"a","messages":[],"snapshot":{"of":"a"}}\n{"id":"b","messages":[],"snapshot":{"of":"b"}}',
    );
    expect(told.at(-1)).toEqual({ done: 1, of: 2, note: "writing conversations" });
  });

  it("writes the newest so many, and to the file that was asked for", async () => {
    const { written, files } = memoryFiles();

    const payload = { conversation: null, limit: 1, file: "/tmp/all.jsonl" };
    await createExportJob(kept(["a", "b"]), files)(payload, context());

    expect([...written]).toEqual([
      ["/tmp/all.jsonl", '{"id":"a","messages":[],"snapshot":{"of":"a"}}'],
    ]);
  });

  it("passes over one that has gone since it was listed, and fails for one that was named", async () => {
    const { files } = memoryFiles();
    const run = createExportJob(kept(["a"], ["a"]), files);

    await expect(run(ALL, context())).resolves.toMatchObject({ conversations: 0 });
    await expect(run({ ...ALL, conversation: "a" }, context())).rejects.toMatchObject({
      code: "export_failed",
      retryable: false,
    });
  });

  it("is one job when it is asked for twice, and another for another file", () => {
    expect(exportJob(ALL).topic).toBe(exportJob({ ...ALL }).topic);
    expect(exportJob(ALL).topic).not.toBe(exportJob({ ...ALL, file: "/tmp/a" }).topic);
  });
});
